//! Alarms of Durable Objects belong to the test file that set them; the example `clock` shows how they follow faked time.

use crate::support::{Project, Server};

const WRANGLER: &str = r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "durable_objects": { "bindings": [{ "name": "NAGS", "class_name": "Nag" }, { "name": "OTHERS", "class_name": "Nag", "script_name": "other" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Nag"] }]
}"#;

/// Tells the server of its alarms, and sets itself another.
const NAG: &str = "import { DurableObject } from 'cloudflare:workers';
export class Nag extends DurableObject {
  async nag(name, delay) {
    await this.ctx.storage.put('name', name);
    await this.ctx.storage.setAlarm(Date.now() + delay);
  }
  async alarm() {
    await fetch(`$ORIGIN/alarm/${await this.ctx.storage.get('name')}`);
    this.rings = (this.rings ?? 0) + 1;
    await this.ctx.storage.setAlarm(Date.now() + 100);
  }
  hasRung() {
    return this.rings > 2;
  }
  slow() {
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  }
}
export default { fetch: () => new Response('hello') };
";

fn project(origin: &str) -> Project {
    let class = NAG.replace("$ORIGIN", origin);
    let pool = format!(
        "{{ wrangler: {{ configPath: './wrangler.jsonc' }}, miniflare: {{ workers: [{{
    name: 'other', modules: true, compatibilityDate: '2026-01-01', script: {class:?},
    durableObjects: {{ NAGS: {{ className: 'Nag', useSQLite: true }} }},
  }}] }} }}"
    );
    Project::empty().file("wrangler.jsonc", WRANGLER).file("src/index.ts", &class).pool_config(&pool, "{}")
}

#[test]
fn none_goes_off_after_its_file() {
    let server = Server::start();
    let test = |file: &str, rest: &str| {
        format!(
            "import {{ evictDurableObject }} from 'cloudflare:test';
import {{ env }} from 'cloudflare:workers';
import {{ expect, it, vi }} from 'vitest';
it('sets alarms', async () => {{
  await fetch('{origin}/begin/{file}');
  await env.NAGS.getByName('idle').nag('{file}/idle', 1000);
  await evictDurableObject(env.NAGS.getByName('idle'));
  await env.OTHERS.getByName('other').nag('{file}/other', 1000);
  await env.NAGS.getByName('soon').nag('{file}/soon', 10);
  await env.NAGS.getByName('late').nag('{file}/late', 1000);
}});
{rest}",
            origin = server.origin()
        )
    };
    let waits = "it('waits', async () => {
  const objects = [env.NAGS.getByName('idle'), env.NAGS.getByName('late'), env.OTHERS.getByName('other')];
  for (const object of objects) await vi.waitFor(async () => expect(await object.hasRung()).toBe(true), 30_000);
}, 60_000);
";
    let project = project(&server.origin())
        // The largest file runs first.
        .file("test/a.test.ts", &test("a", &"/".repeat(500)))
        .file("test/b.test.ts", &test("b", waits));
    let run = project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(run.summary(), "files: 2 passed (2); tests: 3 passed (3)");
    assert_eq!(run.stderr, "");

    let requests = server.requests();
    let begun = requests.iter().position(|request| request == "GET /begin/b").unwrap();
    let later = &requests[begun..];
    assert!(later.iter().all(|request| !request.contains("/a/")), "alarms of another file: {later:?}");
    for name in ["idle", "other", "soon", "late"] {
        let alarm = format!("GET /alarm/b/{name}");
        assert!(later.contains(&alarm), "no {alarm}: {later:?}");
    }
}

#[test]
fn what_objects_still_do_at_the_end_of_a_file_is_not_the_files_failure() {
    let server = Server::start();
    let run = project(&server.origin())
        .file(
            "test/end.test.ts",
            "import { env } from 'cloudflare:workers';
import { it } from 'vitest';
it('does not wait', async () => {
  const stub = env.NAGS.getByName('slow');
  await stub.nag('slow', 60_000);
  void stub.slow();
});
",
        )
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert_eq!(run.stderr, "");
}

#[test]
fn a_tests_own_storage_has_the_alarms_of_faked_time_that_its_block_set() {
    let server = Server::start();
    let pool = "{ wrangler: { configPath: './wrangler.jsonc' }, isolation: 'test' }";
    let run = Project::worker()
        .file("wrangler.jsonc", &WRANGLER.replace(r#", "script_name": "other""#, ""))
        .file("src/index.ts", &NAG.replace("$ORIGIN", &server.origin()))
        .file(
            "test/block.test.ts",
            "import { runAllAlarms, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
const stub = env.NAGS.getByName('block');
const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
beforeAll(async () => {
  vi.useFakeTimers({ now: 0 });
  await stub.nag('block', 60_000);
});
afterAll(() => vi.useRealTimers());
it.for([1, 2])('runs it, time %i', async () => {
  expect(await alarm()).toBe(60_000);
  expect(await runAllAlarms({ until: 60_000 })).toHaveLength(1);
  expect(await alarm()).toBe(60_100);
  vi.setSystemTime(0);
});
it('has it still, in real time too', async () => {
  vi.useRealTimers();
  expect(await alarm()).toBe(60_000);
});
",
        )
        .pool_config(pool, "{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 3 passed (3)");
    assert_eq!(server.requests(), ["GET /alarm/block", "GET /alarm/block"]);
}
