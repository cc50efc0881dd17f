import { env, exports } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { lend, letters } from "../src/index";

async function loans(): Promise<string[]> {
  const { results } = await env.LOANS.prepare("SELECT book FROM loans ORDER BY rowid").all<{ book: string }>();
  return results.map(({ book }) => book);
}

describe("Storage of every test", () => {
  const name = async () => (await exports.default.fetch("https://library.example/")).text();

  it("has what the test stores", async () => {
    await env.SETTINGS.put("name", "City Library");
    await env.COVERS.put("momo", "a girl with a tortoise");
    await env.DESK.getByName("desk").open();
    expect(await name()).toBe("City Library");
    expect(await env.DESK.getByName("desk").closes()).not.toBeNull();
  });

  it("has nothing that another test stored", async () => {
    expect(await name()).toBe("a library");
    expect((await env.COVERS.list()).objects).toEqual([]);
    expect(await env.DESK.getByName("desk").closes()).toBeNull();
  });

  describe("of a block", () => {
    beforeAll(() => lend(env, "Momo", "ada"));
    beforeEach(() => lend(env, "Emil", "bob"));
    afterAll(async () => expect(await loans()).toEqual(["Momo"]));

    it.each([1, 2])("has what beforeAll and beforeEach stored (%i)", async (round) => {
      expect(await loans()).toEqual(["Momo", "Emil"]);
      expect(await lend(env, `Heidi ${round}`, "eve")).toBe(3);
    });

    describe("in another block", () => {
      beforeAll(() => lend(env, "Krabat", "dan"));

      it("has what the hooks of both stored", async () => {
        expect(await loans()).toEqual(["Momo", "Krabat", "Emil"]);
      });
    });
  });

  it("begins every try of a test afresh", { retry: 2 }, async ({ task }) => {
    expect(await env.SETTINGS.get("tried")).toBeNull();
    await env.SETTINGS.put("tried", "yes");
    expect(task.result?.retryCount).toBe(2);
  });
});

describe("Queues with storage of every test", () => {
  // A batch has two messages.
  beforeAll(() => env.REMINDERS.send("ada"));
  beforeEach(() => void letters.splice(0));

  it.each(["bob", "eve"])("keep what beforeAll sent, and drop what tests send (%s)", async (reader) => {
    await env.REMINDERS.send(reader);
    await env.REMINDERS.send("later");
    await vi.waitFor(() => expect(letters).toEqual(["ada", reader]), 10_000);
  }, 20_000);
});

describe("WebSockets with storage of every test", () => {
  const heard: string[] = [];

  beforeAll(async () => {
    const { webSocket } = await exports.default.fetch("https://library.example/reading-room", { headers: { upgrade: "websocket" } });
    webSocket?.addEventListener("message", ({ data }) => void heard.push(String(data)));
    webSocket?.accept();
  });

  it.each([1, 2])("that beforeAll opened work in every test (%i)", async () => {
    heard.length = 0;
    await lend(env, "Momo", "ada");
    await vi.waitFor(() => expect(heard).toEqual(["Momo is out, the 1. today"]), 10_000);
  }, 20_000);
});
