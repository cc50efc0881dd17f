//! The pool's options: every form in which a config gives them, and what is said about wrong ones.

use insta::assert_snapshot;

use crate::support::Project;

/// A project without a wrangler file, whose test checks what the options must have bound.
fn without_wrangler(config: &str) -> Project {
    Project::empty()
        .file("src/index.ts", "export default { fetch: (_request, env) => Response.json(env.SETTINGS) };\n")
        .file("vitest.config.ts", config)
        .file(
            "test/bound.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('has what the options bind', async () => {
  expect(env.GREETING).toBe('hello');
  await env.NOTES.put('key', 'value');
  expect(await env.NOTES.get('key')).toBe('value');
  expect((await env.DATABASE.prepare('SELECT 1 AS one').all()).results).toEqual([{ one: 1 }]);
  const response = await exports.default.fetch('http://x/');
  expect(await response.json()).toEqual({ deep: [1, null, 'two'] });
});
",
        )
}

const OPTIONS: &str = "{
    main: './src/index.ts',
    miniflare: {
      compatibilityDate: '2025-11-01',
      bindings: { GREETING: 'hello', SETTINGS: { deep: [1, null, 'two'], left: undefined } },
      kvNamespaces: ['NOTES'],
      d1Databases: { DATABASE: { id: 'some-id' } },
      log: new Map(),
      kvPersist: './state',
    },
  }";

#[track_caller]
fn passes(config: &str) {
    let run = without_wrangler(config).run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert_eq!(run.stderr, "");
}

#[test]
fn options_alone_make_a_worker() {
    passes(&format!(
        "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';
export default {{ plugins: [cloudflareTest({OPTIONS})] }};"
    ));
}

#[test]
fn options_may_be_an_async_function_that_injects() {
    let options = OPTIONS.replace("'hello'", "inject('greeting')");
    passes(&format!(
        "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';
export default {{
  plugins: [cloudflareTest(async ({{ inject }}) => ({options}))],
  test: {{ provide: {{ greeting: 'hello' }} }},
}};"
    ));
}

#[test]
fn a_pool_may_be_given_as_such() {
    passes(&format!(
        "import {{ cloudflarePool }} from '@cloudflare/vitest-plugin';
export default {{ test: {{ pool: cloudflarePool({OPTIONS}) }} }};"
    ));
}

#[test]
fn the_older_generation_has_options_as_an_object_or_a_function() {
    passes(&format!(
        "import {{ defineWorkersConfig }} from '@cloudflare/vitest-pool-workers/config';
export default defineWorkersConfig({{
  test: {{ poolOptions: {{ workers: {{ ...{OPTIONS}, isolatedStorage: true, singleWorker: true }} }} }},
}});"
    ));
    passes(&format!(
        "import {{ defineWorkersProject }} from '@cloudflare/vitest-pool-workers/config';
export default defineWorkersProject(async () => ({{
  test: {{ poolOptions: {{ workers: ({{ inject }}) => ({OPTIONS}) }} }},
}}));"
    ));
    passes(&format!(
        "import {{ defineConfig }} from 'vitest/config';
export default defineConfig({{
  test: {{ pool: '@cloudflare/vitest-pool-workers', poolOptions: {{ workers: {OPTIONS} }} }},
}});"
    ));
}

#[test]
fn what_is_defined_is_replaced_in_every_form() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "main": "src/index.ts", "compatibility_date": "2026-01-01",
              "define": { "SHARED.LIST": "[1, 2]" }
            }"#,
        )
        .file(
            "vitest.config.ts",
            "import { cloudflareTest } from '@cloudflare/vitest-plugin';
export default {
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })],
  define: { PLAIN: '\"plain\"', 'NESTED.DEEPLY.LIST': '[1, 2]', REFERENCE: 'Math.max' },
};
",
        )
        .file(
            "test/a.test.ts",
            "import { expect, it } from 'vitest';
it('is there', () => {
  expect(PLAIN).toBe('plain');
  expect(NESTED.DEEPLY.LIST).toEqual([1, 2]);
  expect(REFERENCE(1, 2)).toBe(2);
  expect(SHARED.LIST).toEqual([1, 2]);
  expect(SHARED.LIST).toBe(SHARED.LIST);
});
",
        );
    project.run(&["test"]).expect(0);
    project.with_vitest_4().run(&["test"]).expect(0);
}

const WRONG: &str = "import { cloudflareTest } from '@cloudflare/vitest-plugin';

const queueConsumers = { jobs: { maxBatchSize: 1000 } };
export default {
  plugins: [
    cloudflareTest(async () => ({
      main: 1,
      additionalExports: { Thing: 'DurableObjects' },
      miniflare: {
        compatibilityFlags: 'nodejs_compat',
        bindings: { WHEN: new Date(0) },
        hyperdrives: { DB: 'postgres://localhost:5432/app' },
        serviceBindings: { OTHER: 7, API: { nam: 'api' } },
        queueConsumers,
        kvNamespces: ['KV'],
        workers: [{ modules: true, script: '' }],
      },
    })),
  ],
};
";

#[test]
fn all_wrong_options_are_shown_where_they_are_written() {
    let project = Project::worker().file("vitest.config.mts", WRONG);
    let run = project.command(&["gen", "--config", "vitest.config.mts"]).run().expect(2);
    // What is not lowered yet comes after what is wrong.
    let wrong = run.stderr.split("error[unsupported-option]").next().unwrap();
    assert_snapshot!(wrong, @"
    error[wrong-type]: `main` must be a string
     --> vitest.config.mts:7:13
      |
    7 |       main: 1,
      |             ^ Invalid input: expected string, received number

    error[wrong-type]: `miniflare.compatibilityFlags` must be an array of strings
      --> vitest.config.mts:10:29
       |
    10 |         compatibilityFlags: 'nodejs_compat',
       |                             ^^^^^^^^^^^^^^^ Invalid input: expected array of strings, received string

    error[wrong-type]: `miniflare.bindings.WHEN` must be a value that JSON can hold
      --> vitest.config.mts:11:27
       |
    11 |         bindings: { WHEN: new Date(0) },
       |                           ^^^^^^^^^^^ Invalid input: expected value that JSON can hold, received instance of Date

    error[wrong-type]: `miniflare.serviceBindings.OTHER` must be the name of a Worker, an object or a function
      --> vitest.config.mts:13:35
       |
    13 |         serviceBindings: { OTHER: 7, API: { nam: 'api' } },
       |                                   ^ Invalid input: expected the name of a Worker, an object or a function, received number

    error[missing-key]: `miniflare.serviceBindings.API` needs `name`
      --> vitest.config.mts:13:43
       |
    13 |         serviceBindings: { OTHER: 7, API: { nam: 'api' } },
       |                                           ^^^^^^^^^^^^^^ `name` is missing here

    warning[unknown-key]: `miniflare.serviceBindings.API.nam` is not an option known here
      --> vitest.config.mts:13:45
       |
    13 |         serviceBindings: { OTHER: 7, API: { nam: 'api' } },
       |                                             ^^^ ignored
       |
       = help: did you mean `name`?

    error[wrong-value]: `miniflare.hyperdrives.DB` is not a connection string of a database
      --> vitest.config.mts:12:28
       |
    12 |         hyperdrives: { DB: 'postgres://localhost:5432/app' },
       |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no user
       |
       = help: write it as postgres://user:password@host:5432/database, or the same with mysql

    error[wrong-value]: `miniflare.queueConsumers.jobs.maxBatchSize` cannot be 1000
     --> vitest.config.mts:3:48
      |
    3 | const queueConsumers = { jobs: { maxBatchSize: 1000 } };
      |                                                ^^^^ expected a number from 0 to 100

    warning[unknown-key]: `miniflare.kvNamespces` is not an option known here
      --> vitest.config.mts:15:9
       |
    15 |         kvNamespces: ['KV'],
       |         ^^^^^^^^^^^ ignored
       |
       = help: did you mean `kvNamespaces`?

    error[missing-name]: `miniflare.workers[0].name` must be non-empty
      --> vitest.config.mts:16:19
       |
    16 |         workers: [{ modules: true, script: '' }],
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: other Workers are bound to an auxiliary Worker by its `name`

    error[wrong-value]: `additionalExports.Thing` cannot be `DurableObjects`
     --> vitest.config.mts:8:35
      |
    8 |       additionalExports: { Thing: 'DurableObjects' },
      |                                   ^^^^^^^^^^^^^^^^ expected `DurableObject`, `WorkerEntrypoint`, `WorkflowEntrypoint`
      |
      = help: did you mean `DurableObject`?
    ");
}

#[test]
fn module_rules_of_the_options_hold_for_the_worker_under_test() {
    let project = Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-08-04",
  "rules": [{ "type": "Data", "globs": ["**/*.dat"] }],
}"#,
        )
        .file(
            "src/index.ts",
            "import data from './data.dat';\n\
             import poem from './poem.md';\n\
             export default { fetch: () => new Response(poem + data.byteLength) };\n",
        )
        .file("src/poem.md", "roses")
        .file("src/data.dat", "1234")
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { modulesRules: [{ type: 'Text', include: ['**/*.md'] }] } }",
            "{}",
        )
        .file(
            "test/rules.test.ts",
            "import { exports } from 'cloudflare:workers';\n\
             import { expect, it } from 'vitest';\n\
             import poem from '../src/poem.md';\n\
             it('is text', async () => {\n\
             \x20 expect(poem).toBe('roses');\n\
             \x20 expect(await (await exports.default.fetch('https://worker.test/')).text()).toBe('roses4');\n\
             });\n",
        );
    project.run(&["test"]).expect(0);
}
