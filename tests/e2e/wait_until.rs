//! Work that is given to `waitUntil` and never done: it is not waited for without end.

use crate::support::Project;

#[test]
fn work_without_end_is_given_up_with_a_warning() {
    let run = Project::worker()
        .file(
            "src/index.ts",
            "export default {
  fetch(request, env, ctx) {
    ctx.waitUntil(new Promise(() => {}));
    return new Response('ok');
  },
};
",
        )
        .file(
            "test/a.test.ts",
            "import { createExecutionContext, setWaitUntilTimeout, waitForWaitUntil, waitOnExecutionContext } from 'cloudflare:test-internal';
import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
setWaitUntilTimeout(100);
it('empties the list', async () => {
  const work = [new Promise(() => {}), Promise.resolve()];
  await waitForWaitUntil(work);
  expect(work).toEqual([]);
});
it('rejects with what was rejected', async () => {
  await expect(waitForWaitUntil([Promise.reject(new Error('one'))])).rejects.toThrow('one');
  const both = waitForWaitUntil([Promise.reject(new Error('one')), Promise.reject(new Error('two'))]);
  await expect(both).rejects.toBeInstanceOf(AggregateError);
});
it('gives up a context', async () => {
  const ctx = createExecutionContext();
  ctx.waitUntil(new Promise(() => {}));
  await waitOnExecutionContext(ctx);
});
it('gives up a handler', async () => {
  expect(await (await exports.default.fetch('http://worker/')).text()).toBe('ok');
});
",
        )
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 4 passed (4)");
    let warning = "waitUntil promise(s) did not resolve within 0.1s";
    assert_eq!(run.stderr.matches(warning).count(), 3, "{run}");
    assert!(run.stderr.contains(&format!("2 {warning}")), "{run}");
}

#[test]
fn a_test_that_hangs_says_what_it_waits_for() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "durable_objects": { "bindings": [{ "name": "CLOCKS", "class_name": "Clock" }] },
              "migrations": [{ "tag": "1", "new_sqlite_classes": ["Clock"] }],
            }"#,
        )
        .file(
            "src/index.ts",
            "import { DurableObject } from 'cloudflare:workers';
             export class Clock extends DurableObject {
               async fetch() { await scheduler.wait(60_000); return new Response('late'); }
             }
             export default {
               fetch(_request: Request, _env: unknown, ctx: ExecutionContext) {
                 ctx.waitUntil(scheduler.wait(300));
                 return new Response('hello');
               },
             };
            ",
        )
        .file(
            "test/hangs.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { it } from 'vitest';
it('waits for an object', { timeout: 100 }, async () => {
  await exports.default.fetch('http://x/');
  const clock = env.CLOCKS.getByName('a');
  await clock.fetch('http://x/');
});
it('waits for nothing', () => {});
",
        );
    let failures = |arguments: &[&str]| {
        project.run(&[&["test"], arguments].concat()).expect(1).shown_failures().to_owned()
    };
    assert!(!failures(&[]).contains("Caused by"));
    let shown = failures(&["--why-hanging"]);
    for part in [
        "Error: Test timed out in 100ms.",
        "Caused by: Waiting: work that was given to waitUntil()",
        "❯ Object.fetch src/index.ts:7:",
        "Caused by: Waiting: env.CLOCKS.getByName().fetch()",
        "❯ test/hangs.test.ts:6:",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}
