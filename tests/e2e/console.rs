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

    stderr | test/a.test.ts > a group > speaks
    careful

    stdout | test/a.test.ts > a group > asks the Worker
    from the Worker { nested: [ 1, { deep: true } ] }

    stderr | test/a.test.ts > a group > asks the Worker
    and its error

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
     ❯ Object.fetch src/index.ts:8:18
     ❯ test/a.test.ts:5:3

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed (1)
          Tests  1 failed (1)
       Start at  <time>
       Duration  <duration>
    ");
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
