import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { Journal, Vault } from "../src";

describe("Durable Object classes", () => {
  it("may have private fields and return a Proxy from the constructor", async () => {
    const vault = env.VAULTS.getByName("private");
    await vault.put("code", "1234");
    expect(await vault.get("code")).toBe("1234");
    expect(await vault.size).toBe(2);
    await runInDurableObject(vault, (instance) => {
      expect(instance).toBeInstanceOf(Vault);
      expect(instance.get("code")).toBe("1234");
    });
  });

  it("may leave out every handler", async () => {
    const vault = env.VAULTS.getByName("no handlers");
    await expect(vault.fetch("https://vault.test")).rejects.toThrow("fetch()");
    expect(await vault.size).toBe(1);
  });

  it("know the name of their object", async () => {
    const vault = env.VAULTS.getByName("ada");
    expect(await vault.get("owner")).toBe("ada");
    expect(await runInDurableObject(vault, (_, state) => state.id.name)).toBe("ada");
    expect(await env.VAULTS.get(env.VAULTS.newUniqueId()).get("owner")).toBe("nobody");
  });

  it("may block events in the constructor", async () => {
    const vault = env.VAULTS.getByName("blocking");
    expect(await Promise.all([vault.get("owner"), vault.size])).toEqual(["blocking", 1]);
  });

  it("may throw in the constructor", async () => {
    await expect(env.VAULTS.getByName("forbidden").get("code")).rejects.toThrow("This vault may not be opened.");
    await expect(env.VAULTS.getByName("forbidden").size).rejects.toThrow("This vault may not be opened.");
  });

  it("may abort in the constructor", async () => {
    await expect(env.VAULTS.getByName("sealed").get("code")).rejects.toThrow("This vault is sealed.");
  });

  it("may fail while they block events", async () => {
    await expect(env.VAULTS.getByName("stuck").get("code")).rejects.toThrow("The door is stuck.");
  });

  it("may abort later", async () => {
    const vault = env.VAULTS.getByName("aborted");
    await vault.put("code", "1234");
    await expect(runInDurableObject(vault, (_, state) => state.abort("Alarm!"))).rejects.toThrow("Alarm!");
    expect(await env.VAULTS.getByName("aborted").size).toBe(1);
  });

  it("store in SQLite, or keys and values only", async () => {
    const sql = (stub: DurableObjectStub) => runInDurableObject(stub, (_, state) => state.storage.sql.databaseSize);
    expect(await sql(env.ROOMS.getByName("sql"))).toBeGreaterThan(0);
    await expect(sql(env.COUNTERS.getByName("kv"))).rejects.toThrow("SQL is not enabled for this Durable Object class");
    await runInDurableObject(env.COUNTERS.getByName("kv"), async (_, { storage }) => {
      await storage.put("key", { nested: [1] });
      expect(await storage.list()).toEqual(new Map([["key", { nested: [1] }]]));
    });
  });

  it("may be bound twice", async () => {
    await env.JOURNALS.getByName("one").write("entry");
    expect(await env.DIARIES.getByName("one").entries()).toEqual(["entry"]);
    expect(String(env.DIARIES.idFromName("one"))).toBe(String(env.JOURNALS.idFromName("one")));
  });

  it("are the ones that tests import", async () => {
    await runInDurableObject(env.JOURNALS.getByName("class"), (journal, state) => {
      expect(journal).toBeInstanceOf(Journal);
      expect(journal.constructor).toBe(Journal);
      expect(state).toBe(Reflect.get(journal, "ctx"));
    });
  });

  it("can be spied on by their prototype", async () => {
    const write = vi.spyOn(Journal.prototype, "write").mockResolvedValueOnce(42);
    const journal = env.JOURNALS.getByName("spied");
    expect(await journal.write("nothing")).toBe(42);
    expect(write).toHaveBeenCalledWith("nothing");
    write.mockRestore();
    expect(await journal.write("something")).toBe(1);
  });
});

describe("Durable Object RPC", () => {
  const entries = Array.from({ length: 100 }, (_, index) => `entry ${index}`);

  it("makes concurrent calls in order", async () => {
    const journal = env.JOURNALS.getByName("order");
    const lengths = await Promise.all(entries.map((entry) => journal.write(entry)));
    expect(lengths).toEqual(entries.map((_, index) => index + 1));
    expect(await journal.entries()).toEqual(entries);
  });

  it("makes calls between objects in order", async () => {
    const journal = env.JOURNALS.getByName("original");
    for (const entry of entries) void journal.write(entry);
    expect(await journal.copyTo("copy")).toBe(100);
    expect(await env.JOURNALS.getByName("copy").entries()).toEqual(entries);
  });

  it("pipelines calls on what has not come yet", async () => {
    const journal = env.JOURNALS.getByName("pipeline");
    expect(await journal.page(1).next().write("second page")).toBe(1);
    using page = await journal.page(1);
    using next = await page.next();
    expect(await next.write("again")).toBe(2);
    expect(await journal.entries()).toEqual(["2: second page", "2: again"]);
  });
});

describe("runInDurableObject", () => {
  it("gives redirects as they are", async () => {
    const journal = env.JOURNALS.getByName("redirects");
    const response = await runInDurableObject(journal, (instance) => instance.fetch(new Request("https://chat.test/old")));
    expect(response.status).toBe(301);
    expect(response.headers.get("Location")).toBe("https://chat.test/new");
    const own = await runInDurableObject(journal, () => new Response(null, { status: 304 }));
    expect(own.status).toBe(304);
  });

  it("gives errors as they were thrown", async () => {
    const error = new RangeError("mine");
    const run = runInDurableObject(env.JOURNALS.getByName("errors"), () => {
      throw error;
    });
    await expect(run).rejects.toBe(error);
  });

  it("reaches storage and memory", async () => {
    const journal = env.JOURNALS.getByName("memory");
    await journal.write("one");
    const found = await runInDurableObject(journal, async (instance, { storage }) => {
      await storage.put("key", "value");
      return [instance.entries(), await storage.get("key")];
    });
    expect(found).toEqual([["one"], "value"]);
  });

  it("refuses what is no stub", async () => {
    const call = runInDurableObject({} as DurableObjectStub, () => {});
    await expect(call).rejects.toThrow("parameter 1 is not of type 'DurableObjectStub'");
  });
});

describe("listDurableObjectIds", () => {
  it("lists the objects of a namespace that have storage", async () => {
    await runInDurableObject(env.COUNTERS.getByName("listed"), (_, { storage }) => storage.put("key", 1));
    const ids = await listDurableObjectIds(env.COUNTERS);
    expect(ids.map(String)).toContain(String(env.COUNTERS.idFromName("listed")));
    expect((await listDurableObjectIds(env.REMINDERS)).map(String)).toEqual([]);
  });
});
