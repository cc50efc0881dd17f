//! Workers and services that the options of the Vitest config give.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use insta::assert_snapshot;

use crate::support::Project;

/// A project whose Vitest config has these options besides the wrangler file.
fn project(options: &str) -> Project {
    Project::worker().file(
        "vitest.config.ts",
        &format!(
            "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';
import {{ defineConfig }} from 'vitest/config';
export default defineConfig({{ plugins: [cloudflareTest({{
  wrangler: {{ configPath: './wrangler.jsonc' }},
{options}
}})] }});
"
        ),
    )
}

const FORMS: &str = "  miniflare: {
    serviceBindings: {
      TEXT: 'text', OLD: 'old', LISTED: 'listed', SHADOWED: 'shadowed', ME: Symbol.for('miniflare.kCurrentWorker'),
      FILE: { name: 'file', entrypoint: 'Named', props: { n: 1 } },
    },
    durableObjects: { COUNTERS: { className: 'Counter', scriptName: 'file', useSQLite: true } },
    workers: [
      { name: 'text', modules: true, script: 'export default { fetch: () => new Response(\"text\") }' },
      { name: 'old', script: 'addEventListener(\"fetch\", (event) => event.respondWith(new Response(`old ${WORD}`)))', bindings: { WORD: 'word' } },
      {
        name: 'file', rootPath: 'others/file', modules: true, scriptPath: 'main.ts', compatibilityDate: '2025-11-01',
        modulesRules: [{ type: 'Text', include: ['**/*.md'] }], kvNamespaces: ['KV'], serviceBindings: { RUNNER: 'worker' },
        durableObjects: { COUNTERS: { className: 'Counter', useSQLite: true } },
      },
      {
        name: 'listed', rootPath: 'others', modulesRoot: 'listed', modules: [
          { type: 'ESModule', path: 'listed/main.mjs' },
          { type: 'Text', path: 'listed/words/a.txt', contents: 'listed' },
        ],
      },
      { name: 'shadowed', modules: true, script: 'export default { fetch: () => new Response(\"from the options\") }' },
    ],
  },";

const FORMS_TEST: &str = r#"import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

const text = async (binding: Fetcher) => (await binding.fetch("http://x/")).text();

it("reaches Workers of all forms", async () => {
  expect(await text(env.TEXT)).toBe("text");
  expect(await text(env.OLD)).toBe("old word");
  expect(await text(env.LISTED)).toBe("listed");
  expect(await text(env.SHADOWED)).toBe("from the options");
  expect(await text(env.ME)).toBe("hello");
});
it("has its own instance of each", async () => {
  expect(await env.FILE.describe()).toEqual({ call: 1, n: 1, note: "a note", before: null, runner: "hello" });
  expect(await env.COUNTERS.getByName("a").add()).toBe(1);
  expect(await env.FILE.count()).toBe(2);
});
"#;

#[test]
fn workers_of_the_options_come_in_all_forms_and_every_test_file_has_its_own() {
    let project = project(FORMS)
        .file(
            "others/file/main.ts",
            r#"import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import note from "./note.md";
interface Env { KV: KVNamespace; RUNNER: Fetcher; COUNTERS: DurableObjectNamespace<Counter> }
let call = 0;
export class Counter extends DurableObject<Env> {
  async add(): Promise<number> {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY)");
    this.ctx.storage.sql.exec("INSERT INTO calls DEFAULT VALUES");
    return this.ctx.storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM calls").one().n;
  }
}
export class Named extends WorkerEntrypoint<Env> {
  async describe() {
    const before = await this.env.KV.get("key");
    await this.env.KV.put("key", "value");
    const runner = await (await this.env.RUNNER.fetch("http://x/")).text();
    return { call: ++call, n: this.ctx.props.n, note: note.trim(), before, runner };
  }
  count() { return this.env.COUNTERS.getByName("a").add(); }
}
export default {};
"#,
        )
        .file("others/file/note.md", "a note\n")
        .file(
            "others/listed/main.mjs",
            "import text from './words/a.txt'; export default { fetch: () => new Response(text) };\n",
        )
        .file("shadowed/wrangler.jsonc", r#"{ "name": "shadowed", "main": "nowhere.ts" }"#)
        .file("test/a.test.ts", FORMS_TEST)
        .file("test/b.test.ts", FORMS_TEST);
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 2 passed (2); tests: 4 passed (4)");
}

/// Answers every request with `text`; the port.
fn server(text: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            if stream.read(&mut head).is_ok_and(|length| length > 0) {
                let length = text.len();
                let response =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}");
                stream.write_all(response.as_bytes()).unwrap();
            }
        }
    });
    port
}

#[test]
fn services_of_the_options_need_not_be_workers() {
    let port = server("outside");
    let project = project(&format!(
        "  miniflare: {{
    serviceBindings: {{
      EXTERNAL: {{ external: {{ address: '127.0.0.1:{port}', http: {{}} }} }},
      NETWORK: {{ network: {{ allow: ['private'] }} }},
      CLOSED: {{ network: {{ allow: ['public'], deny: ['private'] }} }},
      FILES: {{ disk: {{ path: './files' }} }},
      UPLOADS: {{ disk: {{ path: './uploads', writable: true }} }},
    }},
    outboundService: 'internet',
    tails: ['internet'],
    workers: [{{
      name: 'internet', modules: true, compatibilityDate: '2025-11-01', outboundService: {{ network: {{ allow: ['private'] }} }},
      script: `
        const seen = [];
        export default {{
          fetch: async (request) => {{
            if (request.url === 'http://seen/') return Response.json(seen);
            if (request.url === 'http://outside/') return fetch('http://127.0.0.1:{port}/');
            return new Response('mocked ' + request.url);
          }},
          tail: (events) => {{ for (const {{ event }} of events) seen.push(event?.request?.url); }},
        }};`,
    }}],
  }},"
    ))
    .file("files/a.txt", "on disk")
    .file("uploads/.keep", "")
    .file(
        "test/services.test.ts",
        &format!(
            r#"import {{ env, exports }} from "cloudflare:workers";
import {{ expect, it, vi }} from "vitest";
const text = async (response: Promise<Response>) => (await response).text();

it("reaches servers, networks and folders", async () => {{
  expect(await text(env.EXTERNAL.fetch("http://any/"))).toBe("outside");
  expect(await text(env.NETWORK.fetch("http://127.0.0.1:{port}/"))).toBe("outside");
  await expect(env.CLOSED.fetch("http://127.0.0.1:{port}/")).rejects.toThrow();
  expect(await text(env.FILES.fetch("http://x/a.txt"))).toBe("on disk");
  await expect(env.FILES.fetch("http://x/b.txt", {{ method: "PUT", body: "b" }})).resolves.toMatchObject({{ ok: false }});
  await env.UPLOADS.fetch("http://x/b.txt", {{ method: "PUT", body: "b" }});
  expect(await text(env.UPLOADS.fetch("http://x/b.txt"))).toBe("b");
}});
it("asks a Worker in place of the internet, which tells it what happened", async () => {{
  expect(await text(fetch("https://example.com/a"))).toBe("mocked https://example.com/a");
  expect(await text(fetch("http://outside/"))).toBe("outside");
  await text(exports.default.fetch("http://worker/tailed"));
  await vi.waitFor(async () => expect(await (await fetch("http://seen/")).json()).toContain("http://worker/tailed"));
}});
"#
        ),
    );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    assert_eq!(project.read("uploads/b.txt"), "b");
}

#[test]
fn functions_of_the_config_stand_for_workers() {
    let project = project(
        "  miniflare: {
    serviceBindings: { ECHO: (request: Request) => new Response(request.url), NOTHING: () => {}, F: 'other' },
    outboundService() { return new Response('mocked'); },
    workers: [{
      name: 'other', modules: true,
      script: 'export default { fetch: (request, env) => env.NODE.fetch(request) }',
      serviceBindings: { NODE: { node: (request, response) => response.end(request.method + ' ' + request.url) } },
    }],
  },",
    )
    .file(
        "test/a.test.ts",
        "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
const text = async (answer: Promise<Response>) => (await answer).text();
it('calls them', async () => {
  expect(await text(env.ECHO.fetch('https://echo.test/a?b'))).toBe('https://echo.test/a?b');
  expect(await text(fetch('https://elsewhere.test/'))).toBe('mocked');
  expect(await text(env.F.fetch('https://other.test/c?d', { method: 'POST', body: 'x' }))).toBe('POST /c?d');
  const response = await env.NOTHING.fetch('https://nothing.test/');
  expect(response.status).toBe(500);
  expect(await response.text()).toMatch(/^TypeError: `miniflare.serviceBindings.NOTHING` has to return a Response, and returned undefined/);
});
",
    );
    project.run(&["gen"]).expect(0);
    let plan = project.read(".wpt/plan.json");
    assert!(plan.contains(r#""option": "miniflare.serviceBindings.ECHO""#), "{plan}");
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn what_is_wrong_with_workers_of_the_options_is_shown_at_once() {
    let project = project(
        "  auxiliaryWorkers: [{ configPath: './nowhere/wrangler.jsonc' }],
  miniflare: {
    serviceBindings: { A: 'othr', B: { name: 'other', entrypoint: 'Nmed' } },
    workers: [
      { name: 'other', modules: true, scriptPath: 'other.ts' },
      { name: 'other', modules: true, script: 'export default {}' },
      { name: 'worker', modules: true, script: 'export default {}' },
      { name: 'empty', compatibilityFlags: ['nodejs_compa'] },
      { name: 'gone', modules: true, scriptPath: 'gone.ts' },
    ],
  },",
    )
    .file("other.ts", "export class Named {}\nexport default {};\n");
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @"
    error[missing-file]: there is no file nowhere/wrangler.jsonc
     --> vitest.config.ts:5:36
      |
    5 |   auxiliaryWorkers: [{ configPath: './nowhere/wrangler.jsonc' }],
      |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[ambiguous-worker]: two Workers are named `other`
      --> vitest.config.ts:10:15
       |
     9 |       { name: 'other', modules: true, scriptPath: 'other.ts' },
       |               ------- the other
    10 |       { name: 'other', modules: true, script: 'export default {}' },
       |               ^^^^^^^

    error[ambiguous-worker]: two Workers are named `worker`
      --> vitest.config.ts:11:15
       |
    11 |       { name: 'worker', modules: true, script: 'export default {}' },
       |               ^^^^^^^^
       |
       = help: the other is the Worker under test

    error[unknown-worker]: no Worker named `othr`
     --> vitest.config.ts:7:27
      |
    7 |     serviceBindings: { A: 'othr', B: { name: 'other', entrypoint: 'Nmed' } },
      |                           ^^^^^^ the service binding `A` needs it
      |
      = help: did you mean `other`?
      = help: searched the folders beside the project and the project's own folders: found wrangler.jsonc
      = help: add a wrangler file with this `name` there, list one elsewhere in the option `auxiliaryWorkers`, or add the Worker to `miniflare.workers`

    error[missing-export]: `other` exports no entrypoint `Nmed`
     --> vitest.config.ts:7:67
      |
    7 |     serviceBindings: { A: 'othr', B: { name: 'other', entrypoint: 'Nmed' } },
      |                                                                   ^^^^^^ not exported by other.ts
      |
      = help: did you mean `Named`?

    error[unknown-flag]: workerd knows no compatibility flag `nodejs_compa`
      --> vitest.config.ts:12:45
       |
    12 |       { name: 'empty', compatibilityFlags: ['nodejs_compa'] },
       |                                             ^^^^^^^^^^^^^^
       |
       = help: did you mean `nodejs_compat`?

    error[missing-main]: the Worker `empty` has no code
      --> vitest.config.ts:12:15
       |
    12 |       { name: 'empty', compatibilityFlags: ['nodejs_compa'] },
       |               ^^^^^^^
       |
       = help: give it `modules`, `script` or `scriptPath`, or leave it out of `miniflare.workers`: a Worker with a wrangler file is found by its name

    error[missing-main]: `gone`: there is no file gone.ts
      --> vitest.config.ts:13:50
       |
    13 |       { name: 'gone', modules: true, scriptPath: 'gone.ts' },
       |                                                  ^^^^^^^^^
    ");
}

#[test]
fn wrangler_files_that_the_options_list_come_first() {
    let project = project("  auxiliaryWorkers: [{ configPath: './build/auth/wrangler.jsonc' }],");
    project.edit(
        "wrangler.jsonc",
        "\"name\"",
        r#""services": [{ "binding": "AUTH", "service": "auth" }], "name""#,
    );
    for (folder, answer) in [("build/auth", "listed"), ("auth", "found")] {
        project.write(
            &format!("{folder}/wrangler.jsonc"),
            r#"{ "name": "auth", "main": "index.js", "compatibility_date": "2025-11-01" }"#,
        );
        let code = format!("export default {{ fetch: () => new Response('{answer}') }};\n");
        project.write(&format!("{folder}/index.js"), &code);
    }
    project.write(
        "test/auth.test.ts",
        r#"import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
it("reaches it", async () => expect(await (await env.AUTH.fetch("http://x/")).text()).toBe("listed"));
"#,
    );
    project.run(&["test"]).expect(0);
}
