//! Durable Objects of the Worker under test.

use crate::support::Project;

/// A Worker with a KV namespace and a class of Durable Objects.
fn project() -> Project {
    Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "kv_namespaces": [{ "binding": "KV", "id": "kv" }],
              "durable_objects": { "bindings": [{ "name": "BOX", "class_name": "Box" }] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Box"] }],
            }"#,
        )
        .file(
            "src/index.ts",
            "import { DurableObject } from 'cloudflare:workers';
export class Box extends DurableObject {
  memory = 0;
  async add() {
    await this.ctx.storage.put('count', ((await this.ctx.storage.get('count')) ?? 0) + 1);
    return [++this.memory, await this.ctx.storage.get('count')];
  }
}
export default { fetch: () => new Response('hello') };
",
        )
}

#[test]
fn aborting_objects_keeps_what_all_files_store() {
    let test = "import { abortAllDurableObjects } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('loses memory only', async () => {
  const box = () => env.BOX.getByName('box');
  await env.KV.put('key', 'value');
  expect(await box().add()).toEqual([1, 1]);
  await abortAllDurableObjects();
  expect(await box().add()).toEqual([1, 2]);
  expect(await env.KV.get('key')).toBe('value');
});
";
    let project = project().file("test/a.test.ts", test).file("test/b.test.ts", test).config("{}");
    let run = project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(run.summary(), "files: 2 passed (2); tests: 2 passed (2)");
    assert_eq!(run.stderr, "");
    let explained = project.run(&["explain", "unsafe_module"]).expect(0).stdout;
    assert!(explained.contains("test/a.test.ts evicts or aborts Durable Objects"), "{explained}");
}

#[test]
fn evicting_without_a_name_to_find_says_what_is_missing() {
    let run = project()
        .file(
            "test/a.test.ts",
            "import * as helpers from 'cloudflare:test';
import { expect, it } from 'vitest';
it('needs the name', async () => {
  await expect(helpers[`abortAll${'Durable'}Objects`]()).rejects.toThrow('needs the flag `unsafe_module`');
});
",
        )
        .config("{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn handlers_of_websockets_may_be_missing() {
    let run = project()
        .file(
            "src/index.ts",
            "import { DurableObject } from 'cloudflare:workers';
export class Box extends DurableObject {
  async fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) {
    socket.send(message);
  }
  open() {
    return this.ctx.getWebSockets().length;
  }
}
export default { fetch: (request, env) => env.BOX.getByName('echo').fetch(request) };
",
        )
        .file(
            "test/a.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
it('echoes and closes', async () => {
  const { webSocket } = await exports.default.fetch('http://worker/', { headers: { Upgrade: 'websocket' } });
  const answer = new Promise((resolve) => webSocket.addEventListener('message', ({ data }) => resolve(data)));
  webSocket.accept();
  webSocket.send('hello');
  expect(await answer).toBe('hello');
  const box = env.BOX.getByName('echo');
  expect(await box.open()).toBe(1);
  webSocket.close(1000, 'bye');
  await vi.waitFor(async () => expect(await box.open()).toBe(0), { timeout: 4_000, interval: 20 });
});
it('leaves a socket open', async () => {
  const { webSocket } = await exports.default.fetch('http://worker/', { headers: { Upgrade: 'websocket' } });
  webSocket.accept();
  expect(await env.BOX.getByName('echo').open()).toBe(1);
});
",
        )
        .config("{}")
        .run(&["test", "--verbose"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    assert!(!run.stdout.contains("does not define") && !run.stderr.contains("does not define"), "{run}");
}

#[test]
fn the_plan_says_where_workerd_gets_views_of_objects() {
    let test = |text: &str| {
        format!(
            "import {{ env }} from 'cloudflare:workers';
import {{ expect, it, vi }} from 'vitest';
it('fails', async () => {{
  await expect(env.BOX.getByName('a').nothing()).rejects.toThrow({text});
}});
it('fails as well before the main module is there', async () => {{
  vi.resetModules();
  await expect(env.BOX.getByName('b').nothing()).rejects.toThrow({text});
}});
"
        )
    };
    let view = |project: &Project| {
        let plan = project.json(".wpt/plan.json");
        let exports = plan["worker"]["exports"].as_array().unwrap();
        let class = exports.iter().find(|export| export["name"] == "Box").unwrap();
        class["view"].as_str().map(str::to_owned)
    };
    let workerds = "'The RPC receiver does not implement the method \"nothing\"'";
    let project = project().file("test/a.test.ts", &test(workerds)).config("{}");
    let run = project.run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    project.run(&["gen"]).expect(0);
    assert_eq!(view(&project), None);

    project.write("test/a.test.ts", &test("'The RPC receiver does not implement \"nothing\".'"));
    let run = project.run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    project.run(&["gen"]).expect(0);
    assert_eq!(
        view(&project).as_deref(),
        Some("test/a.test.ts expects the RPC errors of `@cloudflare/vitest-plugin`")
    );
}
