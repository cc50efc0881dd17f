import { DurableObject } from "cloudflare:workers";

const PORT = 8080;

/** Renders pages in a container, and counts them. */
export class Renderer extends DurableObject<Env> {
  async fetch(request: Request): Promise<Response> {
    await this.ctx.storage.put("pages", (await this.pages()) + 1);
    const container = this.ctx.container!;
    if (!container.running) container.start();
    return container.getTcpPort(PORT).fetch("http://renderer/", request);
  }

  async pages(): Promise<number> {
    return (await this.ctx.storage.get<number>("pages")) ?? 0;
  }
}
