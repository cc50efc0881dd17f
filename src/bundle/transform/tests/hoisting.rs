use insta::assert_snapshot;

use super::*;

#[test]
fn hoists_mocks_above_imports() {
    let text = "import { dep } from './dep'
import { expect, vi } from 'vitest'
const { a } = await vi.hoisted(async () => ({ a: 1 }))
vi.mock(import('./dep'), async (original) => ({ ...(await original()), dep: a }))
export { other } from './other'
vi.unmock('./x')
export { dep }
class A extends dep {}
expect(dep()).toBe(a)
";
    assert_snapshot!(code("a.test.ts", text), @r#"
__vite_ssr_exportName__("other", () => {
	try {
		return __vite_ssr_import_2__.other;
	} catch {}
});
__vite_ssr_exportName__("dep", () => {
	try {
		return __vite_ssr_import_0__.dep;
	} catch {}
});
const __vite_ssr_import_1__ = await __vite_ssr_import__("vitest", { importedNames: ["expect", "vi"] });
const __vite_ssr_import_2__ = await __vite_ssr_import__("./other", { importedNames: ["other"] });
const { a } = await __vite_ssr_import_1__.vi.hoisted(async () => ({ a: 1 }));
__vite_ssr_import_1__.vi.mock("./dep", async (original) => ({
	...await original(),
	dep: a
}));
__vite_ssr_import_1__.vi.unmock("./x");
const __vite_ssr_import_0__ = await __vite_ssr_dynamic_import__("./dep");
class A extends __vite_ssr_import_0__.dep {}
(0, __vite_ssr_import_1__.expect)((0, __vite_ssr_import_0__.dep)()).toBe(a);
"#);
}

#[test]
fn adds_the_import_of_vitest_where_vi_is_global() {
    assert_snapshot!(code("a.test.ts", "import * as d from './d'\nd.x()\nvi.mock('./d', { spy: true })\n"), @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
__vite_ssr_import_0__.vi.mock("./d", { spy: true });
const __vite_ssr_import_1__ = await __vite_ssr_dynamic_import__("./d");
__vite_ssr_import_1__.x();
"#);
}

#[test]
fn defers_imports_for_mocks_that_stay_in_place() {
    let text = "import './first'\nimport { vi } from 'vitest'\nvi.doMock(await import('./x'))\nexport * from './y'\n";
    assert_snapshot!(code("a.test.ts", text), @r#"
const __vite_ssr_import_1__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
const __vite_ssr_import_2__ = await __vite_ssr_import__("./y");
__vite_ssr_exportAll__(__vite_ssr_import_2__);
const __vite_ssr_import_0__ = await __vite_ssr_dynamic_import__("./first");
__vite_ssr_import_1__.vi.doMock("./x");
"#);
}

#[test]
fn leaves_files_without_mock_calls_alone() {
    let text =
        "import { vi } from 'vitest'\nimport { a } from './a'\nvi.spyOn(a, 'b'); vi.importActual('./a')\n";
    assert_snapshot!(code("a.test.ts", text), @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
const __vite_ssr_import_1__ = await __vite_ssr_import__("./a", { importedNames: ["a"] });
__vite_ssr_import_0__.vi.spyOn(__vite_ssr_import_1__.a, "b");
__vite_ssr_import_0__.vi.importActual("./a");
"#);
}

#[test]
fn in_source_mocks_follow_the_rules_of_the_version() {
    let text = "import { dep } from './dep'
export const add = (a: number) => a + dep
if (import.meta.vitest) {
  const { vi } = import.meta.vitest
  const h = vi.hoisted(() => 1)
  vi.mock('./dep', () => ({ dep: h }))
}
";
    assert_snapshot!(code("add.ts", text), @r#"
__vite_ssr_exportName__("add", () => {
	try {
		return add;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
if (__vite_ssr_import_meta__.vitest) {
	var h = __vite_ssr_import_0__.vi.hoisted(() => 1);
}
if (__vite_ssr_import_meta__.vitest) {
	__vite_ssr_import_0__.vi.mock("./dep", () => ({ dep: h }));
}
const __vite_ssr_import_1__ = await __vite_ssr_dynamic_import__("./dep");
const add = (a) => a + __vite_ssr_import_1__.dep;
if (__vite_ssr_import_meta__.vitest) {
	const { vi } = __vite_ssr_import_meta__.vitest;
}
"#);
    let old = TransformOptions { hoist: HoistRules::Vitest4, ..TransformOptions::default() };
    assert_snapshot!(code_with("add.ts", text, &old), @r#"
__vite_ssr_exportName__("add", () => {
	try {
		return add;
	} catch {}
});
const __vite_ssr_import_0__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
const h = __vite_ssr_import_0__.vi.hoisted(() => 1);
__vite_ssr_import_0__.vi.mock("./dep", () => ({ dep: h }));
const __vite_ssr_import_1__ = await __vite_ssr_dynamic_import__("./dep");
const add = (a) => a + __vite_ssr_import_1__.dep;
if (__vite_ssr_import_meta__.vitest) {
	const { vi } = __vite_ssr_import_meta__.vitest;
}
"#);
}

#[test]
fn nested_mocks_are_errors_or_warnings_by_version() {
    let text = "import { vi } from 'vitest'\nfunction f() {\n  vi.mock('./dep')\n}\nif (x) { const a = vi.hoisted(() => 1) }\n";
    assert_snapshot!(errors("a.test.ts", text), @r#"
mock-not-at-top: 2 calls in "a.test.ts" were defined outside of the module's top level scope
  "vi.mock('./dep')" vi.mock('./dep')
  "vi.hoisted(() => 1)" vi.hoisted()
  = Although they appear nested, the calls will be hoisted and executed before anything in this file. Move them to the top level to reflect the actual execution order.
  = See https://vitest.dev/guide/mocking/modules#how-it-works
"#);
    let old = TransformOptions { hoist: HoistRules::Vitest4, ..TransformOptions::default() };
    assert_snapshot!(code_with("a.test.ts", text, &old), @r#"
const __vite_ssr_import_0__ = await __vite_ssr_import__("vitest", { importedNames: ["vi"] });
__vite_ssr_import_0__.vi.mock("./dep");
const a = __vite_ssr_import_0__.vi.hoisted(() => 1);
function f() {}
if (x) {}
"#);
    let warnings: String = compiled("a.test.ts", text, &old).warnings.iter().map(show).collect();
    assert_snapshot!(warnings, @r#"
mock-not-at-top: A vi.mock('./dep') call is not at the top level of the module
  "vi.mock('./dep')" 
  = Although it appears nested, it will be hoisted and executed before any tests run. Move it to the top level to reflect its actual execution order. This is an error in Vitest 5.
  = See https://vitest.dev/guide/mocking/modules#how-it-works
mock-not-at-top: A vi.hoisted() call is not at the top level of the module
  "vi.hoisted(() => 1)" 
  = Although it appears nested, it will be hoisted and executed before any tests run. Move it to the top level to reflect its actual execution order. This is an error in Vitest 5.
  = See https://vitest.dev/guide/mocking/modules#how-it-works
"#);
    assert_snapshot!(errors_with("a.test.ts", "import { vi } from 'vitest'; f(vi.mock('./x'))", &old), @r#"
mock-not-at-top: 1 call in "a.test.ts" was defined outside of the module's top level scope
  "vi.mock('./x')" vi.mock('./x')
  = Although it appears nested, the call will be hoisted and executed before anything in this file. Move it to the top level to reflect the actual execution order.
  = See https://vitest.dev/guide/mocking/modules#how-it-works
"#);
}

#[test]
fn reports_mocks_that_cannot_be_hoisted() {
    assert_snapshot!(errors("a.test.ts", "import { vi } from 'vitest'\nexport const x = vi.hoisted(() => 1)\n"), @r#"
mock-export: Cannot export hoisted variable
  "export const x = vi.hoisted(() => 1)" 
  = You can control hoisting behavior by placing the import from this file first.
"#);
    assert_snapshot!(errors("a.test.ts", "import { vi } from 'vitest'\nexport default await vi.hoisted(f)\n"), @r#"
mock-export: Cannot export hoisted variable
  "export default await vi.hoisted(f)" 
  = You can control hoisting behavior by placing the import from this file first.
"#);
    assert_snapshot!(errors("a.test.ts", "import { vi } from 'vitest'\nexport default vi.mock('./x')\n"), @r#"
mock-export: Cannot export the result of "vi.mock"
  "export default vi.mock('./x')" 
  = Remove export declaration because "vi.mock" doesn't return anything.
"#);
    assert_snapshot!(errors("a.test.ts", "import { vi } from 'vitest'\nvi.hoisted(() => { vi.mock('./x') })\n"), @r#"
nested-mock: Cannot call vi.mock('./x') inside vi.hoisted(): both methods are hoisted to the top of the file and not actually called inside each other
  "vi.mock('./x')"
"#);
    assert_snapshot!(errors("a.test.ts", "import { vi } from './tools'\nvi.mock('./x')\n"), @r#"
mock-api: `vi` is not Vitest's own here, but the call is hoisted above what `vi` is
  "vi.mock('./x')" 
  = Import { vi } from "vitest" in this file.
"#);
}
