/** Makes an isolate look as it did before its first test file. */
import * as vitest from "wpt-project:vitest";
import { dropGlobalListeners, watchGlobalListeners } from "./global-listeners";
import { Guard } from "./guard";
import { dropSerializers } from "./serializers";
import { process } from "./shims/process";
import { forgetUnhandledErrors } from "./unhandled-errors";
import { forgetResponses } from "./unread-bodies";
import { resetWaitUntilTimeout } from "./wait-until";
import type { LoadModule } from "./module-table";
import type { WorkersModule } from "./worker";

let guard: Guard | undefined;

/** To be called before the first test file. */
export function keepSlate(workers: WorkersModule): void {
	watchGlobalListeners();
	// Vitest sets this with its first file.
	process.env.SSR ??= "1";
	const { chai, expect, vi, TestRunner } = vitest;
	guard = new Guard({
		...members("env", workers.env),
		...members("exports", workers.exports),
		"process.env": process.env,
		vi,
		expect,
		TestRunner,
		...members("chai", chai),
		...vitestState(),
	});
}

function members(name: string, object: object = {}): Record<string, unknown> {
	return Object.fromEntries(Object.entries(object).map(([key, value]) => [`${name}.${key}`, value]));
}

/** What Vitest gives to itself through getters of the global scope: matchers, and testers of equality. */
function vitestState(): Record<string, unknown> {
	const getters = Object.getOwnPropertySymbols(globalThis).filter((key) => Object.getOwnPropertyDescriptor(globalThis, key)?.get);
	return Object.fromEntries(getters.map((key) => [String(key), (globalThis as Record<symbol, unknown>)[key]]));
}

/** Modules of Node's that test files load are compared, too. */
export function watchModules(load: LoadModule): LoadModule {
	return async (name) => {
		const module = await load(name);
		if (name.startsWith("node:")) guard?.keep(name, (module as { default?: unknown }).default);
		return module;
	};
}

/** To be called before each other test file, when nothing of the one before it runs any more; says what it cannot undo. */
export function cleanSlate(): string | undefined {
	dropGlobalListeners();
	dropSerializers();
	forgetUnhandledErrors();
	Reflect.deleteProperty(globalThis, "__vitest_worker__");
	forgetResponses();
	resetWaitUntilTimeout();
	return guard?.restore();
}

/** What Vitest leaves for its worker's end; to be called when a file with modules of its own is over. */
export function undoStubs(): void {
	const { vi } = vitest;
	if (vi.isFakeTimers()) vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.unstubAllEnvs();
}
