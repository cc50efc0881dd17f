//! Functions of the Vitest config, served by Node.

use insta::assert_snapshot;

use crate::support::Project;

/// A project with these options of `miniflare` and these tests.
fn project(miniflare: &str, tests: &str) -> Project {
    Project::worker()
        .pool_config(
            &format!("{{ wrangler: {{ configPath: './wrangler.jsonc' }}, miniflare: {{ {miniflare} }} }}"),
            "{}",
        )
        .file(
            "test/a.test.ts",
            &format!(
                "import {{ env }} from 'cloudflare:workers';\nimport {{ expect, it }} from 'vitest';\n{tests}"
            ),
        )
}

const FORMS: &str = "
  serviceBindings: {
    ECHO: (request) => Response.json({ url: request.url, cf: request.cf?.colo, headers: [...request.headers.keys()] }),
    'A.B %é': () => new Response(null, { status: 204, headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }),
    node: () => new Response('no handler of Node'),
    NODE: { node: (request, response) => response.end(`${request.method} ${request.url} ${request.headers.host}`) },
    THROWS: { node: async () => { throw new Error('out of order') } },
    ZIPPED: () => new Response('plain', { headers: { 'content-encoding': 'gzip' } }),
    EMPTY: () => undefined,
    OTHER: 'other',
    MINIFLARE: (_, miniflare) => miniflare.dispatchFetch('http://x'),
  },
  workers: [{
    name: 'other', modules: true, compatibilityDate: '2025-11-01',
    script: 'export default { fetch: () => fetch(\"https://else.test/where\") }',
    outboundService: (request) => new Response(`other went to ${request.url}`),
  }],
";

const TESTS: &str = "
const text = async (response) => (await response).text();

it('gets a request as it was made', async () => {
  const response = await env.ECHO.fetch('https://user.test:81/a%20b?c=d#e', { cf: { colo: 'AMS' }, headers: { a: 'b' } });
  expect(await response.json()).toMatchObject({ url: 'https://user.test:81/a%20b?c=d', cf: 'AMS', headers: ['a'] });
});

it('has any name, and gives any headers', async () => {
  const response = await env['A.B %é'].fetch('http://x');
  expect([response.status, response.headers.getSetCookie()]).toEqual([204, ['a=1', 'b=2']]);
});

it('is told from handlers of Node', async () => {
  expect(await text(env.node.fetch('http://x'))).toBe('no handler of Node');
  expect(await text(env.THROWS.fetch('http://x'))).toMatch(/^Error: out of order/);
});

it('gets requests of Node', async () => {
  expect(await text(env.NODE.fetch('http://host.test/p?q', { method: 'POST', body: 'x' }))).toBe('POST /p?q host.test');
});

it('gives a body that is encoded as its headers say', async () => {
  expect(await text(env.ZIPPED.fetch('http://x'))).toBe('plain');
});

it('answers for other Workers', async () => {
  expect(await text(env.OTHER.fetch('http://x'))).toBe('other went to https://else.test/where');
});

it('is told what it did wrong', async () => {
  expect(await text(env.EMPTY.fetch('http://x'))).toContain('`miniflare.serviceBindings.EMPTY` has to return a Response, and returned undefined');
  expect(await text(env.MINIFLARE.fetch('http://x'))).toContain('`dispatchFetch` of the second argument is not there');
});
";

#[test]
fn functions_have_all_forms() {
    let project = project(FORMS, TESTS);
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 7 passed (7)");
    let plan = project.read(".wpt/plan.json");
    assert!(plan.contains(r#""option": "miniflare.workers.0.outboundService""#), "{plan}");
}

#[test]
fn the_older_generation_has_functions_too() {
    let project = Project::worker()
        .file(
            "vitest.config.ts",
            "import { defineWorkersConfig } from '@cloudflare/vitest-pool-workers/config';
export default defineWorkersConfig({ test: { poolOptions: { workers: ({ inject }) => ({
  wrangler: { configPath: './wrangler.jsonc' },
  miniflare: { outboundService: () => new Response(inject('word')) },
}) }, provide: { word: 'mocked' } } });
",
        )
        .file(
            "test/a.test.ts",
            "import { expect, it } from 'vitest';
it('is mocked', async () => expect(await (await fetch('https://x.test')).text()).toBe('mocked'));
",
        );
    project.run(&["test"]).expect(0);
}

#[test]
fn a_run_ends_with_the_process_that_serves_functions() {
    let project = project(
        "serviceBindings: { END: () => process.exit(3) }",
        "it('ends', () => env.END.fetch('http://x'), 60_000);\n",
    );
    let outcome = project.run(&["test"]).expect(1);
    assert_snapshot!(outcome.stderr, @"error: the Node.js process of the Vitest config ended by itself (exit status: 3)");
}

#[test]
fn a_function_gets_no_events() {
    let project = project("tails: [() => new Response()]", "it('runs', () => {});\n");
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @"
    error[function-as-tail]: a function cannot be told of events
     --> vitest.config.ts:5:97
      |
    5 |   plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { tails: [() => new Response()] } })],
      |                                                                                                 ^^^^^^^^^^^^^^^^^^^^
      |
      = help: name a Worker of `miniflare.workers` that has a `tail` handler
    ");
}

#[test]
fn functions_and_options_are_of_one_evaluation() {
    // What the config makes anew each time that it is evaluated.
    let config = |setup: &str| {
        format!(
            "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';
const key = crypto.randomUUID();
export default {{
  plugins: [cloudflareTest({{
    main: './src/index.ts',
    miniflare: {{ bindings: {{ KEY: key }}, serviceBindings: {{ ASK: () => new Response(key) }} }},
  }})],
  test: {{ {setup} }},
}};
"
        )
    };
    let project = Project::worker()
        .file("test/setup.ts", "export default () => {};\n")
        .file("vitest.config.ts", &config(""))
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('has the key', async () => expect(await (await env.ASK.fetch('https://ask.test/')).text()).toBe(env.KEY));
",
        );
    project.run(&["test"]).expect(0);
    project.run(&["test"]).expect(0);
    project.write("vitest.config.ts", &config("globalSetup: './test/setup.ts'"));
    project.run(&["test"]).expect(0);
}
