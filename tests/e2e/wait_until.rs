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
