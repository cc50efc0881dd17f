//! `globalSetup`: what it provides, and that it is torn down however a run ends.

use std::{fs, os::unix::fs::PermissionsExt as _};

use insta::assert_snapshot;

use crate::support::{Gate, Project, Signal, send};

const TEST: &str = "import { expect, inject, it } from 'vitest';
it('is provided', () => expect(inject('answer')).toBe(42));
";

/// A project with a global setup, and a test that wants its `answer`.
fn project(setup: &str) -> Project {
    Project::worker()
        .file("test/setup.ts", setup)
        .file("test/a.test.ts", TEST)
        .config("{ globalSetup: './test/setup.ts' }")
}

#[test]
fn all_forms_of_it_run_once_and_are_torn_down_in_reverse() {
    let log = "import { appendFileSync } from 'node:fs';\nconst log = (text: string) => appendFileSync('log.txt', text + '\\n');\n";
    let project = project(&format!(
        "{log}export async function setup({{ provide, config }}) {{ provide('answer', 42); log('setup of ' + typeof config.root); }}
export async function teardown() {{ log('teardown'); }}\n"
    ))
    .file(
        "test/second.ts",
        &format!("{log}export default function () {{ log('second setup'); return async () => log('second teardown'); }}\n"),
    )
    .file("test/b.test.ts", TEST)
    .config("{ globalSetup: ['./test/setup.ts', './test/second.ts'] }");
    project.run(&["test"]).expect(0);
    let expected = "setup of string\nsecond setup\nsecond teardown\nteardown\n";
    assert_eq!(project.read("log.txt"), expected);
    let project = project.with_vitest_4();
    project.write("log.txt", "");
    project.run(&["test"]).expect(0);
    assert_eq!(project.read("log.txt"), expected);
}

#[test]
fn packages_are_imported_as_node_does() {
    let setup = "import { condition } from 'conditional';
export default ({ provide }) => provide('answer', condition === 'node' ? 42 : condition);\n";
    let exports = r#"{ "name": "conditional", "type": "module", "exports": { "workerd": "./workerd.js", "browser": "./workerd.js", "node": "./node.js" } }"#;
    project(setup)
        .file("node_modules/conditional/package.json", exports)
        .file("node_modules/conditional/workerd.js", "export const condition = 'workerd';\n")
        .file("node_modules/conditional/node.js", "export const condition = 'node';\n")
        .run(&["test"])
        .expect(0);
}

#[test]
fn it_may_build_what_the_config_names() {
    let setup = "import { mkdirSync, writeFileSync } from 'node:fs';
export default ({ provide }) => {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/other.mjs', 'export default { fetch: () => new Response(\"built\") };');
  provide('answer', 42);
};\n";
    let project = Project::worker()
        .file("test/setup.ts", setup)
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('calls it', async () => expect(await (await env.OTHER.fetch('https://other.test/')).text()).toBe('built'));\n",
        )
        .pool_config(
            "{ main: './src/index.ts', miniflare: { serviceBindings: { OTHER: 'other' }, workers: [{ name: 'other', modules: true, scriptPath: './dist/other.mjs' }] } }",
            "{ globalSetup: './test/setup.ts' }",
        );
    let problem = project.run(&["gen"]).expect(2).stderr;
    assert!(problem.contains("if a global setup makes it, run `wpt-gen test` once"), "{problem}");
    project.run(&["test"]).expect(0);
}

#[test]
fn the_options_have_what_it_provides_and_generated_files_do_not() {
    let project = project("export default ({ provide }) => provide('database', { port: 5432, password: 'sesame' });\n")
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('has them', () => expect(env.URL).toBe(`db://${'ses' + 'ame'}@localhost:5432`));\n",
        )
        .pool_config(
            "({ inject }) => ({ main: './src/index.ts', miniflare: { bindings: { URL: `db://${inject('database').password}@localhost:${inject('database').port}` } } })",
            "{ globalSetup: './test/setup.ts' }",
        );
    project.run(&["gen"]).expect(0);
    let plan = project.read(".wpt/plan.json");
    assert!(plan.contains("db://<database.password>@localhost:<database.port>"), "{plan}");
    project.run(&["test"]).expect(0);
    project.run(&["check"]).expect(0);
    for (name, content) in project.files(".wpt") {
        assert!(!String::from_utf8_lossy(&content).contains("sesame"), "{name} has it");
    }
}

/// A project whose options are a function of `inject`, and whose setup provides `port`.
fn injected(options: &str) -> Project {
    project("export default ({ provide }) => provide('port', 5432);\n")
        .pool_config(&format!("({{ inject }}) => ({options})"), "{ globalSetup: './test/setup.ts' }")
        .file("test/a.test.ts", "import { it } from 'vitest';\nit('runs', () => {});\n")
}

#[test]
fn marks_may_stand_in_addresses() {
    let project = injected(
        "{ main: './src/index.ts', miniflare: { hyperdrives: { DB: `postgres://ada:sesame@localhost:${inject('port')}/app`, ALL: inject('url') } } }",
    );
    project.run(&["gen"]).expect(0);
    let plan = project.read(".wpt/plan.json");
    assert!(plan.contains(r#""localhost:<port>""#) && plan.contains(r#""<url>""#), "{plan}");
    project.edit(
        "test/setup.ts",
        "provide('port', 5432)",
        "(provide('port', 5432), provide('url', 'mysql://a:b@localhost/c'))",
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn options_that_are_right_only_in_a_run_say_so() {
    let project = injected(
        "{ main: './src/index.ts', miniflare: { compatibilityDate: inject('port') === 5432 ? '2025-11-01' : `${inject('port')}` } }",
    );
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @r#"
    error[bad-date]: `compatibilityDate`: `<port>` is not a date
     --> vitest.config.ts:5:103
      |
    5 | ...', miniflare: { compatibilityDate: inject('port') === 5432 ? '2025-11-01' : `${inject('port')}` } }))],
      |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write it as YYYY-MM-DD

    error[unknown-injection]: what `inject("port")` gives is known only while tests run
     --> vitest.config.ts:5:111
      |
    5 | ...dex.ts', miniflare: { compatibilityDate: inject('port') === 5432 ? '2025-11-01' : `${inject('port')}` } }))],
      |                                                     ^^^^ provided by a global setup
      |
      = help: `wpt-gen test` runs the global setup that provides it, and compiles with what it gives
      = help: or give a value in the config: `test: { provide: { port: … } }`
    "#);
    project.run(&["test"]).expect(0);
    let project = injected(
        "{ main: './src/index.ts', miniflare: { bindings: { URL: new URL(`http://localhost:${inject('port')}`).href } } }",
    );
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @r#"
    error[vitest-config]: the pool's options cannot do without what a global setup provides: Invalid URL

    error[unknown-injection]: what `inject("port")` gives is known only while tests run
     --> vitest.config.ts:5:137
      |
    5 | ...ings: { URL: new URL(`http://localhost:${inject('port')}`).href } } }))],
      |                                                     ^^^^ provided by a global setup
      |
      = help: `wpt-gen test` runs the global setup that provides it, and compiles with what it gives
      = help: or give a value in the config: `test: { provide: { port: … } }`
    "#);
    project.run(&["test"]).expect(0);
}

#[test]
fn the_roots_runs_too_where_projects_have_none() {
    let config = "import { defineWorkersConfig } from '@cloudflare/vitest-pool-workers/config';
export default defineWorkersConfig({ test: { poolOptions: { workers: { main: '../src/index.ts' } } } });\n";
    Project::worker()
        .file("vitest.config.ts", "import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { projects: ['a/vitest.config.ts', 'b/vitest.config.ts'], globalSetup: './setup.ts' } });\n")
        .file("setup.ts", "export function setup({ provide }) { process.env.TZ = 'UTC'; provide('answer', 42); }\n")
        .file("a/vitest.config.ts", config)
        .file("a/a.test.ts", TEST)
        .file("b/vitest.config.ts", config)
        .file("b/b.test.ts", TEST)
        .run(&["test"])
        .expect(0);
}

#[test]
fn programs_of_packages_are_on_the_path() {
    let setup = "import { execSync } from 'node:child_process';
export default ({ provide }) => provide('answer', Number(execSync('answer-program')));\n";
    let project = project(setup).file("node_modules/.bin/answer-program", "#!/bin/sh\necho 42\n");
    let program = project.root().join("node_modules/.bin/answer-program");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    project.run(&["test"]).expect(0);
}

#[test]
fn a_teardown_without_end_is_cut_off() {
    let project = project(
        "export default ({ provide }) => { provide('answer', 42); return () => new Promise(() => {}); };\n",
    )
    .config("{ globalSetup: './test/setup.ts', teardownTimeout: 50 }");
    let outcome = project.run(&["test"]).expect(1);
    assert!(
        outcome.stderr.contains("error during global teardown\nclose timed out after "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn what_it_throws_ends_the_run() {
    let project = project("export default async () => {\n  throw new Error('no database');\n};\n");
    let outcome = project.run(&["test"]).expect(1);
    assert_eq!(outcome.stdout, "");
    assert_snapshot!(outcome.stderr, @"
    error: Error: no database
        at Object.__vite_ssr_export_default__ [as setup] (<root>/test/setup.ts:2:9)
    ");
    project.write("test/setup.ts", "export default () => process.exit(3);\n");
    assert_snapshot!(project.run(&["test"]).expect(1).stderr, @"error: the Node.js process of the Vitest config ended by itself (exit status: 3)");
}

#[test]
fn a_teardown_that_throws_fails_the_run() {
    let project = project(
        "export default ({ provide }) => { provide('answer', 42); return () => { throw new Error('cannot stop'); }; };\n",
    );
    let outcome = project.run(&["test"]).expect(1);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert!(
        outcome.stderr.contains("error during global teardown\nError: cannot stop"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_interrupt_tears_it_down() {
    let gate = Gate::new();
    let project = project(
        "import { writeFileSync } from 'node:fs';
export default () => () => writeFileSync('gone.txt', 'torn down');\n",
    )
    .file("test/a.test.ts", &gate.test_file());
    let running = project.command(&["test"]).start();
    let _call = gate.wait();
    let (id, family) = (running.id(), running.family().clone());
    send(id, Signal::INT);
    running.finish().expect(130);
    assert_eq!(project.read("gone.txt"), "torn down");
    assert_eq!(family.living().len(), 0);
}

#[test]
fn what_it_started_ends_with_a_run_that_is_killed() {
    let gate = Gate::new();
    let project = project(
        "import { spawn } from 'node:child_process';
export default () => { spawn('sleep', ['600']); };\n",
    )
    .file("test/a.test.ts", &gate.test_file());
    let running = project.command(&["test"]).start();
    let _call = gate.wait();
    let family = running.family().clone();
    family.wait_for_program("sleep", 1);
    send(running.id(), Signal::KILL);
    running.finish();
    family.wait_until_gone();
}

#[test]
fn what_it_builds_may_come_a_little_later() {
    let setup = "import { spawn } from 'node:child_process';
export default () => {
  spawn('sleep 1; echo \"export default { fetch: () => new Response(1 + 1) };\" > built.mjs', { shell: true });
};\n";
    let project = Project::worker()
        .file("test/setup.ts", setup)
        .file(
            "test/a.test.ts",
            "import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('is built', async () => {
  const response = await exports.default.fetch('https://worker.test/');
  expect(await response.text()).toBe('2');
});\n",
        )
        .pool_config("{ main: './built.mjs' }", "{ globalSetup: './test/setup.ts' }");
    let run = project.run(&["test"]).expect(0);
    assert!(run.stderr.contains("waiting for a file that is missing"), "{run}");
}
