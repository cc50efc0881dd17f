/**
 * The module `wpt:runner`: the project's own Vitest, bundled, and the glue that lets its worker run inside
 * workerd. Loaded with an isolate's first test file.
 *
 * A host runs one slot (a test file; without isolation, several) in one session:
 *
 * 1. It opens a WebSocket to a test Worker's socket. Headers of the request: `wpt-root`, the project root, percent-encoded;
 *    `wpt-slot`, the slot's name; `wpt-color`, if console output is to be coloured.
 * 2. The answer is 101, and Vitest's worker protocol begins: `start`, `run`, … until `testfileFinished`. Or it is 409, and
 *    the body says why: something of an earlier session cannot be undone, and the isolate is spent. The slot has to run in
 *    another isolate, of this process or of a new one.
 * 3. It drops the connection, without a closing handshake: workerd ends with it whatever still runs of the slot, timers and
 *    requests included.
 *
 * One session after another can run in an isolate, and in a process: never two at a time.
 */
import { finishEvaluation, sleep } from "./prelude";
import "./serializers";
import "./snapshot-reader";
import * as vitest from "wpt-project:vitest";
import * as vitestGlobals from "wpt-project:vitest/globals";
import { VitestModuleEvaluator } from "wpt-project:vitest/module-evaluator";
import * as vitestWorker from "wpt-project:vitest/worker";
import { Alarms } from "./alarms";
import { createInternalTestModule, createTestModule } from "./cloudflare-test";
import { contextExports, createWorkersModule } from "./cloudflare-workers";
import { interceptConsole } from "./console";
import { COVERAGE_MODULE, type CoverageConfig, collectHere, createCoverageModule } from "./coverage";
import { FakeTime } from "./fake-time";
import { currentTask, endFile, setUpFile, settleWork } from "./file-run";
import type { Isolate } from "./isolate";
import { lendFetchMock } from "./lent-fetch-mock";
import { type Specification, compileLines } from "./lines";
import { ModuleTable } from "./module-table";
import { offline } from "./offline";
import { expectRpcPromises, watchRpcPromises } from "./rpc-promises";
import { Session } from "./session";
import { setWorkingDirectory } from "./shims/process";
import { cleanSlate, keepSlate, undoStubs, watchModules } from "./slate";
import { SNAPSHOT_ENVIRONMENT, createSnapshotEnvironment } from "./snapshot-environment";
import { TestIsolation } from "./test-isolation";
import { TIME_HEADER, type Time, type Timetable } from "./time";
import { vitestState } from "./unhandled-errors";
import { watchResponses } from "./unread-bodies";
import { watchWaiting } from "./why-hanging";
import type { TestWorker } from "./worker";

interface ModuleNode {
	promise?: Promise<unknown>;
	exports?: Record<string, unknown>;
	evaluated?: boolean;
	importers: Set<string>;
}

/** Vite's module runner: the part that this module uses. */
export interface ModuleRunner {
	options: { createImportMeta?(modulePath: string): ImportMeta | Promise<ImportMeta> };
	import(id: string): Promise<Record<string, unknown>>;
	evaluatedModules: { getModuleByUrl(url: string): ModuleNode | undefined; idToModuleMap: Map<string, ModuleNode> };
}

/** Vitest's state of a worker: the part that this module uses. */
export interface RunState {
	config: CoverageConfig & { isolate?: boolean };
	ctx: { files: Specification[] };
	onCleanup(cleanup: () => unknown): void;
}

/** Header in which a host names the project root: an absolute path, percent-encoded. */
const ROOT_HEADER = "wpt-root";
/** The name of the module that Vitest is told to evaluate before each test file. */
const SETUP_MODULE = "wpt:setup";
/** A test file that imports none of these, itself or through others, cannot reach the Worker under test. */
const WORKER_MODULES = new Set(["cloudflare:test", "cloudflare:test-internal", "cloudflare:workers"]);
/** Header that asks for coloured console output. */
const COLOR_HEADER = "wpt-color";
/** Header that asks for all modules to be loaded before anything runs. */
const LOAD_HEADER = "wpt-load";
/** Header that asks what tests wait for when their time is up. */
const WHY_HANGING_HEADER = "wpt-why-hanging";
/** The status that says that the isolate can run no other slot. */
const SPENT = 409;
/** How long what an earlier session started may take to end, in milliseconds. */
const END_LIMIT = 100;

// Vitest loads the module that defines its globals when a project wants them; `wpt-gen` lets it find the module here.
Object.defineProperty(globalThis, Symbol.for("wpt.VitestGlobals"), { value: vitestGlobals });

/** What a session has of its own. */
interface Running {
	session: Session;
	worker: TestWorker;
	table: ModuleTable;
	/** Modules of the runner's that test files import. */
	provided: Record<string, object>;
	runner?: ModuleRunner;
	/** Whether something has been imported by which tests reach the Worker under test. */
	reachesWorker: boolean;
}

/** The session under way, or the last one. Vitest's worker is set up once, and talks to the host of this one. */
let current: Running | undefined;

/** What Vitest's worker listens with for a host's first messages. */
let vitestListener: ((message: unknown) => void) | undefined;

/** Accepts a host's WebSocket; from then on the host and Vitest's worker talk to each other. */
export async function accept(request: Request, isolate: Isolate): Promise<Response> {
	const left = current && (await whatIsLeft(current));
	if (left) return new Response(left, { status: SPENT });
	await current?.worker.internalEnv.__WPT_CONTROL?.empty();
	const root = decodeURIComponent(request.headers.get(ROOT_HEADER) ?? "");
	const { 0: client, 1: socket } = new WebSocketPair();
	socket.accept();
	setWorkingDirectory(root);
	finishEvaluation();
	if (!current) setUpIsolate(isolate);

	const worker = isolate.renew();
	const { manifest } = worker.options;
	const { load: loadAny } = worker.options;
	const load = watchModules(worker.internalEnv.__WPT_OFFLINE ? offline(loadAny) : loadAny);
	const provided: Record<string, object> = {};
	// Dependencies share them with the project's own modules.
	const testModule = createTestModule(worker);
	const internalTestModule = createInternalTestModule(testModule);
	const table = new ModuleTable(root, manifest, async (name) => provided[name] ?? load(name), () => lendFetchMock(testModule, internalTestModule));
	if (request.headers.has(LOAD_HEADER)) await table.loadAll();
	const mainUrl = manifest.main && `/${manifest.main}`;

	worker.importMain = async () => {
		if (!running.runner) throw new Error("The Worker under test was reached before Vitest was ready.");
		return running.runner.import(root + mainUrl);
	};
	worker.currentMain = () => {
		const node = mainUrl ? running.runner?.evaluatedModules.getModuleByUrl(mainUrl) : undefined;
		return node?.evaluated ? node.exports : undefined;
	};
	const hasClasses = Object.values(manifest.classes).some((kind) => kind !== "handler");
	const session = new Session(socket, table, async () => {
		// A class is constructed synchronously, so its module should be there. If it throws, so will the first use.
		if (mainUrl && hasClasses && running.reachesWorker) await worker.importMain?.().catch(() => {});
	});
	const running: Running = { session, worker, table, provided, reachesWorker: false };
	watchTime(worker, session);
	if (request.headers.has(WHY_HANGING_HEADER)) watchWaiting(worker);

	worker.visibleExports = contextExports;
	Object.assign(provided, {
		vitest,
		"cloudflare:test": testModule,
		"cloudflare:test-internal": internalTestModule,
		"cloudflare:workers": createWorkersModule(worker),
		[SNAPSHOT_ENVIRONMENT]: { default: createSnapshotEnvironment(session, table) },
		[COVERAGE_MODULE]: { default: createCoverageModule(load) },
	});
	interceptConsole(
		currentTask,
		request.headers.has(COLOR_HEADER),
		(log) => session.post({ t: "q", m: "onUserConsoleLog", a: [log] }),
	);
	current = running;
	if (vitestListener) session.on(vitestListener);
	else setUpVitest();
	return new Response(null, { status: 101, webSocket: client });
}

/** Waits until nothing of an earlier session runs any more; says what will not end. */
async function whatIsLeft({ session, worker }: Running): Promise<string | undefined> {
	for (let waited = 0; waited < END_LIMIT; waited++) {
		if (session.isClosed && worker.pendingWork.size === 0) break;
		await sleep(1);
	}
	if (!session.isClosed) return "its connection is still open";
	if (worker.hasAbandonedWork || worker.pendingWork.size > 0) return "work that was given to waitUntil() has not ended";
	return cleanSlate();
}

/** Has faked time reach the simulators and alarms, and gives each test storage of its own if the project wants that. */
function watchTime(worker: TestWorker, session: Session): void {
	const control = worker.internalEnv.__WPT_CONTROL;
	if (!control) return;
	const tell = async (time: Time) => {
		const response = await control.fetch("http://wpt/", { headers: { [TIME_HEADER]: JSON.stringify(time) } });
		return response.json<Timetable>();
	};
	const alarms = new Alarms(worker);
	worker.alarms = alarms;
	worker.fakeTime = new FakeTime(vitest.vi, tell, alarms);
	if (worker.options.manifest.isolatesTests) {
		new TestIsolation(worker, control, alarms.times, {
			isSharing: () => vitestState()?.config.isolate === false,
			call: session.call,
			settle: () => settleWork(worker),
		});
	}
}

/** Once in an isolate. */
function setUpIsolate({ options: { workers } }: Isolate): void {
	expectRpcPromises(workers.RpcPromise);
	watchRpcPromises(workers);
	if (workers.exports?.default) watchResponses(workers.exports.default);
	keepSlate(workers);
}

/** Likewise: Vitest's worker keeps its listeners and its module runner. */
function setUpVitest(): void {
	const running = () => current as Running;
	VitestModuleEvaluator.prototype.runExternalModule = async (url: string) => {
		const { worker, table } = running();
		if (url === SETUP_MODULE) return setUpFile(worker);
		running().reachesWorker ||= WORKER_MODULES.has(url);
		return table.importExternal(url);
	};
	const run = async (state: RunState, traces: unknown) => {
		const { worker, session } = running();
		const isIsolated = state.config.isolate !== false;
		const cleanups: (() => unknown)[] = [];
		// Vitest does these when the worker ends, and keeps them until then.
		if (isIsolated) state.onCleanup = (cleanup) => void cleanups.push(cleanup);
		collectHere(state.config);
		try {
			await compileLines(state.ctx.files, session);
			await vitestWorker.runBaseTests("run", state, traces);
			for (const cleanup of cleanups) await cleanup();
		} finally {
			if (isIsolated) undoStubs();
			await endFile(worker);
			session.finish();
		}
	};
	const collect = async (state: RunState, traces: unknown) => {
		const { session } = running();
		try {
			await compileLines(state.ctx.files, session);
			await vitestWorker.runBaseTests("collect", state, traces);
		} finally {
			session.finish();
		}
	};
	vitestWorker.init({
		post: (message) => running().session.post(message),
		on: (listener) => {
			vitestListener ??= listener;
			running().session.on(listener);
		},
		off: (listener) => running().session.off(listener),
		setup: vitestWorker.setupEnvironment,
		runTests: run,
		collectTests: collect,
		onModuleRunner: (started: ModuleRunner) => {
			extendImportMeta(started);
			if (!running().runner) forgetModules(started);
			running().runner = started;
			// Vite's runner maps every stack when it is read; the host does that once, for the errors that it shows.
			Error.prepareStackTrace = undefined;
		},
	});
}

/** Vitest keeps its runner, and forgets the modules only after it has imported some for itself. */
function forgetModules({ evaluatedModules }: ModuleRunner): void {
	for (const node of evaluatedModules.idToModuleMap.values()) {
		node.promise = undefined;
		node.exports = undefined;
		node.evaluated = false;
		node.importers.clear();
	}
}

const extended = new WeakSet<ModuleRunner>();

function extendImportMeta(runner: ModuleRunner): void {
	if (extended.has(runner)) return;
	extended.add(runner);
	const { createImportMeta } = runner.options;
	runner.options.createImportMeta = async (modulePath) => {
		const meta = await createImportMeta?.(modulePath);
		const resolve = (specifier: string) => current?.table.resolveToUrl(specifier, modulePath);
		return Object.assign(meta ?? {}, { resolve }) as ImportMeta;
	};
}
