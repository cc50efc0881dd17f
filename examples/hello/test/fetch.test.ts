import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../src";

describe("Handlers called directly", () => {
  it("answers a request handed straight to fetch()", async () => {
    const ctx = createExecutionContext();
    const request = new Request<unknown, IncomingRequestCfProperties>("https://hello.test/?name=Ada");
    const response = await worker.fetch(request, { ...env, GREETING: "Bonjour" }, ctx);
    await waitOnExecutionContext(ctx);
    expect(await response.text()).toBe("Bonjour, Ada!");
  });
});
