import type { Trip } from "./booking";

export { Booking } from "./booking";
export { Refund } from "./refund";
export { Reminder } from "./reminder";
export { Visa } from "./visa";

export default {
  /** `POST /` books a trip, `POST /<id>/payment` pays for it, `DELETE /<id>` cancels it, `GET /<id>` tells how it stands. */
  async fetch(request, env, ctx): Promise<Response> {
    const [id, action] = new URL(request.url).pathname.slice(1).split("/");
    if (!id) {
      const instance = await env.BOOKINGS.create({ params: await request.json<Trip>() });
      return Response.json({ id: instance.id }, { status: 201 });
    }
    const instance = await env.BOOKINGS.get(id);
    if (request.method === "DELETE") {
      await instance.terminate();
      await ctx.exports.Refund.create({ id, params: { amount: 90 } });
      return new Response("cancelled");
    }
    if (action === "payment") await instance.sendEvent({ type: "payment", payload: await request.json() });
    return Response.json(await instance.status());
  },
} satisfies ExportedHandler<Env>;
