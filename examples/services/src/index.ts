import { WorkerEntrypoint } from "cloudflare:workers";

/** Weighs in the unit that the binding asks for. */
export class Scales extends WorkerEntrypoint<Env, { unit: "g" | "oz" }> {
  weigh(grams: number): string {
    const { unit } = this.ctx.props;
    return unit === "g" ? `${grams} g` : `${(grams / 28.35).toFixed(1)} oz`;
  }
}

const lines: string[] = [];

/** Writes down what the carrier does, while it does it. */
export class Journal extends WorkerEntrypoint<Env> {
  tailStream({ event }: TailStream.TailEvent<TailStream.Onset>): TailStream.TailEventHandlerType {
    lines.push(event.type);
    return ({ event }) => {
      if (event.type === "log") lines.push(`log: ${event.message}`);
      if (event.type === "outcome") lines.push(event.outcome);
    };
  }

  lines(): string[] {
    return lines;
  }
}

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/hours":
        return new Response("9 to 5");
      case "/duty": {
        // Goes out to the internet, or to what stands for it.
        const duty = await fetch("https://customs.example/duty?for=books");
        return new Response(await duty.text());
      }
      default: {
        const grams = Number(pathname.slice(1));
        if (!Number.isFinite(grams)) return new Response("What does it weigh?", { status: 400 });
        return Response.json({ weight: await env.SCALES.weigh(grams), route: await env.CARRIER.route(grams) });
      }
    }
  },
} satisfies ExportedHandler<Env>;
