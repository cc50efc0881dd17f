//! What tests and handlers say, and errors outside of tests.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn output_is_shown_under_the_test_that_caused_it() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "durable_objects": { "bindings": [{ "name": "OBJECTS", "class_name": "Speaker" }] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Speaker"] }],
            }"#,
        )
        .file(
            "src/index.ts",
            "import { DurableObject } from 'cloudflare:workers';
             export class Speaker extends DurableObject {
               speak() { console.log('from the object'); }
             }
             export default {
               async fetch(_request, env, ctx) {
                 console.log('from the Worker', { nested: [1, { deep: true }] });
                 console.error('and its error');
                 await env.OBJECTS.getByName('one').speak();
                 return new Response('ok');
               },
             };
            ",
        )
        .file(
            "test/a.test.ts",
            "import { exports } from 'cloudflare:workers';
             import { describe, it } from 'vitest';
             console.log('while loading');
             describe('a group', () => {
               it('speaks', () => {
                 console.log('one %s', 'format');
                 console.log('two');
                 console.warn('careful');
               });
               it('asks the Worker', async () => {
                 await exports.default.fetch('https://worker.test/');
               });
             });
            ",
        )
        .file(
            "test/b.test.ts",
            "import { it } from 'vitest';\nit('speaks too', () => console.info('from b'));\n",
        );
    assert_snapshot!(project.run(&["test", "--max-workers=1"]).expect(0), @"
    exit code 0
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

    stdout | test/a.test.ts
    while loading

    stdout | test/a.test.ts > a group > speaks
    one format
    two

    stdout | test/a.test.ts > a group > asks the Worker
    from the Worker { nested: [ 1, { deep: true } ] }

    stdout | test/a.test.ts > a group > asks the Worker
    from the object

     ✓ test/a.test.ts (2 tests) <duration>
    stdout | test/b.test.ts > speaks too
    from b

     ✓ test/b.test.ts (1 test) <duration>

     Test Files  2 passed (2)
          Tests  3 passed (3)
       Start at  <time>
       Duration  <duration>
    ----- stderr
    stderr | test/a.test.ts > a group > speaks
    careful

    stderr | test/a.test.ts > a group > asks the Worker
    and its error
    ");
}

#[test]
fn an_unhandled_rejection_fails_the_run() {
    let project = Project::worker()
        .file(
            "test/a.test.ts",
            "import { it } from 'vitest';

it('forgets a promise', async () => {
  void Promise.reject(new Error('nobody waits for this'));
  await new Promise((resolve) => setTimeout(resolve, 20));
});
",
        )
        .file("test/b.test.ts", "import { it } from 'vitest';\nit('passes', () => {});\n");
    let outcome = project.run(&["test", "--max-workers=1"]).expect(1);
    assert_snapshot!(outcome, @r#"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

     ✓ test/a.test.ts (1 test) <duration>
     ✓ test/b.test.ts (1 test) <duration>

     Test Files  2 passed (2)
          Tests  2 passed (2)
         Errors  1 error
       Start at  <time>
       Duration  <duration>
    ----- stderr
    ⎯⎯⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯⎯⎯

    Vitest caught 1 unhandled error during the test run.
    This might cause false positive tests. Resolve unhandled errors to make sure your tests are not affected.

    ⎯⎯⎯⎯ Unhandled Rejection ⎯⎯⎯⎯⎯
    Error: nobody waits for this
     ❯ test/a.test.ts:4:23
          2|
          3| it('forgets a promise', async () => {
          4|   void Promise.reject(new Error('nobody waits for this'));
           |                       ^
          5|   await new Promise((resolve) => setTimeout(resolve, 20));
          6| });

    This error originated in "test/a.test.ts" test file. It doesn't mean the error was thrown inside the file itself, but while it was running.
    The last test to run before this error was "forgets a promise". This means either:
    - the error was thrown while Vitest was running this test, or
    - the error was thrown after the test completed, and this was the most recent test at that point.
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯
    "#);
    project.write(
        "vitest.config.ts",
        &project
            .read("vitest.config.ts")
            .replace("test: {}", "test: { dangerouslyIgnoreUnhandledErrors: true }"),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn an_error_of_the_worker_shows_the_workers_own_line() {
    let project = Project::worker()
        .file(
            "src/index.ts",
            "import { refuse } from './refuse';

interface Env {}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const path: string = new URL(request.url).pathname;
    return refuse(path);
  },
};
",
        )
        .file(
            "src/refuse.ts",
            "type Path = string;

export function refuse(path: Path): never {
  throw new TypeError(`no such path: ${path}`, { cause: new Error('the map ended') });
}
",
        )
        .file(
            "test/a.test.ts",
            "import { exports } from 'cloudflare:workers';
import { it } from 'vitest';

it('asks for a path', async () => {
  await exports.default.fetch('https://worker.test/nowhere');
});
",
        );
    assert_snapshot!(project.run(&["test"]).expect(1).shown_failures(), @"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/a.test.ts > asks for a path
    TypeError: no such path: /nowhere
     ❯ refuse src/refuse.ts:4:9
          2|
          3| export function refuse(path: Path): never {
          4|   throw new TypeError(`no such path: ${path}`, { cause: new Error('the…
           |         ^
          5| }
          6|
     ❯ Object.fetch src/index.ts:8:12
     ❯ test/a.test.ts:5:3

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed (1)
          Tests  1 failed (1)
       Start at  <time>
       Duration  <duration>
    ");
}

/// What was written, with the heading that says by which test; texts with the same heading, one after the other, are one.
fn blocks(output: &str) -> Vec<String> {
    let mut blocks: Vec<String> = vec![];
    let mut heading = "";
    for line in output.lines() {
        if line.starts_with("stdout | ") || line.starts_with("stderr | ") {
            heading = line;
            if blocks.last().is_none_or(|block| block.lines().next() != Some(line)) {
                blocks.push(line.to_owned());
            }
        } else if line.is_empty() {
            heading = "";
        } else if !heading.is_empty()
            && let Some(block) = blocks.last_mut()
        {
            block.push('\n');
            block.push_str(line);
        }
    }
    blocks
}

#[test]
fn what_other_workers_say_is_shown_under_the_test_that_caused_it() {
    let project = Project::worker()
        .pool_config(
            "{
              wrangler: { configPath: './wrangler.jsonc' },
              miniflare: {
                serviceBindings: { OTHER: 'other' },
                workers: [{ name: 'other', modules: true, scriptPath: './other.mjs', compatibilityDate: '2025-11-01' }],
              },
            }",
            "{}",
        )
        .file(
            "other.mjs",
            "export default {
  async fetch(request) {
    console.log('asked for', { path: new URL(request.url).pathname });
    console.debug('at once');
    console.error('and an error');
    return new Response('other');
  },
};
",
        );
    for name in ["a", "b"] {
        let test = "import { env } from 'cloudflare:workers';
import { it } from 'vitest';
it('asks', () => env.OTHER.fetch('http://other/NAME'));
it('asks again', () => env.OTHER.fetch('http://other/NAME/again'));
it('is silent', () => {});
";
        project.write(&format!("test/{name}.test.ts"), &test.replace("NAME", name));
    }
    let run = project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(
        blocks(&run.stdout),
        [
            "stdout | test/a.test.ts > asks\nasked for { path: '/a' }\nat once",
            "stdout | test/a.test.ts > asks again\nasked for { path: '/a/again' }\nat once",
            "stdout | test/b.test.ts > asks\nasked for { path: '/b' }\nat once",
            "stdout | test/b.test.ts > asks again\nasked for { path: '/b/again' }\nat once",
        ]
    );
    let errors = ["a.test.ts > asks", "a.test.ts > asks again", "b.test.ts > asks", "b.test.ts > asks again"];
    assert_eq!(blocks(&run.stderr), errors.map(|test| format!("stderr | test/{test}\nand an error")));
}

#[test]
fn all_parts_of_a_worker_are_heard_once() {
    let run = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "durable_objects": { "bindings": [{ "name": "BROKEN", "class_name": "Broken" }, { "name": "CLOCK", "class_name": "Clock" }] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Broken", "Clock"] }],
            }"#,
        )
        .file(
            "src/index.ts",
            "import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class Broken extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      console.log('before the gate breaks');
      throw new Error('broken gate');
    });
  }
}
export class Clock extends DurableObject {
  rings = Promise.withResolvers();
  set() { return this.ctx.storage.setAlarm(Date.now()); }
  rung() { return this.rings.promise; }
  alarm() { console.log('from the alarm'); this.rings.resolve(); }
}
export class Named extends WorkerEntrypoint {
  speak() { console.log('from the entrypoint'); }
}
export default {
  fetch(request, env, ctx) {
    if (request.url.endsWith('/later')) ctx.waitUntil(scheduler.wait(5).then(() => console.log('from waitUntil')));
    else console.log('one'), console.log('two');
    return new Response('ok');
  },
};
",
        )
        .file(
            "test/a.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('handler', () => exports.default.fetch('http://worker/'));
it('waitUntil', () => exports.default.fetch('http://worker/later'));
it('alarm', async () => {
  const clock = env.CLOCK.getByName('a');
  await clock.set();
  await clock.rung();
});
it('entrypoint', () => exports.Named.speak());
it('gate', () => expect(env.BROKEN.getByName('a').speak()).rejects.toThrow('broken gate'));
it('detached', () => {
  const debug = console['debug'];
  debug('detached');
});
",
        )
        .config("{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(
        blocks(&run.stdout),
        [
            "stdout | test/a.test.ts > handler\none\ntwo",
            "stdout | test/a.test.ts > waitUntil\nfrom waitUntil",
            "stdout | test/a.test.ts > alarm\nfrom the alarm",
            "stdout | test/a.test.ts > entrypoint\nfrom the entrypoint",
            "stdout | test/a.test.ts > gate\nbefore the gate breaks",
            "stdout | test/a.test.ts > detached\ndetached",
        ]
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn a_long_text_arrives_whole() {
    let run = Project::worker()
        .file("src/index.ts", "export default { fetch() { console.log(`${'line '.repeat(250_000)}end`); return new Response('ok'); } };")
        .file(
            "test/a.test.ts",
            "import { exports } from 'cloudflare:workers';
import { it } from 'vitest';
it('is long', () => exports.default.fetch('http://worker/'));
",
        )
        .run(&["test"])
        .expect(0);
    assert_eq!(run.lines_with("line ").iter().map(|line| line.len()).collect::<Vec<_>>(), [1_250_003]);
    assert!(run.lines_with("line ")[0].ends_with("line end"));
}

#[test]
fn the_runtimes_own_console_keeps_its_streams() {
    let project = Project::worker().file(
        "test/a.test.ts",
        "import { it } from 'vitest';
         it('speaks past Vitest', () => {
           __console.log('to stdout');
           __console.warn('to stderr');
           __console.error('to stderr too');
         });
        ",
    );
    let outcome = project.run(&["test"]).expect(0);
    assert!(outcome.stdout.contains("\nto stdout\n"), "{}", outcome.stdout);
    assert_eq!(outcome.stderr, "to stderr\nto stderr too\n");
}

/// workerd's own reports are noise, unless they are asked for.
#[test]
fn what_workerd_reports_is_shown_on_request() {
    let project = Project::worker()
        .file(
            "src/index.ts",
            "export default {
  async fetch(request: Request, env: unknown, ctx: ExecutionContext): Promise<Response> {
    ctx.waitUntil(Promise.reject(new Error('nobody sees this')));
    return new Response('hello');
  },
};
",
        )
        .file(
            "test/quiet.test.ts",
            "import { exports } from 'cloudflare:workers';
import { it } from 'vitest';

it('is answered', async () => void (await (await exports.default.fetch('http://x/')).text()));
",
        );
    let quiet = project.run(&["test"]).expect(0);
    assert!(!quiet.to_string().contains("nobody sees this"), "{quiet}");
    let verbose = project.run(&["test", "--verbose"]).expect(0);
    assert!(
        verbose
            .to_string()
            .contains("stack = Error: nobody sees this\n    at Object.fetch (<root>/src/index.ts:3:34)"),
        "{verbose}"
    );
}
