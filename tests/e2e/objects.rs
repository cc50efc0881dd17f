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
