/** What a customer wants printed. */
export interface Job {
  document: string;
  copies: number;
}

/** The paper in the tray. */
const TRAY = 100;

/** How long the printer takes to cool down. */
const COOL_DOWN_SECONDS = 1;

/** Prints what it can. Jobs without copies are done at once; jobs that are too large for the tray are tried again later. */
export async function print(batch: MessageBatch<Job>, shelf: KVNamespace, ctx: ExecutionContext): Promise<void> {
  if (batch.messages.some(({ body }) => body.document === "on fire")) {
    batch.retryAll({ delaySeconds: COOL_DOWN_SECONDS });
    return;
  }
  for (const message of batch.messages) {
    const { document, copies } = message.body;
    if (copies > TRAY) {
      message.retry();
    } else if (copies > 0) {
      message.ack();
      ctx.waitUntil(shelf.put(`prints/${document}`, `${copies} (attempt ${message.attempts}, batch of ${batch.messages.length})`));
    }
  }
}
