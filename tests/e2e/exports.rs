//! What the Worker's main module exports, as real projects are written, and what is said where that cannot be seen.

use crate::support::Project;

/// A package of the project's own.
fn package(project: &Project, name: &str, main: &str, text: &str) {
    let folder = format!("node_modules/{name}");
    project.write(&format!("{folder}/package.json"), &format!(r#"{{ "name": "{name}", "main": "{main}" }}"#));
    project.write(&format!("{folder}/{main}"), text);
}

fn project() -> Project {
    let project = Project::worker().file(
        "src/index.ts",
        r##"import { WorkerEntrypoint } from "cloudflare:workers";
import { withLog } from "packaged";

export * from "@/objects";
export { Room } from "packaged";
export { Session } from "#rpc/session";
export { Ticker } from "aliased";

export class Api extends WorkerEntrypoint<Env> {}
export const Logged = withLog({}, class extends WorkerEntrypoint {});
export const limits = { max: 3 };

export default {
  fetch: () => new Response("hello"),
} satisfies ExportedHandler<Env>;
"##,
    );
    project.write(
        "src/objects.ts",
        "import * as cf from 'cloudflare:workers';\n\nexport class Counter extends cf.DurableObject {}\n\
         export class Legacy {\n  constructor(readonly ctx: DurableObjectState) {}\n  alarm() {}\n}\n",
    );
    project.write(
        "src/rpc/session.ts",
        "import { RpcTarget } from 'cloudflare:workers';\nexport class Session extends RpcTarget {}\n",
    );
    project.write(
        "src/ticker.ts",
        "import { WorkflowEntrypoint } from 'cloudflare:workers';\nexport class Ticker extends WorkflowEntrypoint {}\n",
    );
    project.write("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#);
    package(
        &project,
        "packaged",
        "index.js",
        "import { DurableObject } from 'cloudflare:workers';\nclass Server extends DurableObject {}\n\
         export class Room extends Server {}\nexport const withLog = (options, Class) => new Proxy(Class, options);\n",
    );
    project.write(
        "wrangler.jsonc",
        r#"{
  "name": "worker",
  "main": "src/index.ts",
  "compatibility_date": "2025-11-01",
  "alias": { "aliased": "./src/ticker.ts" },
  "migrations": [{ "tag": "v1", "new_classes": ["Legacy"] }],
}
"#,
    );
    project.write(
        "vitest.config.ts",
        "import { cloudflareTest } from '@cloudflare/vitest-plugin';\n\
         import { defineConfig } from 'vitest/config';\n\
         export default defineConfig({\n  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })],\n\
         \x20 resolve: { alias: [{ find: /^#(\\w+)/, replacement: `${import.meta.dirname}/src/$1` }] },\n});\n",
    );
    project
}

#[test]
fn names_kinds_and_evidence_are_listed() {
    let outcome = project().run(&["exports"]).expect(0);
    assert!(!outcome.stderr.contains("undecided"), "{outcome}");
    insta::assert_snapshot!(outcome.stdout, @"
    name     kind              evidence                                                     provenance
    Api      WorkerEntrypoint  class extends WorkerEntrypoint                               src/index.ts:9
    Counter  Durable Object    class extends DurableObject                                  src/objects.ts:3
    Legacy   Durable Object    declared as a Durable Object class, wrangler.jsonc:6; class  src/objects.ts:4
    Logged   WorkerEntrypoint  class extends WorkerEntrypoint                               src/index.ts:10
    Room     Durable Object    class extends DurableObject through Server                   node_modules/packaged/index.js:3
    Session  RpcTarget         class extends RpcTarget                                      src/rpc/session.ts:2
    Ticker   Workflow          class extends WorkflowEntrypoint                             src/ticker.ts:2
    default  handler           object with fetch                                            src/index.ts:13
    limits   value             value                                                        src/index.ts:11
    ");
}

#[test]
fn the_list_is_the_plans() {
    let project = project();
    let mut listed = project.run(&["exports", "--format", "json"]).expect(0).json();
    // What is committed does not change when lines move.
    for export in listed.as_array_mut().unwrap() {
        assert!(export["provenance"].as_object_mut().unwrap().remove("line").is_some());
    }
    project.run(&["gen"]).expect(0);
    assert_eq!(listed, project.json(".wpt/plan.json")["worker"]["exports"]);
}

#[test]
fn what_cannot_be_seen_is_said_with_the_import_that_hides_it() {
    let project = Project::worker().file(
        "src/index.ts",
        "import { Base } from \"packaged\";\n\nexport class Hidden extends Base {}\nexport class Said extends Base {}\n\
         export default { fetch: () => new Response() };\n",
    );
    package(&project, "packaged", "index.js", "module.exports.Base = require(process.env.BASE).Base;\n");
    let project = project.pool_config(
        "{ wrangler: { configPath: './wrangler.jsonc' }, additionalExports: { Said: 'WorkerEntrypoint' } }",
        "{}",
    );
    let outcome = project.run(&["exports"]).expect(0);
    insta::assert_snapshot!(format!("{}{}", outcome.stdout, outcome.stderr), @r#"
    name     kind              evidence                                                                            provenance
    Hidden   value             class that extends something from `import "packaged"`                               src/index.ts:3
    Said     WorkerEntrypoint  said by `additionalExports`; class that extends something from `import "packaged"`  src/index.ts:4
    default  handler           object with fetch                                                                   src/index.ts:5
    warning[parity]: the package `packaged` uses `process`
     --> node_modules/packaged/index.js:1:1
      |
    1 | module.exports.Base = require(process.env.BASE).Base;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: production: `ReferenceError: process is not defined` when this is called
      = help: add "nodejs_compat" to `compatibility_flags`

    warning[undecided-export]: what the export `Hidden` is cannot be decided before it runs
     --> src/index.ts:1:1
      |
    1 | import { Base } from "packaged";
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what is behind this is not known
      |
      = help: say it in the Vitest config: `additionalExports: { Hidden: "DurableObject" }` (or "WorkerEntrypoint", "WorkflowEntrypoint")
    "#);
}

#[test]
fn what_is_declared_must_be_exported_and_of_its_kind() {
    let project = Project::worker().file(
        "src/index.ts",
        "import { WorkerEntrypoint } from \"cloudflare:workers\";\n\nexport class Counter extends WorkerEntrypoint {}\n\
         export class Api extends WorkerEntrypoint {}\nexport default { fetch: () => new Response() };\n",
    );
    project.write(
        "wrangler.jsonc",
        r#"{
  "name": "worker",
  "main": "src/index.ts",
  "compatibility_date": "2025-11-01",
  "services": [{ "binding": "SELF", "service": "worker", "entrypoint": "Apu" }],
  "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter" }] },
}
"#,
    );
    insta::assert_snapshot!(project.run(&["exports"]).expect(2).stderr, @r#"
    error[wrong-class]: `Counter` is not a DurableObject
     --> wrangler.jsonc:6:72
      |
    6 |   "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter" }] },
      |                                                                        ^^^^^^^^^ extends WorkerEntrypoint
      |
     ::: src/index.ts:3:1
      |
    3 | export class Counter extends WorkerEntrypoint {}
      | ------------------------------------------------ declared here

    error[missing-class]: no exported entrypoint `Apu`
     --> wrangler.jsonc:5:72
      |
    5 |   "services": [{ "binding": "SELF", "service": "worker", "entrypoint": "Apu" }],
      |                                                                        ^^^^^ not exported by src/index.ts
      |
      = help: did you mean `Api`?
    "#);
}

/// Modules that only the project's own Vite plugins know.
#[test]
fn virtual_modules_are_asked_of_the_plugins() {
    let project = Project::worker().file(
        "src/index.ts",
        "export { Counter } from 'virtual:objects';\nimport { hello } from 'virtual:texts';\nimport { one } from 'short';\n\
         export default { fetch: () => new Response(hello + one) };\n",
    );
    project.write("src/one.ts", "export const one: number = 1;\n");
    project.write("src/hello.txt", "hello");
    project.write(
        "vitest.config.ts",
        r"import { readFileSync } from 'node:fs';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const objects = `import { DurableObject } from 'cloudflare:workers';
import { hello } from 'virtual:texts';
export class Counter extends DurableObject { hello() { return hello; } }`;
const texts = () => `export const hello = ${JSON.stringify(readFileSync(`${import.meta.dirname}/src/hello.txt`, 'utf8'))};`;

export default defineConfig({
  plugins: [
    cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } }),
    {
      name: 'virtual',
      resolveId(id) {
        if (id.startsWith('virtual:')) return `\0${id}`;
        if (id === 'short') return `${import.meta.dirname}/src/one.ts`;
      },
      load(id) {
        if (id === '\0virtual:objects') return objects;
        if (id === '\0virtual:texts') return { code: texts() };
      },
    },
  ],
});
",
    );
    project.write(
        "test/a.test.ts",
        "import { exports } from 'cloudflare:workers';\nimport { expect, it } from 'vitest';\n\
         it('answers', async () => {\n\
         \x20 const response = await exports.default.fetch('http://test/');\n\
         \x20 expect(await response.text()).toBe('hello1');\n});\n",
    );
    let listed = project.run(&["exports"]).expect(0);
    assert!(!listed.stderr.contains("undecided"), "{listed}");
    let kinds: Vec<_> =
        listed.stdout.lines().map(|line| line.split("  ").take(2).collect::<Vec<_>>()).collect();
    assert_eq!(kinds[1..], [vec!["Counter", "Durable Object"], vec!["default", "handler"]]);
    assert_eq!(project.run(&["test"]).expect(0).summary(), "files: 1 passed (1); tests: 1 passed (1)");
    // The second run asks nobody, until something changes that the plugin has read.
    project.command(&["gen"]).env("WPT_NODE", "no-such-program").run().expect(0);
    project.write("src/hello.txt", "good day");
    let failed = project.run(&["test"]).expect(1);
    assert!(failed.stdout.contains("good day1"), "{failed}");
    // What no plugin knows is still missing.
    project.edit("src/index.ts", "'short'", "'shorter'");
    assert!(project.run(&["gen"]).expect(2).stderr.contains("cannot find \"shorter\""));
}

#[test]
fn a_star_of_a_module_that_runs_to_export_is_said_to_hide_names() {
    let project = Project::worker().file(
        "src/index.ts",
        "export * from \"packaged\";\nexport default { fetch: () => new Response() };\n",
    );
    package(&project, "packaged", "index.js", "module.exports[process.env.NAME] = class {};\n");
    project.edit(
        "wrangler.jsonc",
        "\"main\"",
        "\"durable_objects\": { \"bindings\": [{ \"name\": \"A\", \"class_name\": \"Counter\" }] }, \"main\"",
    );
    insta::assert_snapshot!(project.run(&["exports"]).expect(0).stderr, @r#"
    warning[parity]: the package `packaged` uses `process`
     --> node_modules/packaged/index.js:1:1
      |
    1 | module.exports[process.env.NAME] = class {};
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: production: `ReferenceError: process is not defined` when this is called
      = help: add "nodejs_compat" to `compatibility_flags`

    warning[undecided-export]: whether src/index.ts exports `Counter` cannot be decided before it runs
     --> wrangler.jsonc:1:84
      |
    1 | { "name": "worker", "durable_objects": { "bindings": [{ "name": "A", "class_name": "Counter" }] }, "main": "src/index.ts", "compatibi...
      |                                                                                    ^^^^^^^^^ declared here
      |
     ::: src/index.ts:1:1
      |
    1 | export * from "packaged";
      | ------------------------- its names are not known
      |
      = help: export it by name, or say it in the Vitest config: `additionalExports: { Counter: "DurableObject" }`
    "#);
}
