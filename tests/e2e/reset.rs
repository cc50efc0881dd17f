//! `reset()` of `cloudflare:test`: afterwards nothing is known any more, not even to objects that stay in memory.

use crate::support::Project;

#[test]
fn queued_messages_and_workflow_instances_are_forgotten() {
    let run = Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "queues": {
    "producers": [{ "binding": "ORDERS", "queue": "orders" }],
    "consumers": [{ "queue": "orders", "max_batch_size": 2, "max_batch_timeout": 60 }]
  },
  "workflows": [{ "binding": "SHIPPING", "name": "shipping", "class_name": "Shipping" }]
}"#,
        )
        .file(
            "src/index.ts",
            "import { WorkflowEntrypoint } from 'cloudflare:workers';
export const batches: unknown[][] = [];
export class Shipping extends WorkflowEntrypoint {
  async run(event, step) {
    await step.waitForEvent('paid', { type: 'paid', timeout: '1 hour' });
  }
}
export default {
  queue(batch) { batches.push(batch.messages.map(({ body }) => body)); },
};
",
        )
        .file(
            "test/reset.test.ts",
            "import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { batches } from '../src/index';
it('drops messages that wait for a full batch', async () => {
  await env.ORDERS.send('before');
  await reset();
  await env.ORDERS.send('one');
  await env.ORDERS.send('two');
  await vi.waitFor(() => expect(batches).toEqual([['one', 'two']]), { timeout: 30_000 });
}, 60_000);
it('drops instances, those under way too', async () => {
  const instance = await env.SHIPPING.create({ id: 'again' });
  await vi.waitFor(async () => expect((await instance.status()).status).toBe('running'), { timeout: 30_000 });
  await reset();
  await expect(env.SHIPPING.get('again')).rejects.toThrow('instance.not_found');
  const other = await env.SHIPPING.create({ id: 'again' });
  expect(other.id).toBe('again');
  await vi.waitFor(async () => expect((await other.status()).status).toBe('running'), { timeout: 30_000 });
}, 60_000);
",
        )
        .config("{}")
        .run(&["test"])
        .expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    assert_eq!(run.stderr, "");
}
