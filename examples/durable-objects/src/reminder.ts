import { DurableObject } from "cloudflare:workers";

/** Rings by an alarm; how often it fails before, the caller says. */
export class Reminder extends DurableObject {
  async remind(failures: number): Promise<void> {
    await this.ctx.storage.put("failures", failures);
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    const { retryCount, isRetry } = info ?? { retryCount: 0, isRetry: false };
    const calls = (await this.calls()) ?? [];
    // What a failed alarm writes is undone, but for what is known to be on disk.
    await this.ctx.storage.put("calls", [...calls, { retryCount, isRetry }]);
    await this.ctx.storage.sync();
    if (retryCount < ((await this.ctx.storage.get<number>("failures")) ?? 0)) throw new Error("The bell is broken.");
  }

  async calls(): Promise<{ retryCount: number; isRetry: boolean }[] | undefined> {
    return this.ctx.storage.get("calls");
  }
}
