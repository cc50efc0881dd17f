/**
 * The module `wpt:runner`: the project's own Vitest, bundled, and the glue that lets its worker run inside
 * workerd. Loaded with an isolate's first test file.
 */
import { finishEvaluation, sleep } from "./prelude";
import "./snapshot-reader";
import * as vitest from "wpt-project:vitest";
import * as vitestGlobals from "wpt-project:vitest/globals";
import { VitestModuleEvaluator } from "wpt-project:vitest/module-evaluator";
import * as vitestWorker from "wpt-project:vitest/worker";
import { Alarms } from "./alarms";
import { createInternalTestModule, createTestModule } from "./cloudflare-test";
import { contextExports, createWorkersModule } from "./cloudflare-workers";
import { interceptConsole, markTask } from "./console";
import { COVERAGE_MODULE, collectHere, createCoverageModule } from "./coverage";
import { FakeTime } from "./fake-time";
import { restoreStacks } from "./handler-errors";
import { lendFetchMock, resetFetchMock } from "./lent-fetch-mock";
import { ModuleTable } from "./module-table";
import { offline } from "./offline";
import { expectRpcPromises, watchRpcPromises } from "./rpc-promises";
import { Session } from "./session";
import path from "./shims/path";
import { setWorkingDirectory } from "./shims/process";
import { SNAPSHOT_ENVIRONMENT, createSnapshotEnvironment } from "./snapshot-environment";
import { TestIsolation } from "./test-isolation";
import { TIME_HEADER, type Time, type Timetable } from "./time";
import { hasUnhandledErrors, ignoreUnhandled, reportUnhandledErrors, vitestState } from "./unhandled-errors";
import { cancelUnreadBodies, forgetResponses, watchResponses } from "./unread-bodies";
import { abandonedWork, waitUntilTimeout } from "./wait-until";
import type { TestWorker } from "./worker";

interface ModuleNode {
	exports?: Record<string, unknown>;
	evaluated?: boolean;
}

/** Vite's module runner: the part that this module uses. */
export interface ModuleRunner {
	options: { createImportMeta?(modulePath: string): ImportMeta | Promise<ImportMeta> };
	import(id: string): Promise<Record<string, unknown>>;
	evaluatedModules: { getModuleByUrl(url: string): ModuleNode | undefined };
}

/** What Vitest's worker is told: the part that this module uses. */
interface WorkerState {
	config: Parameters<typeof collectHere>[0];
}

/** Header in which a host names the project root: an absolute path, percent-encoded. */
const ROOT_HEADER = "wpt-root";
/** The name of the module that Vitest is told to evaluate before each test file. */
const SETUP_MODULE = "wpt:setup";
/** A test file that imports none of these, itself or through others, cannot reach the Worker under test. */
const WORKER_MODULES = new Set(["cloudflare:test", "cloudflare:test-internal", "cloudflare:workers"]);
/** How often, and for how long, the end of a test waits for work given to `ctx.waitUntil`, in milliseconds. */
const WORK_INTERVAL = 1;
const WORK_LIMIT = 4000;
/** After which time bodies that the test has not read are taken to hold the work back, in milliseconds. */
const UNREAD_LIMIT = 30;
/** The clock, out of reach of fake timers. */
const now = performance.now.bind(performance);
/** Header that asks for coloured console output. */
const COLOR_HEADER = "wpt-color";

// Vitest loads the module that defines its globals when a project wants them; `wpt-gen` lets it find the module here.
Object.defineProperty(globalThis, Symbol.for("wpt.VitestGlobals"), { value: vitestGlobals });

/** Accepts a host's WebSocket; from then on the host and Vitest's worker talk to each other. */
export function accept(request: Request, worker: TestWorker): Response {
	const root = decodeURIComponent(request.headers.get(ROOT_HEADER) ?? "");
	const { 0: client, 1: socket } = new WebSocketPair();
	socket.accept();
	setWorkingDirectory(root);
	finishEvaluation();

	const { manifest } = worker.options;
	const load = worker.internalEnv.__WPT_OFFLINE ? offline(worker.options.load) : worker.options.load;
	const provided: Record<string, object> = {};
	// Dependencies share them with the project's own modules.
	const testModule = createTestModule(worker);
	const internalTestModule = createInternalTestModule(testModule);
	const table = new ModuleTable(root, manifest, async (name) => provided[name] ?? load(name), () => lendFetchMock(testModule, internalTestModule));
	const mainUrl = manifest.main && `/${manifest.main}`;
	let runner: ModuleRunner | undefined;
	let coverageProvider: string | undefined;

	worker.importMain = async () => {
		if (!runner) throw new Error("The Worker under test was reached before Vitest was ready.");
		return runner.import(root + mainUrl);
	};
	worker.currentMain = () => {
		const node = mainUrl ? runner?.evaluatedModules.getModuleByUrl(mainUrl) : undefined;
		return node?.evaluated ? node.exports : undefined;
	};
	const hasClasses = Object.values(manifest.classes).some((kind) => kind !== "handler");
	let reachesWorker = false;
	const session = new Session(socket, table, async () => {
		// A class is constructed synchronously, so its module should be there. If it throws, so will the first use.
		if (mainUrl && hasClasses && reachesWorker) await worker.importMain?.().catch(() => {});
	});

	const control = worker.internalEnv.__WPT_CONTROL;
	if (control) {
		const tell = async (time: Time) => {
			const response = await control.fetch("http://wpt/", { headers: { [TIME_HEADER]: JSON.stringify(time) } });
			return response.json<Timetable>();
		};
		const alarms = new Alarms(worker);
		worker.alarms = alarms;
		worker.fakeTime = new FakeTime(vitest.vi, tell, alarms);
		if (manifest.isolatesTests) {
			new TestIsolation(worker, control, alarms.times, {
				isSharing: () => vitestState()?.config.isolate === false,
				call: session.call,
				settle: () => settleWork(worker),
			});
		}
	}

	worker.visibleExports = contextExports;
	expectRpcPromises(worker.options.workers.RpcPromise);
	watchRpcPromises(worker.options.workers);
	const { default: own } = worker.options.workers.exports ?? {};
	if (own) watchResponses(own);
	Object.assign(provided, {
		vitest,
		"cloudflare:test": testModule,
		"cloudflare:test-internal": internalTestModule,
		"cloudflare:workers": createWorkersModule(worker),
		[SNAPSHOT_ENVIRONMENT]: { default: createSnapshotEnvironment(session, table) },
		[COVERAGE_MODULE]: { default: createCoverageModule(load, () => coverageProvider) },
	});
	VitestModuleEvaluator.prototype.runExternalModule = async (url: string) => {
		if (url === SETUP_MODULE) return setUpFile(worker);
		reachesWorker ||= WORKER_MODULES.has(url);
		return table.importExternal(url);
	};

	interceptConsole(
		currentTask,
		request.headers.has(COLOR_HEADER),
		(log) => session.post({ t: "q", m: "onUserConsoleLog", a: [log] }),
	);

	vitestWorker.init({
		post: session.post,
		on: session.on,
		off: session.off,
		setup: vitestWorker.setupEnvironment,
		runTests: async (state: WorkerState, traces: unknown) => {
			coverageProvider ??= collectHere(state.config);
			try {
				await vitestWorker.runBaseTests("run", state, traces);
			} finally {
				await endFile(worker);
				session.finish();
			}
		},
		collectTests: (state: unknown, traces: unknown) => vitestWorker.runBaseTests("collect", state, traces).finally(() => session.finish()),
		onModuleRunner: (started: ModuleRunner) => {
			if (runner !== started) extendImportMeta(started, table);
			runner = started;
			// Vite's runner maps every stack when it is read; the host does that once, for the errors that it shows.
			Error.prepareStackTrace = undefined;
		},
	});
	return new Response(null, { status: 101, webSocket: client });
}

/** Evaluated as the first setup file of each test file: a test is not over while its requests still work. */
function setUpFile(worker: TestWorker): object {
	resetFetchMock();
	// Without isolation, an earlier file may have left its timers faked.
	worker.fakeTime?.restore();
	if (worker.options.manifest.auxiliary) {
		markTask(currentTask());
		vitest.beforeEach(({ task }) => markTask(task.id));
	}
	vitest.afterEach(async ({ task }) => {
		restoreStacks(task.result?.errors ?? [], worker.thrown.splice(0));
		await settleWork(worker);
		forgetResponses();
		if (hasUnhandledErrors()) await sleep(0);
		reportUnhandledErrors();
	});
	return {};
}

/** Waits for the work that handlers gave to `ctx.waitUntil`. */
async function settleWork(worker: TestWorker): Promise<void> {
	const start = now();
	while (worker.pendingWork.size > 0) {
		const limit = Math.min(WORK_LIMIT, waitUntilTimeout());
		const waited = now() - start;
		if (waited >= UNREAD_LIMIT) cancelUnreadBodies();
		if (waited >= limit) {
			console.warn(abandonedWork(worker.pendingWork.size, limit));
			worker.pendingWork.clear();
		}
		await sleep(WORK_INTERVAL);
	}
}

/** Nothing of a test file goes on when it is over. */
async function endFile({ alarms, fakeTime, internalEnv, options }: TestWorker): Promise<void> {
	await fakeTime?.end();
	if (!alarms?.hasObjects && !options.manifest.worksByItself) return;
	// What is under way ends with an error, which is not the tests'.
	reportUnhandledErrors();
	ignoreUnhandled(() => true);
	await internalEnv.__WPT_CONTROL?.endFile();
}

function extendImportMeta(runner: ModuleRunner, table: ModuleTable): void {
	const { createImportMeta } = runner.options;
	runner.options.createImportMeta = async (modulePath) => {
		const meta = await createImportMeta?.(modulePath);
		return Object.assign(meta ?? {}, { resolve: (specifier: string) => table.resolveToUrl(specifier, modulePath) }) as ImportMeta;
	};
}

/** The id of the test, suite or file that Vitest is running; before it has one, the file's path, as Vitest does. */
function currentTask(): string | undefined {
	const state = vitestState();
	const task = state?.current;
	const id = task?.id ?? task?.suite?.id ?? task?.file?.id;
	return id ?? (state?.filepath && path.relative(state.config.root, state.filepath));
}
