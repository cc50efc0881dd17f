//! `cloudflare.config.ts` in place of a wrangler file.

use insta::assert_snapshot;

use crate::support::Project;

const TEST: &str = "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('has what the config binds', async () => {
  expect(env.WHO).toBe('a test in mode test');
  expect(env.SETTINGS).toEqual({ deep: [1] });
  await env.NOTES.put('key', 'value');
  expect(await env.NOTES.get('key')).toBe('value');
  expect(await (await env.SELF.fetch('http://x/')).text()).toBe('hello');
  const counter = env.COUNTER.getByName('one');
  expect([await counter.next(), await counter.next()]).toEqual([1, 2]);
  expect('OFF' in env).toBe(false);
  expect(await (await exports.default.fetch('http://x/')).text()).toBe('hello');
});
";

const WORKER: &str = "import { DurableObject } from 'cloudflare:workers';
export class Counter extends DurableObject {
  async next() {
    const value = (this.ctx.storage.kv.get('value') ?? 0) + 1;
    this.ctx.storage.kv.put('value', value);
    return value;
  }
}
export default { fetch: () => new Response('hello') };
";

const CONFIG: &str = "import { bindings, defineConfig, defineWorker, exports, triggers } from 'cf/config';
import * as entrypoint from './src/index.ts' with { type: 'cf-worker' };

const worker = defineWorker(({ mode }) => ({
  name: 'api',
  compatibilityDate: '2025-11-01',
  entrypoint,
  env: {
    WHO: bindings.text(`a test in mode ${mode}`),
    SETTINGS: bindings.json({ deep: [1] }),
    NOTES: bindings.kv(),
    SELF: bindings.worker({ worker: 'api' }),
    COUNTER: bindings.durableObject({ worker: 'api', exportName: 'Counter' }),
    OFF: mode === 'production' && bindings.kv(),
  },
  exports: { Counter: exports.durableObject({ storage: 'sqlite' }) },
  triggers: [triggers.scheduled({ schedule: '* * * * *' })],
  observability: { enabled: true },
}));
export default defineConfig({ accountId: 'some-account', worker });
";

fn project(config: &str) -> Project {
    Project::empty()
        .file("src/index.ts", WORKER)
        .file("cloudflare.config.ts", config)
        .file("test/a.test.ts", TEST)
        .pool_config("{ config: true }", "{}")
}

#[test]
fn a_config_gives_bindings_and_the_main_module() {
    let run = project(CONFIG).run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert_eq!(run.stderr, "");
}

#[test]
fn the_mode_is_vites_and_an_edit_is_noticed() {
    let project = project(CONFIG);
    let run = project.run(&["test", "--mode", "staging"]).expect(1);
    assert!(run.stdout.contains("a test in mode staging"), "{run}");
    project.run(&["test"]).expect(0);
    project.edit("cloudflare.config.ts", "a test in", "an edited");
    assert!(project.run(&["test"]).expect(1).stdout.contains("an edited mode test"));
}

#[test]
fn the_file_may_be_elsewhere_and_of_the_older_form() {
    let older = CONFIG
        .replace("'cf/config'", "'wrangler/experimental-config'")
        .replace("import * as entrypoint from './src/index.ts' with { type: 'cf-worker' };", "")
        .replace("  entrypoint,", "  entrypoint: '../src/index.ts',")
        .replace("const worker = ", "export default ")
        .replace("export default defineConfig({ accountId: 'some-account', worker });", "");
    let project = Project::empty()
        .file("src/index.ts", WORKER)
        .file("settings/worker.config.ts", &older)
        .file("test/a.test.ts", TEST)
        .pool_config("{ experimental: { newConfig: { configPath: './settings/worker.config.ts' } } }", "{}");
    assert_eq!(project.run(&["test"]).expect(0).stderr, "");
}

#[test]
fn a_config_that_is_not_there_or_exports_nothing() {
    let missing = Project::empty().pool_config("{ config: './other.config.ts' }", "{}");
    assert_snapshot!(missing.run(&["gen"]).expect(2).stderr, @"
    error[missing-file]: `config` is enabled but no `cloudflare.config.ts` was found at <root>/other.config.ts
     --> vitest.config.ts:5:38
      |
    5 |   plugins: [cloudflareTest({ config: './other.config.ts' })],
      |                                      ^^^^^^^^^^^^^^^^^^^ named here
    ");
    let nothing = project("export const worker = {};\n");
    assert_snapshot!(nothing.run(&["gen"]).expect(2).stderr, @"
    error[missing-export]: `cloudflare.config.ts` must have a default worker export
     --> cloudflare.config.ts:1:1
      |
    1 | export const worker = {};
      | ^ nothing is exported by default
      |
      = help: write `export default defineConfig({ worker: { name, compatibilityDate, entrypoint } })`
    ");
    let throws = project("export default () => {\n  throw new Error('no');\n};\n");
    assert_snapshot!(throws.run(&["gen"]).expect(2).stderr, @"
    error[vitest-config]: cloudflare.config.ts threw: no
     --> cloudflare.config.ts:2:9
      |
    2 |   throw new Error('no');
      |         ^ thrown here
    ");
}

#[test]
fn all_that_is_wrong_is_shown_in_the_configs_words() {
    let wrong = project(
        "export default {
  worker: {
    name: 'api',
    compatibilityDate: 20251101,
    env: {
      NOTES: { type: 'kv', id: 7, nmae: 'x' },
      OTHER: { type: 'vectorise' },
      QUEUE: { type: 'worker' },
    },
  },
};
",
    );
    assert_snapshot!(wrong.run(&["gen"]).expect(2).stderr, @"
    error[wrong-type]: Invalid `cloudflare.config.ts`: `worker.compatibilityDate` must be a string
     --> cloudflare.config.ts:4:24
      |
    4 |     compatibilityDate: 20251101,
      |                        ^^^^^^^^ Invalid input: expected string, received number

    error[wrong-type]: Invalid `cloudflare.config.ts`: `worker.env.NOTES.id` must be a string
     --> cloudflare.config.ts:6:32
      |
    6 |       NOTES: { type: 'kv', id: 7, nmae: 'x' },
      |                                ^ Invalid input: expected string, received number

    warning[unknown-key]: `worker.env.NOTES.nmae` is not an option known here
     --> cloudflare.config.ts:6:35
      |
    6 |       NOTES: { type: 'kv', id: 7, nmae: 'x' },
      |                                   ^^^^ ignored

    error[wrong-value]: Invalid `cloudflare.config.ts`: `worker.env.OTHER.type` cannot be `vectorise`
     --> cloudflare.config.ts:7:22
      |
    7 |       OTHER: { type: 'vectorise' },
      |                      ^^^^^^^^^^^ not a kind of binding
      |
      = help: did you mean `vectorize`?

    error[missing-key]: Invalid `cloudflare.config.ts`: `worker.env.QUEUE` needs `worker`
     --> cloudflare.config.ts:8:14
      |
    8 |       QUEUE: { type: 'worker' },
      |              ^^^^^^^^^^^^^^^^^^ `worker` is missing here
    ");
}

#[test]
fn a_wrangler_file_cannot_be_named_too() {
    let both =
        project(CONFIG).pool_config("{ config: true, wrangler: { configPath: './wrangler.jsonc' } }", "{}");
    assert_snapshot!(both.run(&["gen"]).expect(2).stderr, @"
    error[two-configs]: `wrangler` can't be used with `config`
     --> vitest.config.ts:5:44
      |
    5 |   plugins: [cloudflareTest({ config: true, wrangler: { configPath: './wrangler.jsonc' } })],
      |                                      ----  ^^^^^^^^
      |
      = help: set `config` to use `cloudflare.config.ts`, or `wrangler` to use a wrangler file
    ");
}
