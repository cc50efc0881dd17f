//! The workerd module around the compiled code, and the source map moved with it.

use camino::Utf8Path;
use oxc_sourcemap::SourceMap;
use serde::Serialize;

/// What Vitest's evaluator (4.1 and 5.x) calls a module's function with, in this order.
const PARAMETERS: &str = "__vite_ssr_exports__, __vite_ssr_import_meta__, __vite_ssr_import__, \
    __vite_ssr_dynamic_import__, __vite_ssr_exportAll__, __vite_ssr_exportName__";
const CJS_PARAMETERS: &str = ", __filename, __dirname, module, exports, require";

/// What lowered TypeScript decorators call. Decorators run from the last to the first; one without a
/// descriptor is on a class or a field, one that returns nothing changes nothing.
pub(super) const DECORATOR_HELPERS: &str = "const babelHelpers = { \
    decorate(list, target, key, own) { \
        const member = arguments.length > 2; \
        let value = member ? (own === null ? Object.getOwnPropertyDescriptor(target, key) : own) : target; \
        for (let i = list.length - 1; i >= 0; i--) { \
            const result = !list[i] ? undefined \
                : !member ? list[i](value) \
                : arguments.length > 3 ? list[i](target, key, value) : list[i](target, key); \
            value = result || value; \
        } \
        if (arguments.length > 3 && value) Object.defineProperty(target, key, value); \
        return value; \
    }, \
    decorateParam(index, decorator) { return (target, key) => decorator(target, key, index); }, \
    decorateMetadata(key, value) { \
        if (typeof Reflect === \"object\" && typeof Reflect.metadata === \"function\") return Reflect.metadata(key, value); \
    } };";

/// The lines `wrap` puts before the code.
const LINES_BEFORE: &str = ";";

/// Puts the code into the module's default export, after `declarations`, which are one line. The inner block lets the user
/// declare `module` or `require`; the comma keeps the function without a name, which stacks would show.
pub(super) fn wrap(path: &Utf8Path, code: &str, cjs_globals: bool, declarations: &str) -> String {
    let cjs = if cjs_globals { CJS_PARAMETERS } else { "" };
    format!(
        "export default (0, async ({PARAMETERS}{cjs}) => {{{declarations}{{\n{code}}}}});\n//# sourceURL={path}\n"
    )
}

#[derive(Serialize)]
struct MapJson<'a> {
    version: u8,
    sources: &'a [String],
    names: &'a [String],
    mappings: String,
}

/// The code's map, shifted by the line that [`wrap`] puts first.
pub(super) fn offset_map(path: &str, mappings: &str, names: &[String]) -> String {
    shifted(&[path.to_owned()], mappings, names)
}

/// The same where what was compiled has a map of its own: `map` is that of the code, `made` that of what was compiled.
pub(super) fn composed_map(map: &str, made: &str) -> String {
    let [Ok(map), Ok(made)] = [map, made].map(SourceMap::from_json_string) else { return String::new() };
    let map = map.compose(made).to_json();
    shifted(&map.sources, &map.mappings, &map.names)
}

fn shifted(sources: &[String], mappings: &str, names: &[String]) -> String {
    let mappings = format!("{LINES_BEFORE}{mappings}");
    serde_json::to_string(&MapJson { version: 3, sources, names, mappings }).unwrap_or_default()
}
