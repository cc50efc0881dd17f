//! Storage of its own for every test: what a test stores is undone when it ends, whatever it leaves behind.

use crate::{
    reset::project,
    support::{Outcome, Project},
};

/// A project of every product with one test file, and these pool options besides.
fn with_options(test: &str, options: &str) -> Project {
    let pool = format!(
        "{{
  wrangler: {{ configPath: './wrangler.jsonc' }},
  auxiliaryWorkers: [{{ configPath: './other/wrangler.jsonc' }}],
  {options}
}}"
    );
    project().file("test/own.test.ts", test).pool_config(&pool, "{}")
}

fn isolated(test: &str) -> Outcome {
    with_options(test, "isolation: 'test'").run(&["test"])
}

/// The objects that a run warns of, and nothing else may be warned of.
fn ended(run: &Outcome) -> Vec<&str> {
    let own = |line: &&str| !line.is_empty() && !line.starts_with("stderr | ");
    let mut names: Vec<&str> = run
        .stderr
        .lines()
        .filter(own)
        .map(|line| {
            let name = line
                .strip_prefix("The Durable Object Sql \"")
                .and_then(|rest| rest.split_once("\" was ended at the edge of "));
            name.unwrap_or_else(|| panic!("{}", run.stderr)).0
        })
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn every_product_forgets_what_a_test_put() {
    let test = "import { expect, it } from 'vitest';
import { fill, table } from './table';

for (const n of [1, 2, 3]) it(`fills, ${n}`, fill, 60_000);
it('has nothing', async () => {
  for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), name).toEqual(empty);
}, 60_000);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 4 passed (4)");
}

#[test]
fn every_product_keeps_what_a_block_put() {
    let test = "import { beforeAll, describe, expect, it } from 'vitest';
import { batches } from '../src/index';
import { fill, table } from './table';

describe('block', () => {
  beforeAll(fill, 60_000);
  describe('in it', () => {
    for (const n of [1, 2]) {
      it(`has what was put, ${n}`, async () => {
        batches.length = 0;
        for (const [name, { see, full, kept = full }] of Object.entries(table)) expect(await see(), name).toEqual(kept);
      }, 60_000);
    }
  });
});
it('has nothing', async () => {
  for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), name).toEqual(empty);
}, 60_000);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 3 passed (3)");
}

#[test]
fn frames_are_around_hooks_and_tries() {
    let test = "import { env } from 'cloudflare:workers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const put = (key: string) => () => env.KV.put(key, key);
const keys = async () => (await env.KV.list()).keys.map(({ name }) => name);

it('has nothing', async () => expect(await keys()).toEqual([]));
describe('outer', () => {
  beforeAll(put('beforeAll'));
  beforeEach(put('beforeEach'));
  afterEach(async () => {
    expect(await keys()).toContain('test');
    await env.KV.put('afterEach', 'x');
  });
  afterAll(async () => expect(await keys()).toEqual(['beforeAll']));
  it('has what the hooks put', async () => {
    expect(await keys()).toEqual(['beforeAll', 'beforeEach']);
    await env.KV.put('test', 'x');
    await env.KV.delete('beforeAll');
  });
  describe('inner', () => {
    beforeAll(put('inner beforeAll'));
    it.each([1, 2])('has what all hooks put, %i', async () => {
      expect(await keys()).toEqual(['beforeAll', 'beforeEach', 'inner beforeAll']);
      await env.KV.put('test', 'x');
    });
  });
  it('has nothing of the inner block', async () => {
    expect(await keys()).toEqual(['beforeAll', 'beforeEach']);
    await env.KV.put('test', 'x');
  });
});
let tries = 0;
it('begins each try afresh', { retry: 3 }, async () => {
  expect(await keys()).toEqual([]);
  await env.KV.put('try', 'x');
  if (++tries < 3) throw new Error('again');
});
it('begins each repetition afresh', { repeats: 2 }, async () => {
  expect(await keys()).toEqual([]);
  await env.KV.put('repetition', 'x');
});
it.fails('may fail', async () => {
  await env.KV.put('failed', 'x');
  expect.unreachable();
});
it('may be skipped', async ({ skip }) => {
  await env.KV.put('skipped', 'x');
  skip();
});
it('has nothing in the end', async () => expect(await keys()).toEqual([]));
";
    let project = || with_options(test, "isolation: 'test'");
    for project in [project(), project().with_vitest_4()] {
        let run = project.run(&["test"]).expect(0);
        assert_eq!(run.summary(), "files: 1 passed (1); tests: 8 passed | 1 expected fail | 1 skipped (10)");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn what_a_test_leaves_behind_fails_nothing() {
    let test = "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';

const url = 'https://example.com/';
const names = async () => (await env.DB.prepare(\"SELECT name FROM sqlite_master WHERE name LIKE 'notes%'\").all()).results;
async function expectNothing() {
  expect((await env.KV.list()).keys).toEqual([]);
  expect((await env.R2.list()).objects).toEqual([]);
  expect(await names()).toEqual([]);
  expect(await env.SQL.getByName('one').all()).toEqual([]);
  expect(await env.OTHERS.getByName('one').all()).toEqual([]);
  expect(await caches.default.match(url)).toBeUndefined();
}

for (let n = 0; n < 30; n++) {
  it(`calls that nobody awaits, ${n}`, async () => {
    await expectNothing();
    const text = 'x'.repeat(n * 5000);
    for (let k = 0; k < 3; k++) {
      void env.KV.put(`key ${k}`, text);
      void env.R2.put(`key ${k}`, text);
      void env.DB.exec(`CREATE TABLE notes${k} (note TEXT)`);
      void env.SQL.getByName('one').add('note');
      void env.OTHERS.getByName('one').add('note');
    }
    void caches.default.put(url, new Response('x', { headers: { 'cache-control': 'max-age=60' } }));
  });
}
it('a body that nobody reads', async () => {
  await env.R2.put('large', 'x'.repeat(4_000_000));
  expect((await env.R2.get('large')).size).toBe(4_000_000);
  await env.KV.put('large', 'x'.repeat(4_000_000));
  await env.KV.get('large', 'stream');
});
it('stubs that nobody disposes of', async () => {
  for (let n = 0; n < 5; n++) await env.SQL.getByName(`${n}`).target();
});
it('a call that never ends', async () => {
  void env.SQL.getByName('stuck').never();
  await env.SQL.getByName('stuck').all();
});
it('has nothing in the end', expectNothing);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 34 passed (34)");
    assert_eq!(ended(&run), ["0", "1", "2", "3", "4", "stuck"]);
}

#[test]
fn sockets_stay_open_as_long_as_the_frame_that_opened_them() {
    let test = "import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

async function open(path: string) {
  const { webSocket } = await env.SQL.getByName('room').fetch(`https://example.com/${path}`, { headers: { upgrade: 'websocket' } });
  const socket = { got: [] as string[], closed: false, send: (text: string) => webSocket.send(text) };
  webSocket.addEventListener('message', ({ data }) => socket.got.push(data));
  webSocket.addEventListener('close', () => (socket.closed = true));
  webSocket.accept();
  return socket;
}
const echoes = async (socket, text: string) => {
  socket.got.length = 0;
  socket.send(text);
  await vi.waitFor(() => expect(socket.got).toEqual([`${text} from ${path(text)}`]), 20_000);
};
const path = (text: string) => text.split(' ')[0];

let block, own;
describe('block', () => {
  beforeAll(async () => {
    block = await open('hibernating');
    await echoes(block, 'hibernating in beforeAll');
    await env.SQL.getByName('room').add('block');
  });
  for (const n of [1, 2, 3]) {
    it(`has its block's socket, and none of other tests, ${n}`, async () => {
      expect(await env.SQL.getByName('room').sockets()).toEqual([['hibernating']]);
      expect(await env.SQL.getByName('room').all()).toEqual(['block']);
      own = await open('hibernating');
      await env.SQL.getByName('room').add('own');
      await echoes(block, `hibernating ${n}`);
      await echoes(own, `hibernating own ${n}`);
      expect(await env.SQL.getByName('room').sockets()).toHaveLength(2);
    }, 60_000);
    it(`has seen the socket of the test before close, ${n}`, async () => {
      await vi.waitFor(() => expect(own.closed).toBe(true), 20_000);
      expect(block.closed).toBe(false);
    }, 60_000);
  }
});
it('has seen the socket of the block close', () => vi.waitFor(() => expect(block.closed).toBe(true), 20_000), 60_000);
describe('block', () => {
  beforeAll(async () => (block = await open('hibernating')), 60_000);
  for (const n of [1, 2]) {
    it(`has its block's socket after a test with a busy object, ${n}`, async () => {
      await echoes(block, `hibernating ${n}`);
      void env.SQL.getByName('busy').never();
      await env.SQL.getByName('busy').all();
    }, 60_000);
  }
});
it('has an ordinary socket', async () => {
  own = await open('ordinary');
  await echoes(own, 'ordinary');
  await env.SQL.getByName('room').add('own');
}, 60_000);
it('has seen it close, and nothing of its test', async () => {
  await vi.waitFor(() => expect(own.closed).toBe(true), 20_000);
  expect(await env.SQL.getByName('room').all()).toEqual([]);
}, 60_000);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 11 passed (11)");
    assert_eq!(ended(&run), ["busy", "busy", "room"]);
}

#[test]
fn alarms_are_those_of_the_frame() {
    let test = "import { env } from 'cloudflare:workers';
import { runDurableObjectAlarm } from 'cloudflare:test';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const object = (name: string) => env.SQL.getByName(name);
const fired = async (name: string) => (await object(name).all()).includes('alarm');
const later = Date.now() + 3_600_000;

it('sets alarms', async () => {
  await object('late').setAlarm(later);
  await object('soon').setAlarm(Date.now() + 200);
});
it('has none of them', async () => {
  expect(await object('late').getAlarm()).toBeNull();
  expect(await object('soon').getAlarm()).toBeNull();
  // Longer than the alarm of the test before would have taken.
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await fired('soon')).toBe(false);
});
describe('block', () => {
  beforeAll(async () => {
    await object('late').setAlarm(later);
    await object('run').setAlarm(later);
    await object('soon').setAlarm(Date.now() + 2000);
  });
  for (const n of [1, 2]) {
    it(`may run, move and delete what its block has set, ${n}`, async () => {
      expect(await object('late').getAlarm()).toBe(later);
      await object('late').setAlarm(later + 1000);
      expect(await runDurableObjectAlarm(object('run'))).toBe(true);
      expect(await object('run').getAlarm()).toBeNull();
      await object('soon').deleteAlarm();
    });
  }
  it('sees an alarm of its block fire', async () => {
    await vi.waitFor(async () => expect(await fired('soon')).toBe(true), 30_000);
    expect(await fired('late')).toBe(false);
  }, 60_000);
});
it('has none in the end', async () => {
  for (const name of ['late', 'run', 'soon']) expect(await object(name).getAlarm()).toBeNull();
});
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 6 passed (6)");
    assert_eq!(run.stderr, "");
}

#[test]
fn what_was_reset_before_a_frame_does_not_come_back() {
    let test = "import { env } from 'cloudflare:workers';
import { reset } from 'cloudflare:test';
import { beforeAll, expect, it, vi } from 'vitest';
import { batches } from '../src/index';

beforeAll(async () => {
  await env.ORDERS.send('early');
  await env.KV.put('key', 'early');
  await reset();
});
for (const n of [1, 2, 3]) {
  it(`has nothing, ${n}`, async () => {
    batches.length = 0;
    expect(await env.KV.get('key')).toBeNull();
    await env.ORDERS.send('late');
    await env.ORDERS.send('later');
    await vi.waitFor(() => expect(batches).toEqual(['orders: late later']), 30_000);
    await env.KV.put('key', 'late');
    if (n === 2) await reset();
  }, 60_000);
}
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 3 passed (3)");
}

#[test]
fn a_workflow_goes_on_where_it_was() {
    let test = "import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const status = async () => (await (await env.SHIPPING.get('order')).status()).status;
const becomes = (expected: string) => vi.waitFor(async () => expect(await status()).toBe(expected), 30_000);
describe('block', () => {
  beforeAll(async () => {
    await env.SHIPPING.create({ id: 'order' });
    await becomes('running');
  }, 60_000);
  for (const n of [1, 2, 3]) {
    it(`waits for its event in every test, ${n}`, async () => {
      expect(await status()).toBe('running');
      await (await env.SHIPPING.get('order')).sendEvent({ type: 'paid', payload: {} });
      await becomes('complete');
    }, 60_000);
  }
  it('may be terminated', async () => {
    await (await env.SHIPPING.get('order')).terminate();
    await becomes('terminated');
  }, 60_000);
  it('runs still', async () => expect(await status()).toBe('running'));
});
it('is gone', () => expect(env.SHIPPING.get('order')).rejects.toThrow('instance.not_found'));
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 6 passed (6)");
    assert_eq!(run.stderr, "");
}

#[test]
fn tests_that_run_at_the_same_time_share_what_their_block_has() {
    let test = "import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

const keys = async () => (await env.KV.list()).keys.length;
describe('block', () => {
  it.concurrent.each([1, 2, 3])('stores %i', async (n) => {
    await env.KV.put(`${n}`, 'x');
  });
  it('has what they stored', async () => expect(await keys()).toBe(3));
});
it('has nothing', async () => expect(await keys()).toBe(0));
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 5 passed (5)");
    assert_eq!(run.stderr.matches("runs at the same time as other tests").count(), 1, "{}", run.stderr);
}

/// Two files, of which each finds what `STORED` says of the other.
fn two_files() -> Project {
    let test = "import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { files } from './files';

files.push('NAME');
beforeAll(() => env.KV.put('file NAME', 'x'));
for (const n of [1, 2]) {
  it(`stores, ${n}`, async () => {
    expect((await env.KV.list()).keys.map(({ name }) => name)).toEqual(['file NAME']);
    expect(await env.SQL.getByName('one').all()).toEqual([]);
    await env.KV.put('test', 'x');
    await env.SQL.getByName('one').add('note');
    if (env.MODULES) expect(files.length).toBe(FILES);
  });
}
";
    let file = |name: &str, files: &str| test.replace("NAME", name).replace("FILES", files);
    project()
        .file("test/files.ts", "export const files = [];\n")
        .file("test/a.test.ts", &file("a", "1"))
        .file("test/b.test.ts", &file("b", "2"))
}

#[test]
fn files_in_one_isolate_share_modules_and_no_storage() {
    let pool = "{ wrangler: { configPath: './wrangler.jsonc' }, auxiliaryWorkers: [{ configPath: './other/wrangler.jsonc' }], isolation: 'test' }";
    let project = two_files().pool_config(pool, "{}");
    let summary = "files: 2 passed (2); tests: 4 passed (4)";
    for arguments in [&["test"][..], &["test", "--max-workers=1"]] {
        assert_eq!(project.run(arguments).expect(0).summary(), summary);
    }
    project.edit(
        "vitest.config.ts",
        "isolation: 'test'",
        "isolation: 'test', miniflare: { bindings: { MODULES: true } }",
    );
    assert_eq!(
        project.run(&["test", "--no-isolate", "--max-workers=1", "--no-cache"]).expect(0).summary(),
        summary
    );
}

#[test]
fn the_older_generation_isolates_tests_if_it_is_not_told_otherwise() {
    let config = "import { defineWorkersConfig } from '@cloudflare/vitest-pool-workers/config';
export default defineWorkersConfig({
  test: { poolOptions: { workers: {
    wrangler: { configPath: './wrangler.jsonc' }, miniflare: { bindings: { STORAGE: true } },
  } } },
});
";
    let test = "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('stores', () => env.KV.put('key', 'value'));
it('finds it', async () => expect(await env.KV.get('key')).toBe('value'));
";
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "worker", "compatibility_date": "2026-01-01", "kv_namespaces": [{ "binding": "KV", "id": "kv" }] }"#,
        )
        .file("test/own.test.ts", test)
        .file("vitest.config.ts", config);
    let summary = |code: i32| project.run(&["test"]).expect(code).summary();
    let undone = "files: 1 failed (1); tests: 1 failed | 1 passed (2)";
    assert_eq!(summary(1), undone);
    project.edit("vitest.config.ts", "miniflare:", "isolatedStorage: false, miniflare:");
    assert_eq!(summary(0), "files: 1 passed (1); tests: 2 passed (2)");
    project.edit("vitest.config.ts", "isolatedStorage: false", "isolatedStorage: true");
    assert_eq!(summary(1), undone);
}

#[test]
fn other_values_are_refused() {
    let run = with_options("", "isolation: 'tests'").run(&["test"]).expect(2);
    insta::assert_snapshot!(run.stderr, @"
    error[wrong-value]: `isolation` cannot be `tests`
     --> vitest.config.ts:8:14
      |
    8 |   isolation: 'tests'
      |              ^^^^^^^ expected `file`, `test`
      |
      = help: did you mean `test`?
    ");
}
