import { type Job, print } from "./prints";

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
        for (const { id, body } of batch.messages) await env.SHELF.put(`misprints/${(body as Job).document}`, id);
        return;
      case "pickups":
        for (const { body } of batch.messages) await env.SHELF.put(`pickups/${body}`, "collected");
        return batch.ackAll();
      default:
        throw new Error(`There is no queue ${batch.queue} here.`);
    }
  },
} satisfies ExportedHandler<Env, unknown>;
