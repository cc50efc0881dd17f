import { WorkflowEntrypoint } from "cloudflare:workers";

/** Cleans rooms one after another. */
export class Cleaning extends WorkflowEntrypoint {
  async run(event, step) {
    for (const room of event.payload.rooms) {
      await step.do(`clean ${room}`, () => this.env.LEDGER.put(`cleaned/${room}`, event.workflowName));
      await step.sleep("dry", "1 hour");
    }
    return event.payload.rooms.length;
  }
}

export default {
  /** Has a room cleaned. */
  async fetch(request, env) {
    const { id } = await env.CLEANING.create({ params: { rooms: [new URL(request.url).pathname.slice(1)] } });
    return new Response(id);
  },
};
