//! What is wrong with a project is said once, where it is, with what to write instead; nothing is run.

use insta::assert_snapshot;

use crate::support::Project;

const TEST: &str = "import { it } from 'vitest';\nit('passes', () => {});\n";

/// A project that would pass.
fn project() -> Project {
    Project::worker().file("test/a.test.ts", TEST)
}

/// What is said about a project with something wrong, by `test` as by `gen`.
#[track_caller]
fn problem(project: &Project) -> String {
    let [test, generate] = ["test", "gen"].map(|command| project.run(&[command]).expect(2));
    assert_eq!(test.stdout, "", "something was run");
    // Imports of tests that lead nowhere do not stop a run of themselves.
    let stderr = test.stderr.replace("warning[unresolved-import]", "error[unresolved-import]");
    assert_eq!(stderr, generate.stderr);
    assert!(!project.has(".wpt"), "something was generated");
    stderr
}

/// What `gen` prints; `test` runs the tests, and fails those that the problem is in.
fn problem_in_tests(project: &Project) -> String {
    let generate = project.run(&["gen"]).expect(2);
    project.run(&["test", "--reporter=json", "--outputFile=report.json"]).expect(1);
    assert_eq!(project.json("report.json")["testResults"][0]["status"], "failed");
    assert!(!project.has(".wpt"), "something was generated");
    generate.stderr
}

/// With another wrangler file.
fn wrangler(text: &str) -> Project {
    project().file("wrangler.jsonc", text)
}

#[test]
fn a_broken_wrangler_jsonc() {
    let broken = wrangler(
        "{\n  \"name\": \"worker\",\n  \"main\": \"src/index.ts\"\n  \"compatibility_date\": \"2025-11-01\"\n}\n",
    );
    assert_snapshot!(problem(&broken), @r#"
    error[syntax-error]: this is not valid JSON
     --> wrangler.jsonc:3:25
      |
    3 |   "main": "src/index.ts"
      |                         ^ expected comma
    "#);
}

#[test]
fn a_broken_wrangler_toml() {
    let broken = project()
        .pool_config("{ wrangler: { configPath: './wrangler.toml' } }", "{}")
        .file("wrangler.toml", "name = \"worker\"\nmain = src/index.ts\n");
    assert_snapshot!(problem(&broken), @"
    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:2:8
      |
    2 | main = src/index.ts
      |        ^^^^^^^^^^^^ string values must be quoted, expected literal string
    ");
}

#[test]
fn a_missing_wrangler_file() {
    let broken = project().pool_config("{ wrangler: { configPath: './wrangler.json' } }", "{}");
    assert_snapshot!(problem(&broken), @"
    error[no-wrangler-file]: there is no file `wrangler.json`
     --> vitest.config.ts:5:54
      |
    5 |   plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.json' } })],
      |                                                      ^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `wrangler.jsonc`?
    ");
}

#[test]
fn a_missing_main() {
    let broken = wrangler(
        "{\n  \"name\": \"worker\",\n  \"main\": \"src/indx.ts\",\n  \"compatibility_date\": \"2025-11-01\"\n}\n",
    );
    assert_snapshot!(problem(&broken), @r#"
    error[missing-main]: the main module src/indx.ts does not exist
     --> wrangler.jsonc:3:11
      |
    3 |   "main": "src/indx.ts",
      |           ^^^^^^^^^^^^^
      |
      = help: did you mean `src/index.ts`?
    "#);
    let named_by_the_config = project().pool_config("{ main: './worker.ts' }", "{}");
    assert_snapshot!(problem(&named_by_the_config), @"
    error[missing-main]: the main module worker.ts does not exist
     --> vitest.config.ts:5:36
      |
    5 |   plugins: [cloudflareTest({ main: './worker.ts' })],
      |                                    ^^^^^^^^^^^^^
      |
      = help: set `main` to the module that exports the Worker's handlers
    ");
}

#[test]
fn a_syntax_error_in_a_test() {
    let broken = project().file(
        "test/a.test.ts",
        "import { it } from 'vitest';\n\nit('is broken', () => {\n  const = 1;\n});\n",
    );
    assert_snapshot!(problem_in_tests(&broken), @"
    error[syntax]: Unexpected token
     --> test/a.test.ts:4:9
      |
    4 |   const = 1;
      |         ^
    ");
}

#[test]
fn a_syntax_error_in_main() {
    let broken = project()
        .file("src/index.ts", "export default {\n  fetch() {\n    return new Response('hello';\n  },\n};\n");
    assert_snapshot!(problem(&broken), @"
    error[syntax]: Expected `,` or `)` but found `;`
     --> src/index.ts:3:32
      |
    3 |     return new Response('hello';
      |                        -       ^ `,` or `)` expected
      |                        |
      |                        Opened here
    ");
}

#[test]
fn imports_that_cannot_be_resolved() {
    let broken = project()
        .file("test/a.test.ts", "import { it } from 'vitest';\nimport { greet } from '../src/greting';\nit('greets', () => greet());\n")
        .file("src/greeting.ts", "export const greet = () => 'hello';\n");
    assert_snapshot!(problem_in_tests(&broken), @r#"
    error[unresolved-import]: cannot find "../src/greting", imported by test/a.test.ts
     --> test/a.test.ts:2:23
      |
    2 | import { greet } from '../src/greting';
      |                       ^^^^^^^^^^^^^^^^
      |
      = help: did you mean "../src/greeting.ts"?
    "#);
    let package = project().file(
        "test/a.test.ts",
        "import { it } from 'vitest';\nimport { x } from '@no-one/has-this/part';\nit('x', () => x);\n",
    );
    assert_snapshot!(problem_in_tests(&package), @r#"
    error[unresolved-import]: cannot find "@no-one/has-this/part", imported by test/a.test.ts
     --> test/a.test.ts:2:19
      |
    2 | import { x } from '@no-one/has-this/part';
      |                   ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: if it is a package, install it (npm install --save-dev @no-one/has-this); if it is an alias, add it to `paths` in tsconfig.json or to `resolve.alias` in the Vitest config
    "#);
}

#[test]
fn databases_that_cannot_be_reached() {
    let broken = wrangler(
        "{\n  \"name\": \"worker\",\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2025-11-01\",\n  \
         \"hyperdrive\": [{ \"binding\": \"DB\", \"id\": \"1\" }]\n}\n",
    );
    assert_snapshot!(problem(&broken), @r#"
    error[missing-connection-string]: the Hyperdrive binding `DB` has no local database
     --> wrangler.jsonc:5:31
      |
    5 |   "hyperdrive": [{ "binding": "DB", "id": "1" }]
      |                               ^^^^
      |
      = help: give a connection string in `localConnectionString`, in `miniflare.hyperdrives` of the Vitest config, or in the environment variable CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB
    "#);
    let unreadable = wrangler(
        "{\n  \"name\": \"worker\",\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2025-11-01\",\n  \
         \"hyperdrive\": [{ \"binding\": \"DB\", \"id\": \"1\", \"localConnectionString\": \"postgres://me:sesame@localhost\" }]\n}\n",
    );
    assert_snapshot!(problem(&unreadable), @r"
    error[connection-string]: the connection string of the Hyperdrive binding `DB` cannot be read (wrangler.jsonc:5)
     |
     = help: expected `postgres://user:password@host:port/database`, or `mysql:` in place of `postgres:`
    ");
}

#[test]
fn a_durable_object_class_that_main_does_not_export() {
    let broken = wrangler(
        "{\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2025-11-01\",\n  \
         \"durable_objects\": { \"bindings\": [{ \"name\": \"COUNTERS\", \"class_name\": \"Counter\" }] },\n  \
         \"migrations\": [{ \"tag\": \"v1\", \"new_sqlite_classes\": [\"Counter\"] }]\n}\n",
    );
    assert_snapshot!(problem(&broken), @r#"
    error[missing-class]: no exported class `Counter`
     --> wrangler.jsonc:4:73
      |
    4 |   "durable_objects": { "bindings": [{ "name": "COUNTERS", "class_name": "Counter" }] },
      |                                                                         ^^^^^^^^^ not exported by src/index.ts
      |
      = help: write `export class Counter extends DurableObject { … }` in src/index.ts
    "#);
}

#[test]
fn a_vitest_config_that_throws() {
    let broken = project().file(
        "vitest.config.ts",
        "import { defineConfig } from 'vitest/config';\n\nfunction choose(): string {\n  throw new Error('no choice');\n}\n\nexport default defineConfig({ test: { name: choose() } });\n",
    );
    assert_snapshot!(problem(&broken), @"
    error[vitest-config]: the Vitest config threw: no choice
     --> vitest.config.ts:4:9
      |
    4 |   throw new Error('no choice');
      |         ^ thrown here
    ");
}

#[test]
fn a_vitest_config_with_a_syntax_error() {
    let broken = project().file("vitest.config.ts", "import { defineConfig } from 'vitest/config';\n\nexport default defineConfig({ test: { name: } });\n");
    assert_snapshot!(problem(&broken), @r#"
    error[vitest-config]: Unexpected "}"
     --> vitest.config.ts:3:45
      |
    3 | export default defineConfig({ test: { name: } });
      |                                             ^
    "#);
}

#[test]
fn a_vitest_config_that_imports_what_is_not_there() {
    let broken =
        project().file("vitest.config.ts", "import { options } from './options';\nexport default options;\n");
    assert_snapshot!(problem(&broken), @r#"
    error[vitest-config]: Could not resolve "./options"
     --> vitest.config.ts:1:25
      |
    1 | import { options } from './options';
      |                         ^^^^^^^^^^^
    "#);
    let package = project().file(
        "vitest.config.ts",
        "import plugin from 'no-such-plugin';\nexport default { plugins: [plugin()] };\n",
    );
    assert_snapshot!(problem(&package), @"
    error[vitest-config]: the Vitest config imports `no-such-plugin`, which is not installed
     --> vitest.config.ts:1:21
      |
    1 | import plugin from 'no-such-plugin';
      |                     ^^^^^^^^^^^^^^
      |
      = help: run `npm install --save-dev no-such-plugin`
    ");
}

#[test]
fn bad_compatibility_dates() {
    let broken = wrangler("{\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2025-13-01\"\n}\n");
    assert_snapshot!(problem(&broken), @r#"
    error[bad-date]: `compatibility_date` is not a calendar date
     --> wrangler.jsonc:3:25
      |
    3 |   "compatibility_date": "2025-13-01"
      |                         ^^^^^^^^^^^^ month 13 does not exist
      |
      = help: write it as YYYY-MM-DD, like 2026-01-31
    "#);
    let too_new = wrangler("{\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2999-01-01\"\n}\n");
    assert_snapshot!(problem(&too_new), @r#"
    error[date-too-new]: workerd does not know the compatibility date 2999-01-01
     --> wrangler.jsonc:3:25
      |
    3 |   "compatibility_date": "2999-01-01"
      |                         ^^^^^^^^^^^^
      |
      = help: the newest date that this workerd knows is 2026-11-09
    "#);
    let by_the_config =
        project().pool_config("{ main: './src/index.ts', miniflare: { compatibilityDate: 'today' } }", "{}");
    assert_snapshot!(problem(&by_the_config), @"
    error[bad-date]: `compatibilityDate`: `today` is not a date
     --> vitest.config.ts:5:86
      |
    5 |   plugins: [cloudflareTest({ main: './src/index.ts', miniflare: { compatibilityDate: 'today' } })],
      |                                                                                      ^^^^^^^
      |
      = help: write it as YYYY-MM-DD
    ");
}

#[test]
fn wrong_types_in_the_pools_options() {
    let broken = project().pool_config("{ wrangler: './wrangler.jsonc' }", "{}");
    assert_snapshot!(problem(&broken), @"
    error[wrong-type]: `wrangler` must be an object
     --> vitest.config.ts:5:40
      |
    5 |   plugins: [cloudflareTest({ wrangler: './wrangler.jsonc' })],
      |                                        ^^^^^^^^^^^^^^^^^^ Invalid input: expected object, received string
    ");
    let nested =
        project().pool_config("{ main: './src/index.ts', miniflare: { kvNamespaces: ['KV', 7] } }", "{}");
    assert_snapshot!(problem(&nested), @"
    error[wrong-type]: `miniflare.kvNamespaces[1]` must be a string
     --> vitest.config.ts:5:88
      |
    5 |   plugins: [cloudflareTest({ main: './src/index.ts', miniflare: { kvNamespaces: ['KV', 7] } })],
      |                                                                                        ^ Invalid input: expected string, received number
    ");
}

#[test]
fn an_unknown_pool_option_is_a_warning() {
    let misspelled = project().pool_config("{ main: './src/index.ts', minflare: {} }", "{}");
    assert_snapshot!(misspelled.run(&["gen"]).expect(0), @"
    exit code 0
    ----- stdout
    wrote .wpt: 1 test file, 0 bindings, 7 modules; see .wpt/SUMMARY.md
    ----- stderr
    warning[unknown-key]: `minflare` is not an option known here
     --> vitest.config.ts:5:54
      |
    5 |   plugins: [cloudflareTest({ main: './src/index.ts', minflare: {} })],
      |                                                      ^^^^^^^^ ignored
      |
      = help: did you mean `miniflare`?
    ");
}

#[test]
fn several_problems_are_all_said() {
    let broken = wrangler("{\n  \"main\": \"src/missing.ts\",\n  \"compatibility_date\": \"2999-01-01\",\n  \"hyperdrive\": [{ \"binding\": \"DB\", \"id\": \"1\" }]\n}\n")
        .file("test/a.test.ts", "import './nothing';\n");
    assert_snapshot!(problem(&broken), @r#"
    error[missing-main]: the main module src/missing.ts does not exist
     --> wrangler.jsonc:2:11
      |
    2 |   "main": "src/missing.ts",
      |           ^^^^^^^^^^^^^^^^
      |
      = help: set `main` to the module that exports the Worker's handlers

    error[missing-connection-string]: the Hyperdrive binding `DB` has no local database
     --> wrangler.jsonc:4:31
      |
    4 |   "hyperdrive": [{ "binding": "DB", "id": "1" }]
      |                               ^^^^
      |
      = help: give a connection string in `localConnectionString`, in `miniflare.hyperdrives` of the Vitest config, or in the environment variable CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB

    error[date-too-new]: workerd does not know the compatibility date 2999-01-01
     --> wrangler.jsonc:3:25
      |
    3 |   "compatibility_date": "2999-01-01",
      |                         ^^^^^^^^^^^^
      |
      = help: the newest date that this workerd knows is 2026-11-09

    error[unresolved-import]: cannot find "./nothing", imported by test/a.test.ts
     --> test/a.test.ts:1:8
      |
    1 | import './nothing';
      |        ^^^^^^^^^^^
    "#);
}

#[test]
fn functions_of_the_config_that_vitest_calls_in_node() {
    let project = project().config("{ resolveSnapshotPath: (path) => path, onConsoleLog: () => false }");
    let test = project.run(&["test"]).expect(2);
    assert_snapshot!(test.stderr, @r"
    warning[called-in-node]: Vitest calls `onConsoleLog` in Node.js: it is left out
     --> vitest.config.ts:6:48
      |
    6 |   test: { resolveSnapshotPath: (path) => path, onConsoleLog: () => false },
      |                                                ^^^^^^^^^^^^
      |
      = help: use `vitest` with `wpt-gen/vitest`

    error[called-in-node]: Vitest calls `resolveSnapshotPath` in Node.js
     --> vitest.config.ts:6:11
      |
    6 |   test: { resolveSnapshotPath: (path) => path, onConsoleLog: () => false },
      |           ^^^^^^^^^^^^^^^^^^^
      |
      = help: use `vitest` with `wpt-gen/vitest`
    ");
}
