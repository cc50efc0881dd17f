import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { findRoom } from "./hotels";

export interface Trip {
  city: string;
  guests: number;
}

/** Books a room: holds it, waits for a night's sleep and for the payment, and confirms. */
export class Booking extends WorkflowEntrypoint<Env, Trip> {
  async run(event: WorkflowEvent<Trip>, step: WorkflowStep) {
    const { city, guests } = event.payload;
    const room = await step.do(
      "hold room",
      { retries: { limit: 3, delay: "10 minutes", backoff: "exponential" }, timeout: "1 minute" },
      async () => {
        if (guests > 4) throw new NonRetryableError("no room is that large");
        return findRoom(city);
      },
    );
    await step.sleep("sleep on it", "8 hours");
    const payment = await step.waitForEvent<{ amount: number }>("wait for payment", { type: "payment", timeout: "7 days" });
    await step.do("confirm", () => this.env.LEDGER.put(`bookings/${event.instanceId}`, room));
    return { room, paid: payment.payload.amount };
  }
}
