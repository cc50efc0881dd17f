/**
 * The module `wpt:runner`: the project's own Vitest, bundled, and the glue that lets its worker run inside
 * workerd. Loaded with an isolate's first test file.
 */
import { finishEvaluation, sleep } from "./prelude";
import "./snapshot-reader";
import * as vitest from "wpt-project:vitest";
import { VitestModuleEvaluator } from "wpt-project:vitest/module-evaluator";
import * as vitestWorker from "wpt-project:vitest/worker";
import * as cloudflareTest from "./cloudflare-test";
import { createWorkersModule } from "./cloudflare-workers";
import { interceptConsole } from "./console";
import { ModuleTable } from "./module-table";
import { Session } from "./session";
import { reportUnhandledRejections, setWorkingDirectory } from "./shims/process";
import { SNAPSHOT_ENVIRONMENT, createSnapshotEnvironment } from "./snapshot-environment";
import type { TestWorker } from "./worker";

interface ModuleNode {
	exports?: Record<string, any>;
	evaluated?: boolean;
}
interface ModuleRunner {
	import(id: string): Promise<Record<string, any>>;
	evaluatedModules: { getModuleByUrl(url: string): ModuleNode | undefined };
}

/** Header in which a host names the project root: an absolute path, percent-encoded. */
const ROOT_HEADER = "wpt-root";
/** The name of the module that Vitest is told to evaluate before each test file. */
const SETUP_MODULE = "wpt:setup";
/** How often, and for how long, the end of a test waits for work given to `ctx.waitUntil`, in milliseconds. */
const WORK_INTERVAL = 1;
const WORK_LIMIT = 4000;
/** Header that asks for coloured console output. */
const COLOR_HEADER = "wpt-color";

/** Accepts a host's WebSocket; from then on the host and Vitest's worker talk to each other. */
export function accept(request: Request, worker: TestWorker): Response {
	const root = decodeURIComponent(request.headers.get(ROOT_HEADER) ?? "");
	const { 0: client, 1: socket } = new WebSocketPair();
	socket.accept();
	setWorkingDirectory(root);
	finishEvaluation();

	const { manifest, load } = worker.options;
	const table = new ModuleTable(root, manifest, load);
	const mainUrl = manifest.main && `/${manifest.main}`;
	let runner: ModuleRunner | undefined;

	worker.importMain = async () => {
		if (!runner) throw new Error("The Worker under test was reached before Vitest was ready.");
		return runner.import(root + mainUrl);
	};
	worker.currentMain = () => {
		const node = mainUrl ? runner?.evaluatedModules.getModuleByUrl(mainUrl) : undefined;
		return node?.evaluated ? node.exports : undefined;
	};
	const hasClasses = Object.values(manifest.classes).some((kind) => kind !== "handler");
	const session = new Session(socket, table, async () => {
		// A class is constructed synchronously, so its module has to be there. If it throws, so will the first use.
		if (mainUrl && hasClasses) await worker.importMain!().catch(() => {});
	});

	cloudflareTest.connect(worker);
	const provided: Record<string, object> = {
		vitest,
		"cloudflare:test": cloudflareTest.exports(worker),
		"cloudflare:workers": createWorkersModule(worker),
		[SNAPSHOT_ENVIRONMENT]: { default: createSnapshotEnvironment(session, table) },
	};
	VitestModuleEvaluator.prototype.runExternalModule = async (url: string) => {
		if (url === SETUP_MODULE) return setUpFile(worker);
		return provided[url] ?? table.importExternal(url);
	};

	interceptConsole(
		() => currentTask(),
		request.headers.has(COLOR_HEADER),
		(log) => session.post({ t: "q", m: "onUserConsoleLog", a: [log] }),
	);

	vitestWorker.init({
		post: session.post,
		on: session.on,
		off: session.off,
		setup: vitestWorker.setupEnvironment,
		runTests: async (state: unknown, traces: unknown) => {
			await vitestWorker.runBaseTests("run", state, traces);
			await reportUnhandledRejections(nextTurn);
		},
		collectTests: (state: unknown, traces: unknown) => vitestWorker.runBaseTests("collect", state, traces),
		onModuleRunner: (started: ModuleRunner) => {
			runner = started;
			// Vite's runner maps every stack when it is read; the host does that once, for the errors that it shows.
			Error.prepareStackTrace = undefined;
		},
	});
	return new Response(null, { status: 101, webSocket: client });
}

/** Evaluated as the first setup file of each test file: a test is not over while its requests still work. */
function setUpFile(worker: TestWorker): object {
	vitest.afterEach(async () => {
		for (let waited = 0; worker.pendingWork > 0; waited += WORK_INTERVAL) {
			if (waited >= WORK_LIMIT) {
				console.warn(`${worker.pendingWork} waitUntil promise(s) did not resolve within ${WORK_LIMIT}ms and are left behind`);
				worker.pendingWork = 0;
			}
			await sleep(WORK_INTERVAL);
		}
		// Now, while they are known as this test's.
		await reportUnhandledRejections(nextTurn);
	});
	return {};
}

const nextTurn = () => sleep(0);

function currentTask(): string | undefined {
	const state = (globalThis as any).__vitest_worker__;
	const task = state?.current;
	return task?.id ?? task?.suite?.id ?? task?.file?.id ?? state?.wptFile;
}
