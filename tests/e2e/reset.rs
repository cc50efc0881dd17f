//! `reset()` of `cloudflare:test`: afterwards nothing is known any more of the test file's own state, whatever product kept
//! it and whether its object still runs, and all of other files' state is.

use crate::support::Project;

const WRANGLER: &str = r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "kv_namespaces": [{ "binding": "KV", "id": "kv" }],
  "r2_buckets": [{ "binding": "R2", "bucket_name": "bucket" }],
  "d1_databases": [{ "binding": "DB", "database_id": "db" }],
  "queues": {
    "producers": [{ "binding": "ORDERS", "queue": "orders" }, { "binding": "SLOW", "queue": "slow" }],
    "consumers": [
      { "queue": "orders", "max_batch_size": 2, "max_batch_timeout": 60 },
      { "queue": "slow", "max_batch_size": 1, "max_retries": 5 }
    ]
  },
  "workflows": [{ "binding": "SHIPPING", "name": "shipping", "class_name": "Shipping" }],
  "ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 1, "period": 60 } }],
  "images": { "binding": "IMAGES" },
  "secrets_store_secrets": [{ "binding": "TOKEN", "store_id": "vault", "secret_name": "token" }],
  "unsafe_hello_world": [{ "binding": "HELLO" }],
  "durable_objects": { "bindings": [
    { "name": "SQL", "class_name": "Sql" },
    { "name": "KEYS", "class_name": "Keys" },
    { "name": "OTHERS", "class_name": "Others", "script_name": "other" }
  ] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Sql"], "new_classes": ["Keys"] }]
}"#;

const OTHER: &str = r#"{
  "name": "other", "main": "index.ts", "compatibility_date": "2026-01-01",
  "durable_objects": { "bindings": [{ "name": "OTHERS", "class_name": "Others" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Others"] }]
}"#;

const NOTES: &str = "import { DurableObject, RpcTarget } from 'cloudflare:workers';
class Target extends RpcTarget {}
export class Notes extends DurableObject {
  #memory = [];
  add(note: string) { this.#memory.push(note); return this.ctx.storage.put('note', note); }
  async all() { return [...this.#memory, ...(await this.ctx.storage.list()).values()]; }
  alarm() { return this.ctx.storage.put('alarm', 'alarm'); }
  setAlarm(time = Date.now() + 3_600_000) { return this.ctx.storage.setAlarm(time); }
  getAlarm() { return this.ctx.storage.getAlarm(); }
  deleteAlarm() { return this.ctx.storage.deleteAlarm(); }
  target() { return new Target(); }
  never() { return new Promise(() => {}); }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith('ordinary')) {
      server.accept();
      server.addEventListener('message', ({ data }) => server.send(`${data} from ordinary`));
    } else {
      this.ctx.acceptWebSocket(server, ['hibernating']);
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  sockets() { return this.ctx.getWebSockets().map((socket) => this.ctx.getTags(socket)); }
  webSocketMessage(socket, data) { socket.send(`${data} from hibernating`); }
}
";

const MAIN: &str = "import { WorkflowEntrypoint } from 'cloudflare:workers';
import { Notes } from '../notes';
export const batches: string[] = [];
export class Sql extends Notes {}
export class Keys extends Notes {}
export class Shipping extends WorkflowEntrypoint {
  run(event, step) { return step.waitForEvent('paid', { type: 'paid', timeout: '1 hour' }); }
}
export default {
  queue(batch) {
    batches.push(`${batch.queue}: ${batch.messages.map(({ body }) => body).join(' ')}`);
    if (batch.queue === 'slow') batch.retryAll({ delaySeconds: 3600 });
  },
};
";

/// Of each product: how something is put into it, and what is there then, and when nothing is.
const TABLE: &str = "import { adminSecretsStore } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { batches } from '../src/index';

const url = 'https://example.com/cached';
const cached = () => new Response('x', { headers: { 'cache-control': 'max-age=3600' } });
const waited = { timeout: 30_000 };
const object = (name, id) => ({
  put: () => env[name].getByName(id).add('note'),
  see: () => env[name].getByName(id).all(),
  full: ['note', 'note'], kept: ['note'], empty: [],
});
let closed;

export const table = {
  'KV': { put: () => env.KV.put('key', 'value'), see: () => env.KV.get('key'), full: 'value', empty: null },
  'KV, many keys': {
    put: () => Promise.all(Array.from({ length: 20 }, (_, n) => env.KV.put(`many/${n}`, 'x'.repeat(10_000)))),
    see: async () => (await env.KV.list({ prefix: 'many/' })).keys.length, full: 20, empty: 0,
  },
  'R2': { put: () => env.R2.put('key', 'value'), see: async () => (await env.R2.get('key'))?.text(), full: 'value', empty: undefined },
  'D1': {
    put: () => env.DB.exec('CREATE TABLE notes (note TEXT)'),
    see: async () => (await env.DB.prepare(\"SELECT name FROM sqlite_master WHERE name = 'notes'\").all()).results.length,
    full: 1, empty: 0,
  },
  'the default cache': {
    put: () => caches.default.put(url, cached()), see: async () => (await caches.default.match(url))?.text(),
    full: 'x', empty: undefined,
  },
  'a named cache': {
    put: async () => (await caches.open('own')).put(url, cached()),
    see: async () => (await (await caches.open('own')).match(url))?.text(), full: 'x', empty: undefined,
  },
  'messages that wait for a full batch': {
    put: () => env.ORDERS.send('early'),
    see: async () => {
      batches.length = 0;
      await env.ORDERS.send('late');
      // A second one, if the first is all that there is.
      await env.ORDERS.send('later');
      await vi.waitFor(() => expect(batches.length).toBeGreaterThan(0), waited);
      return batches[0];
    },
    full: 'orders: early late', empty: 'orders: late later',
  },
  'messages that wait to be tried again': {
    put: async () => {
      await env.SLOW.send('slow');
      await vi.waitFor(() => expect(batches).toContain('slow: slow'), waited);
    },
    see: () => null, full: null, empty: null,
  },
  'messages that are held back': {
    put: () => env.ORDERS.send('delayed', { delaySeconds: 3600 }), see: () => null, full: null, empty: null,
  },
  'a workflow under way': {
    put: async () => {
      const instance = await env.SHIPPING.create({ id: 'order' });
      await vi.waitFor(async () => expect((await instance.status()).status).toBe('running'), waited);
    },
    see: async () => {
      try {
        return (await (await env.SHIPPING.get('order')).status()).status;
      } catch (error) {
        return error.message;
      }
    },
    full: 'running', empty: expect.stringContaining('instance.not_found'),
  },
  'a rate limit': {
    put: () => env.LIMIT.limit({ key: 'ada' }),
    see: async () => (await env.LIMIT.limit({ key: 'ada' })).success, full: false, empty: true,
  },
  'images': {
    put: () => env.IMAGES.hosted.upload(new Blob(['cat']).stream(), { id: 'cat' }),
    see: async () => (await env.IMAGES.hosted.list()).images.length, full: 1, empty: 0,
  },
  'a stored secret': {
    put: () => adminSecretsStore(env.TOKEN).create('sesame'),
    see: async () => (await adminSecretsStore(env.TOKEN).list()).length, full: 1, empty: 0,
  },
  'a value for the greeter': {
    put: () => env.HELLO.set('hello'), see: async () => (await env.HELLO.get()).value, full: 'hello', empty: '',
  },
  'a Durable Object with SQL': object('SQL', 'one'),
  'a Durable Object with keys alone': object('KEYS', 'one'),
  'a Durable Object of another Worker': object('OTHERS', 'one'),
  'an alarm': {
    put: () => env.SQL.getByName('alarm').setAlarm(), see: async () => (await env.SQL.getByName('alarm').getAlarm()) !== null,
    full: true, empty: false,
  },
  'a hibernating WebSocket': {
    put: async () => {
      const { webSocket } = await env.SQL.getByName('socket').fetch('https://example.com/', { headers: { upgrade: 'websocket' } });
      closed = false;
      webSocket.addEventListener('close', () => (closed = true));
      webSocket.accept();
    },
    see: () => closed, full: false, empty: true,
  },
};

export async function fill() {
  for (const { put } of Object.values(table)) await put();
}
";

/// What other files have stored, as files: through a link to where runs keep what they store.
const FILES: &str = "import { env } from 'cloudflare:workers';

const read = (path: string) => env.DISK.fetch(`http://disk/${path.split('/').map(encodeURIComponent).join('/')}`);

async function below(folder: string): Promise<string[]> {
  const response = await read(folder);
  if (!response.ok) return [];
  const entries = await response.json();
  const paths = entries.map(({ name, type }) => (type === 'directory' ? below(`${folder}/${name}`) : [`${folder}/${name}`]));
  return (await Promise.all(paths)).flat();
}

/** The files of this run's only process: those whose folder has a class of this test's own name. */
export async function stored(): Promise<string[]> {
  const entries = await (await env.DISK.fetch('http://disk/')).json();
  const runs = entries.filter(({ name }) => name.startsWith('wpt-gen-'));
  const files = await Promise.all(runs.map(({ name }) => below(name)));
  return files.find((paths) => paths.some((path) => path.includes(env.MARKER))) ?? [];
}

/** The contents of those files that have `part` in their paths. */
export async function contents(part: string): Promise<string> {
  const paths = (await stored()).filter((path) => path.includes(part));
  return (await Promise.all(paths.map(async (path) => (await read(path)).text()))).join();
}
";

/// A Worker that has everything that keeps something, and another.
pub(crate) fn project() -> Project {
    Project::empty()
        .file("wrangler.jsonc", WRANGLER)
        .file("other/wrangler.jsonc", OTHER)
        .file(
            "other/index.ts",
            "import { Notes } from '../notes';\nexport class Others extends Notes {}\nexport default {};\n",
        )
        .file("notes.ts", NOTES)
        .file("src/index.ts", MAIN)
        .file("test/table.ts", TABLE)
}

/// Its pool options.
pub(crate) const POOL: &str = "{
  wrangler: { configPath: './wrangler.jsonc' },
  auxiliaryWorkers: [{ configPath: './other/wrangler.jsonc' }],
}";

#[test]
fn every_product_forgets_and_works_again() {
    let run = project()
        .file(
            "test/reset.test.ts",
            "import { reset } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { fill, table } from './table';

it('has what was put', async () => {
  await fill();
  for (const [name, { see, full }] of Object.entries(table)) expect(await see(), name).toEqual(full);
}, 60_000);

it('has nothing after a reset, and can be filled again, twice', async () => {
  for (const round of [1, 2]) {
    await reset();
    await fill();
    await reset();
    for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), `${name}, ${round}`).toEqual(empty);
  }
}, 60_000);
",
        )
        .pool_config(POOL, "{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
}

/// Objects that workerd has put away are stored in files that its own functions do not reach.
#[test]
fn what_has_been_idle_for_long_is_forgotten_too() {
    let run = project()
        .file(
            "test/reset.test.ts",
            "import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { fill, table } from './table';

it('has nothing after a reset', async () => {
  await fill();
  // An object is put away after ten seconds in which nobody calls it; its memory goes then.
  await new Promise((resolve) => setTimeout(resolve, 14_000));
  expect(await env.SQL.getByName('one').all()).toEqual(['note']);
  await new Promise((resolve) => setTimeout(resolve, 14_000));
  await reset();
  for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), name).toEqual(empty);
}, 120_000);
",
        )
        .pool_config(POOL, "{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn other_files_keep_what_they_have() {
    let project = project();
    std::os::unix::fs::symlink("/dev/shm", project.root().join("memory")).unwrap();
    let pool = "{
  wrangler: { configPath: './wrangler.jsonc' },
  auxiliaryWorkers: [{ configPath: './other/wrangler.jsonc' }],
  miniflare: { serviceBindings: { DISK: { disk: { path: './memory', writable: false } } }, bindings: { MARKER: 'MARKER' } },
}"
    .replace("'MARKER'", &format!("'/Sql@test-a-{}.test.ts/'", std::process::id()));
    let test = |name: &str| format!("test/{name}-{}.test.ts", std::process::id());
    let run = project
        .file("test/files.ts", FILES)
        .file(
            &test("a"),
            // The largest file runs first.
            &format!(
                "import {{ it }} from 'vitest';
import {{ fill }} from './table';
it('fills', fill, 60_000);
/* {} */
",
                "-".repeat(2000)
            ),
        )
        .file(
            &test("b"),
            "import { reset } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { fill } from './table';
import { contents, stored } from './files';

it('empties what is its own', async () => {
  // Logs of SQLite's come and go.
  const files = async () => (await stored()).filter((path) => !/-(wal|shm)$/.test(path)).sort();
  const before = await files();
  expect(before.filter((path) => path.includes('@test-a')).length).toBeGreaterThan(20);
  await fill();
  expect((await files()).length).toBeGreaterThan(before.length * 1.5);
  await reset();
  expect(await files()).toEqual(before);
  expect(await contents('/Keys@test-a')).toContain('note');
  expect(await contents('/Keys@test-b')).not.toContain('note');
}, 60_000);
",
        )
        .pool_config(&pool, "{}")
        .run(&["test", "--max-workers=1"])
        .expect(0);
    assert_eq!(run.summary(), "files: 2 passed (2); tests: 2 passed (2)");
}
