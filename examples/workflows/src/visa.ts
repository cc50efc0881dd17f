import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { ask } from "./embassy";

/** Gets a stamp from an embassy that is slow and often closed. */
export class Visa extends WorkflowEntrypoint<Env, { name: string }> {
  async run({ payload, instanceId }: WorkflowEvent<{ name: string }>, step: WorkflowStep): Promise<string> {
    const stamp = await step.do(
      "apply",
      { retries: { limit: 2, delay: 100, backoff: "exponential" }, timeout: "1 second" },
      async (context) => `${await ask(payload.name)} (attempt ${context.attempt})`,
    );
    await step.do("keep", () => this.env.LEDGER.put(`visas/${instanceId}`, stamp));
    return stamp;
  }
}
