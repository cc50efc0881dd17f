//! The workerd module around the compiled code, and the source map moved with it.

use camino::Utf8Path;
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
struct SourceMap<'a> {
    version: u8,
    sources: [&'a str; 1],
    names: &'a [String],
    mappings: String,
}

/// The code's map, shifted by the line that [`wrap`] puts first.
pub(super) fn offset_map(path: &Utf8Path, mappings: &str, names: &[String]) -> String {
    let map = SourceMap {
        version: 3,
        sources: [path.as_str()],
        names,
        mappings: format!("{LINES_BEFORE}{mappings}"),
    };
    serde_json::to_string(&map).unwrap_or_default()
}
