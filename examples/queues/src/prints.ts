/** What a customer wants printed. */
export interface Job {
  document: string;
  copies: number;
}

/** What lies on the shelf. */
export interface Print {
  copies: number;
  attempts: number;
  /** How many jobs were printed together. */
  together: number;
  at: number;
}

/** The paper in the tray. */
const TRAY = 100;

/** How long the printer takes to cool down. */
const COOL_DOWN_SECONDS = 1;

/** Prints what it can. Jobs without copies are done at once; jobs that are too large for the tray are tried again later. */
export async function print(batch: MessageBatch<Job>, shelf: KVNamespace, ctx: ExecutionContext): Promise<void> {
  if (batch.messages.some(({ body, attempts }) => body.document === "hot" && attempts === 1)) {
    batch.retryAll({ delaySeconds: COOL_DOWN_SECONDS });
    return;
  }
  for (const message of batch.messages) {
    const { document, copies } = message.body;
    if (copies > TRAY) {
      message.retry();
    } else if (copies > 0) {
      message.ack();
      const print: Print = { copies, attempts: message.attempts, together: batch.messages.length, at: Date.now() };
      ctx.waitUntil(shelf.put(`prints/${document}`, JSON.stringify(print)));
    }
  }
}
