import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";

describe("reset()", () => {
  beforeAll(() => env.SETTINGS.put("name", "City Library"));

  it("clears all that is stored", async () => {
    await env.DESK.getByName("desk").handOut("Momo");
    await env.COVERS.put("momo", "a girl with a tortoise");
    await reset();
    expect(await env.SETTINGS.get("name")).toBeNull();
    expect((await env.COVERS.list()).objects).toEqual([]);
    expect(await env.DESK.getByName("desk").handOut("Emil")).toBe(1);
  });

  it("is undone as well when every test has storage of its own", async () => {
    expect(await env.SETTINGS.get("name")).toBe("City Library");
  });
});
