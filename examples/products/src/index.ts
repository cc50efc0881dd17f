import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";

/** Ships what was ordered, in steps. */
export class Shipping extends WorkflowEntrypoint<Env, { item: string }> {
  async run(event: WorkflowEvent<{ item: string }>, step: WorkflowStep): Promise<string> {
    const label = await step.do("print label", async () => `${event.workflowName}: ${event.payload.item}`);
    await step.do("note it", () => this.env.NOTES.put("shipped", label));
    return label;
  }
}

export default {
  /** Caches what it answers, and counts how often it had to. */
  async fetch(request): Promise<Response> {
    const cached = await caches.default.match(request);
    if (cached) return cached;
    const response = new Response(new URL(request.url).pathname, { headers: { "cache-control": "max-age=60" } });
    await caches.default.put(request, response.clone());
    return response;
  },

  /** Notes every order; those that are broken are tried again. */
  async queue(batch, env): Promise<void> {
    for (const { body, attempts } of batch.messages) {
      if (batch.queue === "orders" && body === "broken") throw new Error("an order is broken");
      await env.NOTES.put(`${batch.queue}/${body}`, String(attempts));
    }
  },
} satisfies ExportedHandler<Env, string>;
