/**
 * Errors that the Worker's handlers throw. They reach a test through workerd, which makes a new error on the way: one that
 * knows where the handler was called, and nothing of where it threw.
 */

/** An error of a failed test, as Vitest keeps it. */
export interface TestError {
	name?: string;
	message: string;
	stack?: string;
}

/** Puts the stack of what was thrown before that of the caller's copy. */
export function restoreStacks(errors: TestError[], thrown: unknown[]): void {
	for (const error of errors) {
		const isSame = (one: unknown): one is Error => one instanceof Error && one.name === error.name && one.message === error.message;
		const original = thrown.find(isSame);
		const frames = error.stack?.match(/^ +at .*$/gm) ?? [];
		if (original) error.stack = [original.stack, ...frames].join("\n");
	}
}
