use insta::{assert_debug_snapshot, assert_snapshot};

use super::*;

mod hoisting;

fn compiled(path: &str, text: &str, options: &TransformOptions) -> CompiledModule {
    compile(&SourceModule { path: path.into(), text, made: None }, options, &mut |_: &Import| None).unwrap()
}

/// The code between the wrapper's first and last line.
fn code_with(path: &str, text: &str, options: &TransformOptions) -> String {
    let module = compiled(path, text, options);
    let (_, inner) = module.code.split_once('\n').unwrap();
    inner.split_once("}});\n//# sourceURL=").unwrap().0.to_owned()
}

fn code(path: &str, text: &str) -> String {
    code_with(path, text, &TransformOptions::default())
}

/// Each error: title, labelled text, help.
fn errors(path: &str, text: &str) -> String {
    errors_with(path, text, &TransformOptions::default())
}

fn errors_with(path: &str, text: &str, options: &TransformOptions) -> String {
    let found =
        compile(&SourceModule { path: path.into(), text, made: None }, options, &mut |_: &Import| None)
            .unwrap_err();
    found.iter().map(show).collect()
}

fn show(problem: &Diagnostic) -> String {
    let labels = problem
        .labels
        .iter()
        .map(|label| format!("  {:?} {}\n", &label.file.text[label.span.clone()], label.text));
    let help = problem.help.iter().map(|help| format!("  = {help}\n"));
    let title = format!("{}: {}\n", problem.code, problem.title);
    std::iter::once(title).chain(labels).chain(help).collect()
}

#[test]
fn wraps_the_code_in_the_function_vitest_calls() {
    let text = "import { a } from './a';\nexport const b = a + 1;\nexport default b;\nconst require = 1;\n";
    assert_snapshot!(compiled("src/b.ts", text, &TransformOptions::default()).code, @r#"
export default (0, async (__vite_ssr_exports__, __vite_ssr_import_meta__, __vite_ssr_import__, __vite_ssr_dynamic_import__, __vite_ssr_exportAll__, __vite_ssr_exportName__, __filename, __dirname, module, exports, require) => {{
__vite_ssr_exportName__("b", () => {
	try {
		return b;
	} catch {}
});
__vite_ssr_exportName__("default", () => {
	try {
		return __vite_ssr_export_default__;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("./a", { importedNames: ["a"] });
const b = __vite_ssr_import_0__.a + 1;
const __vite_ssr_export_default__ = b;
const require = 1;
}});
//# sourceURL=src/b.ts
"#);
    let without_cjs = TransformOptions { cjs_globals: false, ..TransformOptions::default() };
    assert_snapshot!(compiled("b.mjs", "await 1", &without_cjs).code, @r#"
export default (0, async (__vite_ssr_exports__, __vite_ssr_import_meta__, __vite_ssr_import__, __vite_ssr_dynamic_import__, __vite_ssr_exportAll__, __vite_ssr_exportName__) => {{
await 1;
}});
//# sourceURL=b.mjs
"#);
}

#[test]
fn the_map_leads_back_to_the_source() {
    let text = "import { a } from './a';\n\ninterface T {}\nthrow new Error(a as T);\n";
    let module = compiled("src/b.ts", text, &TransformOptions::default());
    let map = oxc_sourcemap::SourceMap::from_json_string(&module.map).unwrap();
    assert_eq!(map.get_sources().collect::<Vec<_>>(), ["src/b.ts"]);
    assert_eq!(map.get_source_contents().count(), 0);
    let (line, column) = position(&module.code, "new Error");
    let token = map.lookup_token(&map.generate_lookup_table(), line, column).unwrap();
    let (source_line, source_column) = position(text, "new Error");
    assert_eq!((token.get_src_line(), token.get_src_col()), (source_line, source_column));
}

#[test]
fn a_call_of_an_import_is_where_its_name_is() {
    let text = "import { it } from 'vitest';\nif (true) it('works', () => {});\n";
    let module = compiled("test/a.test.ts", text, &TransformOptions::default());
    let map = oxc_sourcemap::SourceMap::from_json_string(&module.map).unwrap();
    // V8 says that a call is at its parenthesis.
    let (line, column) = position(&module.code, "(\"works\"");
    let token = map.lookup_token(&map.generate_lookup_table(), line, column).unwrap();
    assert_eq!((token.get_src_line(), token.get_src_col()), (1, 10));
}

fn position(text: &str, needle: &str) -> (u32, u32) {
    let before = &text[..text.find(needle).unwrap()];
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
}

#[test]
fn imports_and_exports_become_calls() {
    let text = "import d, { a as b, 'odd name' as c } from './x'; import * as ns from './y'; import './z';
export { b, d as default } ; export * from './all'; export * as all from './all'; export { q as r } from './q';
export let live = 0; live++; export class K {} export async function f() { return import('./lazy') }
b(); new c(); ns.x(); import.meta.url;
";
    assert_snapshot!(code("m.js", text), @r#"
__vite_ssr_exportName__("b", () => {
	try {
		return __vite_ssr_import_0__.a;
	} catch {}
});
__vite_ssr_exportName__("default", () => {
	try {
		return __vite_ssr_import_0__.default;
	} catch {}
});
__vite_ssr_exportName__("all", () => {
	try {
		return __vite_ssr_import_4__;
	} catch {}
});
__vite_ssr_exportName__("r", () => {
	try {
		return __vite_ssr_import_5__.q;
	} catch {}
});
__vite_ssr_exportName__("live", () => {
	try {
		return live;
	} catch {}
});
__vite_ssr_exportName__("K", () => {
	try {
		return K;
	} catch {}
});
__vite_ssr_exportName__("f", () => {
	try {
		return f;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("./x", { importedNames: [
	"default",
	"a",
	"odd name"
] });
const __vite_ssr_import_1__ = await __vite_ssr_import__("./y");
const __vite_ssr_import_2__ = await __vite_ssr_import__("./z");
const __vite_ssr_import_3__ = await __vite_ssr_import__("./all");
__vite_ssr_exportAll__(__vite_ssr_import_3__);
const __vite_ssr_import_4__ = await __vite_ssr_import__("./all");
const __vite_ssr_import_5__ = await __vite_ssr_import__("./q", { importedNames: ["q"] });
let live = 0;
live++;
class K {}
async function f() {
	return __vite_ssr_dynamic_import__("./lazy");
}
(0, __vite_ssr_import_0__.a)();
new __vite_ssr_import_0__["odd name"]();
__vite_ssr_import_1__.x();
__vite_ssr_import_meta__.url;
"#);
}

#[test]
fn lowers_typescript() {
    let text = "import { WorkflowEvent } from 'cloudflare:workers'; import { type A, b } from './b'; import type { C } from './c';
export type { C }; enum E { A, B = 3, C = `x` } const enum F { A } declare const x: number;
namespace N { export const q = 1; }
class P extends Q { constructor(private a: WorkflowEvent, public readonly z = 1) { super() } x?: number; override y = this.a; declare w: string; #p = 1 }
const s = { a: b } satisfies A; const g = f<string>; let n = s!.a as any; function over(a: string): void; function over(a: any) {}
abstract class R { abstract m(): void; accessor k = 1; static accessor #l = 2 }
";
    assert_snapshot!(code("m.ts", text), @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("./b", { importedNames: ["b"] });
var E = /* @__PURE__ */ function(E) {
	E[E["A"] = 0] = "A";
	E[E["B"] = 3] = "B";
	E["C"] = "x";
	return E;
}(E || {});
var F = /* @__PURE__ */ function(F) {
	F[F["A"] = 0] = "A";
	return F;
}(F || {});
let N;
(function(_N) {
	const q = _N.q = 1;
})(N || (N = {}));
class P extends Q {
	a;
	z;
	constructor(a, z = 1) {
		super();
		this.a = a;
		this.z = z;
	}
	x;
	y = this.a;
	#p = 1;
}
const s = { a: __vite_ssr_import_0__.b };
const g = f;
let n = s.a;
function over(a) {}
class R {
	#_k_accessor_storage = 1;
	get k() {
		return this.#_k_accessor_storage;
	}
	set k(value) {
		this.#_k_accessor_storage = value;
	}
	static #_l_accessor_storage = 2;
	static get #l() {
		return R.#_l_accessor_storage;
	}
	static set #l(value) {
		R.#_l_accessor_storage = value;
	}
}
"#);
}

#[test]
fn keeps_what_workerd_runs() {
    let text = "using u = open(); await using v = open(); class A { static #p = 1; static { this.#p ??= 2 } }
for await (const x of y) {} label: for (;;) break label; const r = /(?<n>x)/v; a?.b ?? c ** 2;
";
    assert_snapshot!(code("m.mts", text), @r#"
using u = open();
await using v = open();
class A {
	static #p = 1;
	static {
		this.#p ??= 2;
	}
}
for await (const x of y) {}
label: for (;;) break label;
const r = /(?<n>x)/v;
a?.b ?? c ** 2;
"#);
}

#[test]
fn verbatim_module_syntax_keeps_unmarked_imports() {
    let text = "import { A } from './a'; import { type B } from './b'; import type C from './c'; let a: A;";
    let options = TransformOptions { verbatim_module_syntax: true, ..TransformOptions::default() };
    assert_snapshot!(code_with("m.ts", text, &options), @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("./a", { importedNames: ["A"] });
const __vite_ssr_import_1__ = await __vite_ssr_import__("./b");
let a;
"#);
}

#[test]
fn class_fields_follow_the_tsconfig() {
    let text = "class A { x: number; y = 1; constructor(public z: number) {} }";
    let assigned = TransformOptions { use_define_for_class_fields: false, ..TransformOptions::default() };
    assert_snapshot!(code_with("m.ts", text, &assigned), @r#"
class A {
	constructor(z) {
		this.z = z;
		this.y = 1;
	}
}
"#);
}

#[test]
fn lowers_experimental_decorators() {
    let text = "@c class A { @m f(@p x: string) {} @m y = 1 }";
    let options = TransformOptions {
        experimental_decorators: true,
        emit_decorator_metadata: true,
        ..TransformOptions::default()
    };
    assert_snapshot!(code_with("m.ts", text, &options), @r#"
let A = class A {
	f(x) {}
	y = 1;
};
babelHelpers.decorate([
	m,
	babelHelpers.decorateParam(0, p),
	babelHelpers.decorateMetadata("design:type", Function),
	babelHelpers.decorateMetadata("design:paramtypes", [String]),
	babelHelpers.decorateMetadata("design:returntype", void 0)
], A.prototype, "f", null);
babelHelpers.decorate([m, babelHelpers.decorateMetadata("design:type", Object)], A.prototype, "y", void 0);
A = babelHelpers.decorate([c], A);
"#);
    assert!(compiled("m.ts", text, &options).code.contains("const babelHelpers = {"));
    assert_snapshot!(errors("m.ts", text), @r#"
standard-decorators: standard decorators cannot be compiled yet
  "@c" 
  = If these are TypeScript's own decorators, set "experimentalDecorators": true in tsconfig.json.
"#);
}

#[test]
fn compiles_jsx_as_the_tsconfig_says() {
    let text = "export default () => <><a b={1} /></>;";
    assert_snapshot!(code("m.jsx", text), @r#"
__vite_ssr_exportName__("default", () => {
	try {
		return __vite_ssr_export_default__;
	} catch {}
});
const __vite_ssr_export_default__ = () => /* @__PURE__ */ React.createElement(React.Fragment, null, /* @__PURE__ */ React.createElement("a", { b: 1 }));
"#);
    let jsx = Jsx { automatic: true, import_source: Some("hono/jsx".to_owned()), ..Jsx::default() };
    let automatic = TransformOptions { jsx, ..TransformOptions::default() };
    assert_snapshot!(code_with("m.tsx", text, &automatic), @r#"
__vite_ssr_exportName__("default", () => {
	try {
		return __vite_ssr_export_default__;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("hono/jsx/jsx-runtime", { importedNames: ["jsx", "Fragment"] });
const __vite_ssr_export_default__ = () => /* @__PURE__ */ (0, __vite_ssr_import_0__.jsx)(__vite_ssr_import_0__.Fragment, { children: /* @__PURE__ */ (0, __vite_ssr_import_0__.jsx)("a", { b: 1 }) });
"#);
    assert_debug_snapshot!(compiled("m.tsx", text, &automatic).imports, @r#"
[
    Import {
        specifier: "hono/jsx/jsx-runtime",
        span: 0..0,
        kind: Static,
        attributes: [],
        names: [
            "jsx",
            "Fragment",
        ],
    },
]
"#);
    let jsx = Jsx { factory: Some("h".to_owned()), fragment_factory: Some("F".to_owned()), ..Jsx::default() };
    let text = "import { h, F } from 'preact'; export default () => <><a /></>;";
    assert_snapshot!(code_with("m.tsx", text, &TransformOptions { jsx, ..TransformOptions::default() }), @r#"
__vite_ssr_exportName__("default", () => {
	try {
		return __vite_ssr_export_default__;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("preact", { importedNames: ["h", "F"] });
const __vite_ssr_export_default__ = () => /* @__PURE__ */ (0, __vite_ssr_import_0__.h)(__vite_ssr_import_0__.F, null, /* @__PURE__ */ (0, __vite_ssr_import_0__.h)("a", null));
"#);
}

#[test]
fn reads_compiler_options() {
    let read =
        |json: &str| TransformOptions::default().with_compiler_options(&serde_json::from_str(json).unwrap());
    let options = read(
        r#"{ "jsx": "react-jsx", "jsxImportSource": "x", "experimentalDecorators": true, "target": "ES2021" }"#,
    );
    assert!(options.jsx.automatic && options.experimental_decorators && !options.use_define_for_class_fields);
    assert_eq!(options.jsx.import_source.as_deref(), Some("x"));
    assert!(read(r#"{ "target": "esnext" }"#).use_define_for_class_fields);
    assert!(!read(r#"{ "useDefineForClassFields": false }"#).use_define_for_class_fields);
}

#[test]
fn replaces_defines() {
    let defines = Defines::new([
        ("__DEV__", "true"),
        ("process.env.NODE_ENV", "\"test\""),
        ("import.meta.env.MODE", "\"m\""),
        ("import.meta.vitest", "undefined"),
    ]);
    let options = TransformOptions { defines: Some(defines.unwrap()), ..TransformOptions::default() };
    let text = "if (__DEV__ && process.env.NODE_ENV === 'test') console.log(import.meta.env.MODE, import.meta.env.X);
if (import.meta.vitest) { const { vi } = import.meta.vitest } const o = { __DEV__: 1 }; ((__DEV__) => __DEV__)();";
    assert_snapshot!(code_with("m.ts", text, &options), @r#"
if (true && "test" === "test") console.log("m", __vite_ssr_import_meta__.env.X);
if (undefined) {
	const { vi } = undefined;
}
const o = { __DEV__: 1 };
((__DEV__) => __DEV__)();
"#);
    assert_snapshot!(Defines::new([("a-b", "1")]).unwrap_err(), @r#"`define` entry "a-b": "1" cannot be used (The define key `a-b` is not an identifier)"#);
    assert_snapshot!(Defines::new([("OK", "1"), ("BAD", "1 +")]).unwrap_err(), @r#"`define` entry "BAD": "1 +" cannot be used (Unexpected token)"#);
}

#[test]
fn objects_that_are_defined_are_shared_where_esbuild_shares_them() {
    let table = [("A.B", "[1, 2]"), ("C", "{}"), ("D", "\"{}\""), ("UNUSED", "[]")];
    let defines = Defines::sharing(table, |key| key != "C").unwrap();
    let options = TransformOptions { defines: Some(defines), ..TransformOptions::default() };
    let code = compiled("m.ts", "same(A.B, A.B, C, C, D);", &options).code;
    assert!(
        code.contains(
            "{const __wpt_define_0__ = [1, 2];{\nsame(__wpt_define_0__, __wpt_define_0__, {}, {}, \"{}\");"
        ),
        "{code}"
    );
    assert!(!code.contains("__wpt_define_1__"), "{code}");
}

#[test]
fn collects_every_import() {
    let text = "import a, { b as c } from './a'; import data from './d.json' with { type: 'json' }; export { x } from './x';
import type { T } from './types'; import * as all from './all'; import './effect';
import { vi as v } from 'vitest'; import eq = require('./eq');
v.mock('./mocked', () => ({})); vi.importActual(`./actual`); vi.doMock(import('./lazy-mocked'));
import('./dyn'); import(`./tpl`, { with: { type: 'json' } }); import(name); import(`./${name}.ts`);
require('./cjs'); ((require) => require('./not'))(); other.mock('./not'); console.log(a, c, data, all, eq)
";
    let module = compiled("m.ts", text, &TransformOptions::default());
    let lines = module.imports.iter().map(|import| {
        let Import { specifier, kind, names, attributes, .. } = import;
        format!("{kind:?} {} {specifier} {names:?} {attributes:?}", &text[import.span.clone()])
    });
    let shown = lines.collect::<Vec<_>>().join("\n");
    assert_snapshot!(shown, @r#"
Static './a' ./a ["default", "b"] []
Static './d.json' ./d.json ["default"] [("type", "json")]
ReExport './x' ./x ["x"] []
Static './all' ./all ["*"] []
Static './effect' ./effect [] []
Static 'vitest' vitest ["vi"] []
Require './eq' ./eq [] []
Mock './mocked' ./mocked [] []
Mock `./actual` ./actual [] []
Mock './lazy-mocked' ./lazy-mocked [] []
Dynamic './dyn' ./dyn [] []
Dynamic `./tpl` ./tpl [] [("type", "json")]
Require './cjs' ./cjs [] []
"#);
    let unresolvable: Vec<_> = module.dynamic_unresolvable.iter().map(|span| &text[span.clone()]).collect();
    assert_debug_snapshot!(unresolvable, @r#"
[
    "name",
]
"#);
}

#[test]
fn rewrites_specifiers_but_not_those_of_mocks() {
    let text = "import { vi } from 'vitest'; import { a } from './a'; export * from './b'; vi.mock('./a'); import(`./c`); require('./d'); a;";
    let mut rewrite = |import: &Import| Some(format!("/src/{}", import.specifier.trim_start_matches("./")));
    let module = compile(
        &SourceModule { path: "m.js".into(), text, made: None },
        &TransformOptions::default(),
        &mut rewrite,
    );
    assert_snapshot!(module.unwrap().code.split_once('\n').unwrap().1, @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("/src/vitest", { importedNames: ["vi"] });
const __vite_ssr_import_2__ = await __vite_ssr_import__("/src/b");
__vite_ssr_exportAll__(__vite_ssr_import_2__);
__vite_ssr_import_0__.vi.mock("./a");
const __vite_ssr_import_1__ = await __vite_ssr_dynamic_import__("/src/a");
__vite_ssr_dynamic_import__("/src/c");
require("./d");
__vite_ssr_import_1__.a;
}});
//# sourceURL=m.js
"#);
}

#[test]
fn points_at_syntax_errors() {
    assert_snapshot!(errors("a.ts", "const a = ;\n"), @r#"
syntax: Unexpected token
  ";"
"#);
    assert_snapshot!(errors("a.ts", "let a; let a;\n"), @r#"
syntax: Identifier `a` has already been declared
  "a" `a` has already been declared here
  "a" It can not be redeclared here
"#);
    assert_snapshot!(errors("a.js", "const x: number = 1"), @r#"
syntax: Missing initializer in const declaration
  "x" 
  = Add an initializer (e.g. ` = undefined`) here
syntax: Expected a semicolon or an implicit semicolon after a statement, but found none
  "" 
  = Try inserting a semicolon here
"#);
    assert_snapshot!(errors("a.ts", "function f() { await 1 }"), @r#"
syntax: `await` is only allowed within async functions and at the top levels of modules
  "await" 
  = Either remove this `await` or add the `async` keyword to the enclosing function
"#);
    assert_snapshot!(errors("a.vue", ""), @r#"
unknown-source-extension: a.vue cannot be compiled: its extension is not one of JavaScript or TypeScript
  "" 
  = Use .ts, .tsx, .mts, .cts, .js, .jsx, .mjs or .cjs, or import the file with `?raw`.
"#);
}
