import { DurableObject } from "cloudflare:workers";

/** Keeps secrets in a private field, and lets nobody see more than its methods: the constructor returns a Proxy. */
export class Vault extends DurableObject {
  #secrets = new Map<string, string>();

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    if (ctx.id.name === "forbidden") throw new Error("This vault may not be opened.");
    if (ctx.id.name === "sealed") ctx.abort("This vault is sealed.");
    ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(5);
      if (ctx.id.name === "stuck") throw new Error("The door is stuck.");
      this.#secrets.set("owner", ctx.id.name ?? "nobody");
    });
    return new Proxy(this, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  put(name: string, secret: string): void {
    this.#secrets.set(name, secret);
  }

  get(name: string): string {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new RangeError(`There is no secret called ${name}.`);
    return secret;
  }

  get size(): number {
    return this.#secrets.size;
  }
}
