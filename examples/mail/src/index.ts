import { EmailMessage } from "cloudflare:email";
import { compose } from "./compose";

const DESK = "desk@help.example";

export default {
  /** `POST /tickets/<address>` answers a ticket by mail. */
  async fetch(request, env): Promise<Response> {
    const to = decodeURIComponent(new URL(request.url).pathname.split("/")[2] ?? "");
    const question = await env.TICKETS.get(to);
    if (question === null) return new Response("no such ticket", { status: 404 });
    await env.MAIL.send({ from: { email: DESK, name: "Help Desk" }, to, subject: `Re: ${question}`, text: await request.text() });
    return new Response("sent");
  },

  /** Opens a ticket for each question, and confirms it. */
  async email(message, env, ctx): Promise<void> {
    if (message.from.endsWith("@spam.example")) {
      message.setReject("We do not talk to you.");
      return;
    }
    const subject = message.headers.get("Subject") ?? "(no subject)";
    if (message.to === "sales@help.example") {
      await message.forward("grace@help.example", new Headers({ "X-Desk": subject }));
      return;
    }
    const raw = await new Response(message.raw).text();
    ctx.waitUntil(env.TICKETS.put(message.from, subject, { metadata: { size: message.rawSize, urgent: raw.includes("urgent") } }));
    const headers = { "In-Reply-To": message.headers.get("Message-ID") ?? "" };
    const confirmation = compose({ from: DESK, to: message.from, subject: `Re: ${subject}`, text: "We are on it.", headers });
    await message.reply(new EmailMessage(DESK, message.from, confirmation));
  },
} satisfies ExportedHandler<Env>;
