/** Waiting for what was given to `waitUntil`. */
import { after } from "./prelude";

/** What a deployed Worker has, in milliseconds. */
const DEFAULT_LIMIT = 30_000;
let limit = DEFAULT_LIMIT;

export function resetWaitUntilTimeout(): void {
	limit = DEFAULT_LIMIT;
}

export function setWaitUntilTimeout(milliseconds: number): void {
	limit = milliseconds;
}

/** How long is waited at most, in milliseconds. */
export function waitUntilTimeout(): number {
	return limit;
}

export function abandonedWork(count: number, milliseconds: number): string {
	return `${count} waitUntil promise(s) did not resolve within ${milliseconds / 1000}s and are no longer waited for: something that they wait for never happens, for example a request that is never answered.`;
}

/** Empties the list and waits for all that was in it, also for what is added meanwhile. Rejects with what was rejected. */
export async function waitForWaitUntil(promises: unknown[]): Promise<void> {
	const errors: unknown[] = [];
	while (promises.length > 0) {
		const batch = promises.splice(0);
		const results = await inTime(Promise.allSettled(batch));
		if (!results) {
			console.warn(abandonedWork(batch.length, limit));
			promises.length = 0;
		}
		for (const result of results ?? []) if (result.status === "rejected") errors.push(result.reason);
	}
	if (errors.length === 1) throw errors[0];
	if (errors.length > 1) throw new AggregateError(errors);
}

/** What the promise gives, or nothing if that takes too long. */
async function inTime<T>(promise: Promise<T>): Promise<T | undefined> {
	let stop = () => {};
	const late = new Promise<undefined>((resolve) => {
		stop = after(limit, () => resolve(undefined));
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		stop();
	}
}
