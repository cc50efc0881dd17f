import { afterEach, beforeEach } from "vitest";

(globalThis as { log?: string[] }).log?.push("second setup file");
beforeEach(() => void (globalThis as { log?: string[] }).log?.push("beforeEach of the second"));
afterEach(() => void (globalThis as { log?: string[] }).log?.push("afterEach of the second"));
