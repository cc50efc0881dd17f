/** What the runner does around a test file and its tests, besides Vitest. */
import * as vitest from "wpt-project:vitest";
import * as vitestGlobals from "wpt-project:vitest/globals";
import { markTask } from "./console";
import { restoreStacks } from "./handler-errors";
import { resetFetchMock } from "./lent-fetch-mock";
import { sleep } from "./prelude";
import path from "./shims/path";
import { hasUnhandledErrors, ignoreUnhandled, reportUnhandledErrors, vitestState } from "./unhandled-errors";
import { cancelUnreadBodies, forgetResponses } from "./unread-bodies";
import { abandonedWork, waitUntilTimeout } from "./wait-until";
import { beginTest, explainTimeout } from "./why-hanging";
import type { TestWorker } from "./worker";

/** How often, and for how long, the end of a test waits for work given to `ctx.waitUntil`, in milliseconds. */
const WORK_INTERVAL = 1;
const WORK_LIMIT = 4000;
/** After which time bodies that the test has not read are taken to hold the work back, in milliseconds. */
const UNREAD_LIMIT = 30;
/** The clock, out of reach of fake timers. */
const now = performance.now.bind(performance);

/** Evaluated as the first setup file of each test file: a test is not over while its requests still work. */
export function setUpFile(worker: TestWorker): object {
	resetFetchMock();
	// Vitest does it for an isolate's first file only.
	if (vitestState()?.config.globals) vitestGlobals.registerApiGlobally();
	// Without isolation, an earlier file may have left its timers faked.
	worker.fakeTime?.restore();
	if (worker.options.manifest.auxiliary) {
		markTask(currentTask());
		vitest.beforeEach(({ task }) => markTask(task.id));
	}
	if (worker.isWatched) vitest.beforeEach(beginTest);
	vitest.afterEach(async ({ task }) => {
		explainTimeout(task.result?.errors ?? []);
		restoreStacks(task.result?.errors ?? [], worker.thrown.splice(0));
		await settleWork(worker);
		forgetResponses();
		if (hasUnhandledErrors()) await sleep(0);
		reportUnhandledErrors();
	});
	return {};
}

/** Waits for the work that handlers gave to `ctx.waitUntil`. */
export async function settleWork(worker: TestWorker): Promise<void> {
	const start = now();
	while (worker.pendingWork.size > 0) {
		const limit = Math.min(WORK_LIMIT, waitUntilTimeout());
		const waited = now() - start;
		if (waited >= UNREAD_LIMIT) cancelUnreadBodies();
		if (waited >= limit) {
			console.warn(abandonedWork(worker.pendingWork.size, limit));
			worker.abandonWork();
		}
		await sleep(WORK_INTERVAL);
	}
}

/** Nothing of a test file goes on when it is over. */
export async function endFile({ alarms, fakeTime, internalEnv, options }: TestWorker): Promise<void> {
	await fakeTime?.end();
	if (!alarms?.hasObjects && !options.manifest.worksByItself) return;
	// What is under way ends with an error, which is not the tests'.
	reportUnhandledErrors();
	ignoreUnhandled(() => true);
	await internalEnv.__WPT_CONTROL?.endFile();
}

/** The id of the test, suite or file that Vitest is running; before it has one, the file's path, as Vitest does. */
export function currentTask(): string | undefined {
	const state = vitestState();
	const task = state?.current;
	const id = task?.id ?? task?.suite?.id ?? task?.file?.id;
	return id ?? (state?.filepath && path.relative(state.config.root, state.filepath));
}
