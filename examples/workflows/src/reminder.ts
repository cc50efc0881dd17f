import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";

/** Reminds a traveller at a given time. */
export class Reminder extends WorkflowEntrypoint<Env, { at: number }> {
  async run(event: WorkflowEvent<{ at: number }>, step: WorkflowStep): Promise<string> {
    await step.sleepUntil("wait until then", new Date(event.payload.at));
    return step.do("remind", async () => "Pack your bags!");
  }
}
