//! What is found in small module graphs, without a bundler: each module's specifiers lead to the file of that name.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    Declaration, exports,
    graph::{Graph, Target},
    kinds::Search,
    read,
};

/// Every export of the first module, one line each.
fn kinds(modules: &[(&str, &str)]) -> String {
    let texts: BTreeMap<Utf8PathBuf, &str> =
        modules.iter().map(|(path, text)| (Utf8PathBuf::from(path), *text)).collect();
    let facts = |path: &Utf8Path| read::parse(path.as_str(), texts[path]);
    let main = Utf8PathBuf::from(modules[0].0);
    let target = |specifier: &str| {
        let file = texts.keys().find(|path| path.file_stem() == Some(specifier.trim_start_matches("./")));
        file.map_or_else(|| Target::External(specifier.to_owned()), |file| Target::File(file.clone()))
    };
    let specifiers = regex::Regex::new(r#"(?:from |require\()"([^"]+)""#).unwrap();
    let imports = texts.iter().map(|(path, text)| {
        let found = specifiers.captures_iter(text).map(|it| (it[1].to_owned(), target(&it[1])));
        (path.clone(), found.collect())
    });
    let names = facts(&main).exports.into_keys().collect();
    let graph = Graph { imports: imports.collect(), names, main, ..Graph::default() };
    let found = exports(&graph, &Search::new(&graph, &facts));
    let lines = found.exports.iter().map(|export| {
        let place = export.place.as_ref().map_or_else(String::new, |at| format!(" {}:{}", at.file, at.line));
        let what = match &export.declaration {
            Declaration::Extends { base, through } => {
                format!("{base}{}", through.as_ref().map_or_else(String::new, |it| format!(" through {it}")))
            }
            Declaration::Handler(handlers) => format!("handler {}", handlers.join(" ")),
            Declaration::Class { hidden: Some(hidden), .. } => {
                format!("class behind {}", hidden.import)
            }
            Declaration::Class { object_methods, .. } => format!("class {object_methods}"),
            Declaration::Hidden(hidden) => format!("behind {} {}", hidden.import, hidden.place.line),
            other => format!("{other:?}").to_lowercase(),
        };
        format!("{}: {what}{place}\n", export.name)
    });
    lines.collect()
}

#[test]
fn classes_are_followed_to_the_platform() {
    let found = kinds(&[(
        "main.ts",
        r#"import { DurableObject, WorkerEntrypoint as Entry, RpcTarget, WorkflowEntrypoint } from "cloudflare:workers";
import * as cf from "cloudflare:workers";

abstract class Base<T> extends DurableObject<Env> {}

export class Counter
  extends Base<string> {}
export { Counter as Also };
export class Room extends cf.DurableObject {}
export const Api = class extends Entry<Env> {};
export class Session extends RpcTarget {}
export class Flow extends WorkflowEntrypoint {}
@traced
export class Traced extends Entry {}
const { DurableObject: Destructured } = cf;
export class Old extends Destructured {}
export class Plain extends Error {}
export class Older { constructor(readonly ctx: DurableObjectState) {} async alarm() {} fetch() {} }
export default class extends Entry {}
"#,
    )]);
    insta::assert_snapshot!(found, @r"
    Also: DurableObject through Base main.ts:6
    Api: WorkerEntrypoint main.ts:10
    Counter: DurableObject through Base main.ts:6
    Flow: WorkflowEntrypoint main.ts:12
    Old: DurableObject main.ts:16
    Older: class true main.ts:18
    Plain: class false main.ts:17
    Room: DurableObject main.ts:9
    Session: RpcTarget main.ts:11
    Traced: WorkerEntrypoint main.ts:14
    default: WorkerEntrypoint main.ts:19
    ");
}

#[test]
fn mixins_and_wrappers_are_followed() {
    let found = kinds(&[
        (
            "main.ts",
            r#"import { DurableObject } from "cloudflare:workers";
import { logged, opaque } from "./mixins";
import { wrap } from "unknown";

const local = <T extends typeof DurableObject>(Base: T) => class extends Base {};
export class A extends local(DurableObject) {}
export class B extends logged(logged(DurableObject<Env>)) {}
export const C = opaque(() => ({}), class C extends DurableObject {});
export const D = wrap(DurableObject);
export class E extends wrap() {}
export const F = logged(Object);
"#,
        ),
        (
            "mixins.js",
            r"export function logged(Parent) {
  class Logged extends Parent {}
  return Logged;
}
export function opaque(options, Class) {
  return new Proxy(Class, {});
}
",
        ),
    ]);
    insta::assert_snapshot!(found, @r#"
    A: DurableObject through local(DurableObject) main.ts:6
    B: DurableObject through logged(logged(DurableObject)) main.ts:7
    C: DurableObject main.ts:8
    D: DurableObject main.ts:9
    E: class behind import "unknown" main.ts:10
    F: value main.ts:11
    "#);
}

#[test]
fn re_exports_and_packages_are_followed() {
    let found = kinds(&[
        (
            "main.ts",
            r#"export { default, Server as Renamed } from "./server";
export * as all from "./server";
export { Typed } from "./compiled";
export { Direct } from "./compiled";
export { Through } from "./compiled";
import whole from "./whole";
export const Member = whole.Thing;
export { Missing } from "gone";
export { External } from "./stars";
"#,
        ),
        (
            "server.ts",
            r#"import { DurableObject } from "cloudflare:workers";
export class Server extends DurableObject {}
const app = { fetch() {}, async scheduled() {} } satisfies ExportedHandler<Env>;
export default app;
"#,
        ),
        (
            "compiled.js",
            r#"exports.Typed = exports.Direct = void 0;
const cloudflare_workers_1 = require("cloudflare:workers");
class Typed extends cloudflare_workers_1.DurableObject {}
exports.Typed = Typed;
exports.Direct = class extends cloudflare_workers_1.WorkerEntrypoint {};
var server_1 = require("./server");
Object.defineProperty(exports, "Through", { enumerable: true, get: function () { return server_1.Server; } });
"#,
        ),
        (
            "whole.cjs",
            r#"const { DurableObject } = require("cloudflare:workers");
class Thing extends DurableObject {}
module.exports = { Thing };
"#,
        ),
        ("stars.js", "export * from \"elsewhere\";\n"),
    ]);
    insta::assert_snapshot!(found, @r#"
    Direct: WorkerEntrypoint compiled.js:5
    External: behind export * from "elsewhere" 1 stars.js:1
    Member: DurableObject whole.cjs:2
    Missing: behind import "gone" 8 main.ts:8
    Renamed: DurableObject server.ts:2
    Through: DurableObject server.ts:2
    Typed: DurableObject compiled.js:3
    all: value main.ts:2
    default: handler fetch scheduled server.ts:3
    "#);
}

#[test]
fn handlers_are_known_by_their_members_or_their_type() {
    let found = kinds(&[(
        "main.ts",
        r#"import { make } from "unknown";
class App { fetch = () => new Response(); get() {} }
export const app = new App();
export const typed: ExportedHandler<Env> = make();
export const cast = make() as ExportedHandler;
export const spread = { ...make(), queue() {} };
export const limits = { max: 3 };
export const max = 3;
export function helper() {}
export const arrow = () => {};
export enum Level { Low }
export default make({ async fetch() {} });
"#,
    )]);
    insta::assert_snapshot!(found, @r"
    Level: value main.ts:11
    app: handler fetch main.ts:3
    arrow: function main.ts:10
    cast: handler  main.ts:5
    default: handler fetch main.ts:12
    helper: function main.ts:9
    limits: value main.ts:7
    max: value main.ts:8
    spread: handler queue main.ts:6
    typed: handler  main.ts:4
    ");
}

#[test]
fn a_cycle_of_modules_has_an_end() {
    let found = kinds(&[
        (
            "a.ts",
            "import { B } from \"./b\";\nexport { B };\nexport { C } from \"./b\";\nexport class A extends B {}\n",
        ),
        ("b.ts", "import { A } from \"./a\";\nexport * from \"./a\";\nexport class B extends A {}\n"),
    ]);
    insta::assert_snapshot!(found, @r#"
    A: class behind import "./b" a.ts:4
    B: class behind import "./b" b.ts:3
    C: value
    "#);
}
