import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

const log = ((globalThis as { log?: string[] }).log ??= []);
log.push("first setup file");
beforeAll(() => void log.push("beforeAll of the first"));
beforeEach(() => void log.push("beforeEach of the first"));
afterEach(() => void log.push("afterEach of the first"));
afterAll(() => void log.push("afterAll of the first"));
