import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";

/** Gives the money back. */
export class Refund extends WorkflowEntrypoint<Env, { amount: number }> {
  async run(event: WorkflowEvent<{ amount: number }>, step: WorkflowStep): Promise<string> {
    await step.do("pay back", () => this.env.LEDGER.put(`refunds/${event.instanceId}`, String(event.payload.amount)));
    return event.workflowName;
  }
}
