import { type Job, print } from "./prints";

/** A word for what was scanned. */
function kindOf(scan: unknown): string {
  if (scan instanceof ArrayBuffer) return `${scan.byteLength} bytes`;
  if (scan instanceof Map) return `${scan.size} pages`;
  return typeof scan === "string" ? `the text ${scan}` : `the record ${JSON.stringify(scan)}`;
}

export default {
  /** Takes one job, or a list of jobs. */
  async fetch(request, env): Promise<Response> {
    const jobs = await request.json<Job | Job[]>();
    if (Array.isArray(jobs)) await env.PRINTS.sendBatch(jobs.map((body) => ({ body })));
    else await env.PRINTS.send(jobs);
    return new Response("queued", { status: 202 });
  },

  async queue(batch, env, ctx): Promise<void> {
    switch (batch.queue) {
      case "prints":
        return print(batch as MessageBatch<Job>, env.SHELF, ctx);
      case "misprints":
        for (const { body } of batch.messages) await env.SHELF.put(`misprints/${(body as Job).document}`, "sorry");
        return;
      case "scans":
        for (const { body } of batch.messages) await env.SHELF.put(`scans/${kindOf(body)}`, "done");
        return;
      case "pickups":
        for (const { body } of batch.messages) await env.SHELF.put(`pickups/${body}`, String(Date.now()));
        return batch.ackAll();
      default:
        throw new Error(`There is no queue ${batch.queue} here.`);
    }
  },
} satisfies ExportedHandler<Env, unknown>;
