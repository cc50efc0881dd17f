import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("Storage isolation never fails a test", () => {
  it("that does not await what it writes", () => {
    void env.SETTINGS.put("name", "City Library");
    void env.COVERS.put("momo", "a girl with a tortoise");
    void env.LOANS.exec("CREATE TABLE loans (book TEXT)");
    void env.DESK.getByName("desk").handOut("Momo");
  });

  it("that does not read a body", async () => {
    await env.COVERS.put("large", new Uint8Array(2_000_000));
    expect((await env.COVERS.get("large"))?.size).toBe(2_000_000);
  });

  it("that leaves a WebSocket open", async () => {
    const { webSocket } = await exports.default.fetch("https://library.example/reading-room", { headers: { upgrade: "websocket" } });
    webSocket?.accept();
    await env.DESK.getByName("desk").handOut("Momo");
  });

  it("and nothing of them is left", async () => {
    expect(await env.SETTINGS.get("name")).toBeNull();
    expect((await env.COVERS.list()).objects).toEqual([]);
    expect((await env.LOANS.prepare("SELECT name FROM sqlite_master WHERE name = 'loans'").all()).results).toEqual([]);
    expect(await env.DESK.getByName("desk").handOut("Emil")).toBe(1);
  });
});
