import { adminSecretsStore } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";

afterEach(async () => {
  using admin = adminSecretsStore(env.PAYMENT_KEY);
  for (const { metadata } of await admin.list()) await admin.delete(metadata!.uuid);
});

describe("Secrets Store", () => {
  it("has no secret until a test makes one", async () => {
    await expect(env.PAYMENT_KEY.get()).rejects.toThrow('Secret "payment-key" not found');
  });

  it("keeps the secrets of a store apart by their names", async () => {
    using admin = adminSecretsStore(env.BACKUP_KEY);
    await admin.create("b");
    expect(await env.BACKUP_KEY.get()).toBe("b");
    await expect(env.PAYMENT_KEY.get()).rejects.toThrow('Secret "payment-key" not found');
  });
});

describe("adminSecretsStore", () => {
  it("creates a secret, and changes it", async () => {
    using admin = adminSecretsStore(env.PAYMENT_KEY);
    const id = await admin.create("first");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await env.PAYMENT_KEY.get()).toBe("first");
    expect(await admin.update("second", id)).toBe(id);
    expect(await env.PAYMENT_KEY.get()).toBe("second");
  });

  it("lists the secrets of the store, and names one by its id", async () => {
    using admin = adminSecretsStore(env.PAYMENT_KEY);
    const id = await admin.create("1");
    expect(await admin.list()).toEqual([{ name: "payment-key", metadata: { uuid: id } }]);
    expect(await admin.get(id)).toBe("payment-key");
  });

  it("duplicates a secret under another name", async () => {
    using admin = adminSecretsStore(env.PAYMENT_KEY);
    await admin.duplicate(await admin.create("shared"), "backup-key");
    expect(await env.BACKUP_KEY.get()).toBe("shared");
    expect((await admin.list()).map(({ name }) => name)).toEqual(["backup-key", "payment-key"]);
  });

  it("deletes a secret, which is not found after that", async () => {
    using admin = adminSecretsStore(env.PAYMENT_KEY);
    const id = await admin.create("1");
    await admin.delete(id);
    await expect(env.PAYMENT_KEY.get()).rejects.toThrow('Secret "payment-key" not found');
    await expect(admin.update("2", id)).rejects.toThrow("Secret not found");
    await expect(admin.get(id)).rejects.toThrow("Secret not found");
  });

  it("takes bindings to secrets only", () => {
    const message = "Failed to execute 'adminSecretsStore': parameter 1 is not a secrets store binding.";
    expect(() => adminSecretsStore(env.VERSION as never)).toThrow(new TypeError(message));
    expect(() => adminSecretsStore(null as never)).toThrow(new TypeError(message));
  });
});
