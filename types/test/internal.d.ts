/** The same module, and what tests of test helpers need besides. */
declare module "cloudflare:test-internal" {
	export * from "cloudflare:test";

	/** How long work given to `waitUntil` is waited for, in milliseconds. */
	export function setWaitUntilTimeout(milliseconds: number): void;

	/** Empties the list and waits for all that was in it. Rejects with what was rejected. */
	export function waitForWaitUntil(promises: unknown[]): Promise<void>;
}
