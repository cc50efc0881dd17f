//! What production would do otherwise is said, stands in the plan, and is refused by `--strict`.

use insta::assert_snapshot;

use crate::support::Project;

/// A Worker that reads a variable as Node does.
const READS_PROCESS: &str = "export default {
  fetch: () => new Response(process.env.GREETING ?? 'hello'),
};
";

/// Its test.
const GREETS: &str = "import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('greets', async () => {
  const response = await exports.default.fetch('http://localhost/');
  expect(await response.text()).toBe('hello');
});
";

/// The same, and it uses Node itself.
const GREETS_BY_BUFFER: &str = "import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('greets', async () => {
  const response = await exports.default.fetch('http://localhost/');
  expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('hello');
});
";

fn reads_process(test: &str) -> Project {
    Project::worker().file("src/index.ts", READS_PROCESS).file("test/a.test.ts", test)
}

/// A Worker whose source, date and flags are these.
fn worker(date: &str, flags: &str, source: &str) -> Project {
    let wrangler = format!(
        "{{\n  \"name\": \"worker\",\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"{date}\",\n  \"compatibility_flags\": {flags}\n}}\n"
    );
    Project::worker()
        .file("wrangler.jsonc", &wrangler)
        .file("src/index.ts", source)
        .file("test/a.test.ts", "import { it } from 'vitest';\nit('passes', () => {});\n")
}

/// What is said about it, and what the plan says.
#[track_caller]
fn said(project: &Project) -> (String, Vec<String>) {
    let stderr = project.run(&["gen"]).expect(0).stderr;
    let plan = project.json(".wpt/plan.json");
    let differences = plan["parity"].as_array().into_iter().flatten();
    let lines = differences.map(|it| {
        let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        format!("{}: {} -> {} [{}]", text("code"), text("what"), text("production"), text("fix"))
    });
    (stderr, lines.collect())
}

#[test]
fn a_worker_without_node_that_reads_process_fails_here_as_it_does_deployed() {
    let run = reads_process(GREETS).run(&["test"]).expect(1);
    assert_snapshot!(run.stderr, @r#"
        warning[parity]: src/index.ts uses `process`
         --> src/index.ts:2:29
          |
        2 |   fetch: () => new Response(process.env.GREETING ?? 'hello'),
          |                             ^^^^^^^
          |
          = help: production: `ReferenceError: process is not defined` when this is called
          = help: add "nodejs_compat" to `compatibility_flags`
        "#);
    assert!(run.stdout.contains("ReferenceError: process is not defined"), "{run}");
}

#[test]
fn a_test_that_uses_node_itself_does_not_hide_it() {
    let project = reads_process(GREETS_BY_BUFFER);
    let run = project.run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert!(run.stderr.contains("src/index.ts uses `process`"), "{run}");
    let (_, differences) = said(&project);
    assert_snapshot!(differences.join("\n"), @r#"
        added-flag: the tests run with the flag `nodejs_compat`: test/a.test.ts uses the global `Buffer` -> runs without it [add "nodejs_compat" to `compatibility_flags` if production is to have it]
        node-global: src/index.ts uses `process` -> `ReferenceError: process is not defined` when this is called [add "nodejs_compat" to `compatibility_flags`]
        "#);
    let flags = &project.json(".wpt/plan.json")["worker"]["compatibilityFlags"];
    assert_snapshot!(serde_json::to_string(flags).unwrap(), @r#"
        [{"name":"nodejs_compat","provenance":{"rule":"node-in-tests","reason":"test/a.test.ts uses the global `Buffer`"}}]
        "#);
    assert!(project.read(".wpt/SUMMARY.md").contains("ReferenceError: process is not defined"));
    for command in ["gen", "test", "check"] {
        let refused = project.run(&[command, "--strict"]).expect(2);
        assert_eq!(refused.stdout, "");
        assert!(refused.stderr.contains("error[parity]: src/index.ts uses `process`"), "{refused}");
        assert!(refused.stderr.contains("test/a.test.ts uses the global `Buffer`"), "{refused}");
    }
}

#[test]
fn what_a_module_asks_for_first_is_right() {
    let project = worker(
        "2025-11-01",
        "[]",
        "const env = typeof process === 'undefined' ? {} : process.env;
const mode = process.env.NODE_ENV;
const node = globalThis.process?.versions?.node;
try { console.log(__dirname); } catch {}
export default { fetch: () => Response.json({ env, mode, node }) };
",
    );
    assert_eq!(said(&project), (String::new(), vec![]));
    project.run(&["gen", "--strict"]).expect(0);
    project.run(&["check", "--strict"]).expect(0);
}

#[test]
fn node_modules_that_production_lacks_are_reported() {
    let project = worker(
        "2025-11-01",
        "[]",
        "import { join } from 'node:path';
import fs from 'fs';
export default {
  async fetch() {
    const { createHash } = await import('node:crypto');
    return Response.json([join('a', 'b'), fs, createHash, require('node:util')]);
  },
};
",
    );
    assert_snapshot!(said(&project).0, @r#"
        warning[parity]: src/index.ts imports `node:path`
         --> src/index.ts:1:22
          |
        1 | import { join } from 'node:path';
          |                      ^^^^^^^^^^^
          |
          = help: production: the deployment fails: no such module `node:path`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: src/index.ts imports `fs`
         --> src/index.ts:2:16
          |
        2 | import fs from 'fs';
          |                ^^^^
          |
          = help: production: the build fails: wrangler cannot resolve `fs`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: src/index.ts imports `node:crypto`
         --> src/index.ts:5:41
          |
        5 |     const { createHash } = await import('node:crypto');
          |                                         ^^^^^^^^^^^^^
          |
          = help: production: the import is rejected: no such module `node:crypto`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: src/index.ts imports `node:util`
         --> src/index.ts:6:67
          |
        6 |     return Response.json([join('a', 'b'), fs, createHash, require('node:util')]);
          |                                                                   ^^^^^^^^^^^
          |
          = help: production: throws `Dynamic require of "node:util" is not supported`
          = help: add "nodejs_compat" to `compatibility_flags`
        "#);
}

#[test]
fn the_first_version_of_node_compatibility_has_no_globals() {
    let project = worker(
        "2024-01-01",
        "[\"nodejs_compat\"]",
        "import path from 'path';
import 'node:fs';
import 'node:util';
const home = Buffer.from('x');
export default { fetch: () => Response.json([path, home]) };
",
    );
    assert_snapshot!(said(&project).1.join("\n"), @r#"
        node-module: src/index.ts imports `path` -> the build fails: wrangler cannot resolve `path` [write `node:path`, or set `compatibility_date` to 2024-09-23 or later]
        node-module: src/index.ts imports `node:fs` -> the deployment fails: no such module `node:fs` [set `compatibility_date` to 2024-09-23 or later]
        node-global: src/index.ts uses `Buffer` -> `ReferenceError: Buffer is not defined` at start-up, so the deployment fails [set `compatibility_date` to 2024-09-23 or later]
        "#);
}

#[test]
fn modules_that_only_wrangler_has_are_reported() {
    let project = worker(
        "2025-01-01",
        "[\"nodejs_compat\"]",
        "import fs from 'node:fs';
import { join } from 'path';
export default { fetch: () => Response.json([process.env, fs, join, __filename, import.meta.env.MODE]) };
",
    );
    assert_snapshot!(said(&project).1.join("\n"), @r#"
        node-stand-in: src/index.ts imports `node:fs` -> `node:fs` is wrangler's stand-in, most of whose functions throw; the tests run without one [use a newer `compatibility_date`]
        node-global: src/index.ts uses `__filename` -> `ReferenceError: __filename is not defined` when this is called [a deployed Worker has no folders: import the file instead]
        vite-env: src/index.ts uses `import.meta.env` -> `TypeError: import.meta.env is undefined` when this is called [read it from `env`, or say it in wrangler's `define`]
        "#);
}

#[test]
fn settings_of_the_tests_alone_are_written_down_and_refused_when_strict() {
    let project = worker("2025-11-01", "[\"experimental\"]", "export default { fetch: () => new Response('') };\n")
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { compatibilityDate: '2026-01-01', compatibilityFlags: ['nodejs_als'] } }",
            "{}",
        );
    let (stderr, differences) = said(&project);
    assert_eq!(stderr, "");
    assert_snapshot!(differences.join("\n"), @r#"
        experimental-flag: the flag `experimental` is experimental -> the deployment is refused []
        added-flag: the Vitest config adds the flag `nodejs_als` -> runs without it [move "nodejs_als" to `compatibility_flags` of the wrangler file]
        date: the tests run with the compatibility date 2026-01-01 -> runs with 2025-11-01 [set `compatibility_date` of the wrangler file to 2026-01-01]
        "#);
    assert_snapshot!(project.run(&["gen", "--strict"]).expect(2).stderr, @r#"
    error[parity]: the flag `experimental` is experimental
     --> wrangler.jsonc:5:27
      |
    5 |   "compatibility_flags": ["experimental"]
      |                           ^^^^^^^^^^^^^^
      |
      = help: production: the deployment is refused

    error[parity]: the Vitest config adds the flag `nodejs_als`
     --> vitest.config.ts:5:143
      |
    5 | ...e: { compatibilityDate: '2026-01-01', compatibilityFlags: ['nodejs_als'] } })],
      |                                                               ^^^^^^^^^^^^
      |
      = help: production: runs without it
      = help: move "nodejs_als" to `compatibility_flags` of the wrangler file

    error[parity]: the tests run with the compatibility date 2026-01-01
     |
     = help: production: runs with 2025-11-01
     = help: set `compatibility_date` of the wrangler file to 2026-01-01
    "#);
}

#[test]
fn flags_that_workerd_does_not_know_are_errors() {
    let project = worker("2026-10-01", "[\"nodejs_compat\", \"nodejs_compat_v3\"]", "export default {};\n");
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @r#"
        error[unknown-flag]: workerd knows no compatibility flag `nodejs_compat_v3`
         --> wrangler.jsonc:5:44
          |
        5 |   "compatibility_flags": ["nodejs_compat", "nodejs_compat_v3"]
          |                                            ^^^^^^^^^^^^^^^^^^
          |
          = help: did you mean `nodejs_compat_v2`?
        "#);
    // What the date says already is no problem, and workerd is not told.
    let project = worker("2026-10-01", "[\"nodejs_compat\"]", "export default {};\n");
    assert_eq!(project.run(&["gen"]).expect(0).stderr, "");
    let worker = &project.json(".wpt/plan.json")["worker"];
    assert_eq!(worker["compatibilityFlags"], serde_json::json!([]));
    assert_snapshot!(worker["defaultFlags"], @r#"
        [{"flag":{"name":"nodejs_compat","provenance":{"file":"wrangler.jsonc","line":5}},"since":"2026-08-04"}]
        "#);
}

#[test]
fn an_unchanged_run_says_the_same() {
    let project = reads_process(GREETS);
    let first = project.run(&["gen"]).expect(0);
    let second = project.run(&["gen"]).expect(0);
    assert!(!first.stderr.is_empty());
    assert_eq!(first.stderr, second.stderr);
}

#[test]
fn packages_that_use_node_are_reported_by_what_is_deployed_of_them() {
    let project = worker(
        "2025-11-01",
        "[]",
        "import { used } from 'nodish';
import 'commonish';
export default { fetch: () => new Response(used()) };
",
    )
    .file("node_modules/nodish/package.json", r#"{ "name": "nodish", "version": "1.0.0", "type": "module", "main": "index.js", "sideEffects": false }"#)
    .file(
        "node_modules/nodish/index.js",
        "import { readFileSync } from 'node:fs';
import { join } from 'node:path';
const home = typeof process === 'object' ? process.cwd() : '/';
const mode = process.env.NODE_ENV;

export function used() {
  return join(home, Buffer.from(mode).toString());
}

export const unused = () => setImmediate(readFileSync);
",
    )
    .file("node_modules/commonish/package.json", r#"{ "name": "commonish", "version": "1.0.0", "main": "index.js" }"#)
    .file("node_modules/commonish/index.js", "const util = require('node:util');\nexports.inspect = (it) => util.inspect(it);\n");
    assert_snapshot!(said(&project).0, @r#"
        warning[parity]: the package `commonish` imports `node:util`
         --> node_modules/commonish/index.js:1:1
          |
        1 | const util = require('node:util');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: production: throws `Dynamic require of "node:util" is not supported`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: the package `nodish` imports `node:fs`
         --> node_modules/nodish/index.js:1:1
          |
        1 | import { readFileSync } from 'node:fs';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: production: the deployment fails: no such module `node:fs`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: the package `nodish` imports `node:path`
         --> node_modules/nodish/index.js:2:1
          |
        2 | import { join } from 'node:path';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: production: the deployment fails: no such module `node:path`
          = help: add "nodejs_compat" to `compatibility_flags`

        warning[parity]: the package `nodish` uses `Buffer`
         --> node_modules/nodish/index.js:7:3
          |
        7 |   return join(home, Buffer.from(mode).toString());
          |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: production: `ReferenceError: Buffer is not defined` when this is called
          = help: add "nodejs_compat" to `compatibility_flags`
        "#);
    // What is imported decides what is deployed.
    project.edit("src/index.ts", "{ used }", "{ unused as used }");
    assert_snapshot!(said(&project).1.join("\n"), @r#"
        node-require: the package `commonish` imports `node:util` -> throws `Dynamic require of "node:util" is not supported` [add "nodejs_compat" to `compatibility_flags`]
        node-module: the package `nodish` imports `node:fs` -> the deployment fails: no such module `node:fs` [add "nodejs_compat" to `compatibility_flags`]
        node-module: the package `nodish` imports `node:path` -> the deployment fails: no such module `node:path` [add "nodejs_compat" to `compatibility_flags`]
        node-global: the package `nodish` uses `setImmediate` -> `ReferenceError: setImmediate is not defined` when this is called [add "nodejs_compat" to `compatibility_flags`]
        "#);
    // A date that has it all.
    project.edit("wrangler.jsonc", "2025-11-01", "2026-10-01");
    assert_eq!(said(&project), (String::new(), vec![]));
}

/// A Vitest config with an alias and a `define`.
const ALIASED: &str = "import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })],
  resolve: { alias: { '#greeting': new URL('./src/greeting.ts', import.meta.url).pathname } },
  define: { __VERSION__: '\"1.0.0\"' },
});
";

#[test]
fn aliases_and_defines_that_only_vitest_has_are_reported() {
    let project = worker(
        "2025-11-01",
        "[]",
        "import { greeting } from '#greeting';
export default { fetch: () => new Response(greeting + __VERSION__) };
",
    )
    .file("src/greeting.ts", "export const greeting = 'hello';\n")
    .file("vitest.config.ts", ALIASED);
    assert_snapshot!(said(&project).1.join("\n"), @r#"
        vite-alias: src/index.ts imports `#greeting` by an alias -> the build fails: wrangler cannot resolve `#greeting` [give it the same meaning in wrangler's `alias`, or in `paths` of tsconfig.json]
        vite-define: src/index.ts uses `__VERSION__` -> `ReferenceError: __VERSION__ is not defined` when this is called [say it in wrangler's `define` too]
        "#);
    // wrangler is told the same.
    let keys = "\"define\": { \"__VERSION__\": \"'1.0.0'\" },\n  \"alias\": { \"#greeting\": \"./src/greeting.ts\" },\n  \"main\"";
    project.edit("wrangler.jsonc", "\"main\"", keys);
    assert_eq!(said(&project), (String::new(), vec![]));
    // Vite builds what is deployed.
    project.write("vitest.config.ts", ALIASED);
    project.edit("wrangler.jsonc", keys, "\"main\"");
    project.write("package.json", "{ \"devDependencies\": { \"@cloudflare/vite-plugin\": \"1\" } }\n");
    assert_eq!(said(&project), (String::new(), vec![]));
}

#[test]
fn a_package_that_only_tests_use_brings_the_flags_that_it_needs() {
    let project = worker("2025-11-01", "[]", "export default { fetch: () => new Response('') };\n")
        .file(
            "node_modules/helper/package.json",
            r#"{ "name": "helper", "version": "1.0.0", "main": "index.js" }"#,
        )
        .file(
            "node_modules/helper/index.js",
            "const path = require('path');\nexports.join = () => path.join('a', 'b');\n",
        )
        .file(
            "test/a.test.ts",
            "import { join } from 'helper';
import { expect, it } from 'vitest';
it('joins', () => expect(join()).toBe('a/b'));
",
        );
    project.run(&["test"]).expect(0);
    assert_snapshot!(said(&project).1.join("\n"), @r#"
        added-flag: the tests run with the flag `nodejs_compat`: the package helper, which test/a.test.ts imports, imports `node:path` -> runs without it [add "nodejs_compat" to `compatibility_flags` if production is to have it]
        "#);
    // Production cannot have it either.
    project.edit("src/index.ts", "export", "import 'helper';\nexport");
    assert!(project.run(&["gen"]).expect(2).stderr.contains("Could not resolve \"path\""));
}
