/**
 * Records what the tests of `src/report` compare with: runs the sample project under a real Vitest, keeps the calls that its
 * workers make, and what each of its own reporters writes for them in that same run.
 *
 *     node scripts/report-fixtures.mjs <folder whose node_modules has Vitest>
 *
 * The Node.js that runs this runs Vitest. The files are described in src/report/fixtures/README.md.
 */
import { Console } from "node:console";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Writable } from "node:stream";

const CALLS = new Set(["onQueued", "onCollected", "onTaskUpdate", "onUserConsoleLog", "onUnhandledError", "snapshotSaved", "onTaskArtifactRecord", "onTaskAnnotate"]);
const SNAPSHOTS = `// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html

exports[\`differs 1\`] = \`
{
  "b": 1,
}
\`;

exports[\`gone 1\`] = \`1\`;
`;
const SUMMARY = "github-summary.md";

const fixtures = fileURLToPath(new URL("../src/report/fixtures/", import.meta.url));
const modules = path.resolve(process.argv[2], "node_modules");
const root = fs.mkdtempSync(path.join(os.tmpdir(), "wpt-report-"));

// Read when Vitest is loaded.
const summary = path.join(root, SUMMARY);
fs.writeFileSync(summary, "");
Object.assign(process.env, {
	NO_COLOR: "1",
	GITHUB_STEP_SUMMARY: summary,
	GITHUB_REPOSITORY: "owner/sample",
	GITHUB_SHA: "0123abc",
	GITHUB_WORKSPACE: root,
});
// What would make another reporter or another output the default one.
for (const name of ["CI", "GITHUB_ACTIONS", "FORCE_COLOR", "CLAUDECODE", "AI_AGENT"]) delete process.env[name];

fs.cpSync(path.join(fixtures, "project"), root, { recursive: true });
fs.symlinkSync(modules, path.join(root, "node_modules"));
fs.mkdirSync(path.join(root, "test/__snapshots__"));
fs.writeFileSync(path.join(root, "test/__snapshots__/snapshot.test.ts.snap"), SNAPSHOTS);
process.chdir(root);

const require = createRequire(path.join(root, "package.json"));
const vitest = await import(pathToFileURL(require.resolve("vitest/node")).href);
const { version } = require("vitest/package.json");

/** The class of a built-in reporter: not all are exported. */
async function reporterClasses() {
	const chunks = path.join(modules, "vitest/dist/chunks");
	for (const name of fs.readdirSync(chunks)) {
		if (!name.endsWith(".js")) continue;
		const alias = fs.readFileSync(path.join(chunks, name), "utf8").match(/\bReportersMap = \{[^]*\bReportersMap as (\w+)/);
		if (alias) return (await import(pathToFileURL(path.join(chunks, name)).href))[alias[1]];
	}
	throw new Error("no table of reporters in this Vitest");
}

/** JSON of a value that may refer to what contains it. */
function treeOf(value, above = []) {
	if (typeof value === "bigint" || typeof value === "function") return String(value);
	if (typeof value !== "object" || value === null) return value;
	if (above.includes(value)) return null;
	if (Array.isArray(value)) return value.map((item) => treeOf(item, [...above, value]) ?? null);
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, treeOf(item, [...above, value])]));
}

const calls = [];
/** Vitest renames the causes of errors where it prints them: each reporter gets them as they were. */
const causes = new Map();

function noteCauses(value, isCause = false) {
	if (typeof value !== "object" || value === null || causes.has(value)) return;
	causes.set(value, isCause ? value.name : undefined);
	for (const [key, item] of Object.entries(value)) noteCauses(item, key === "cause");
}

function restoreCauses() {
	for (const [cause, name] of causes) if (name !== undefined) cause.name = name;
}

let ended = Promise.resolve();
const written = new Map();

/** Runs a reporter beside others: what it writes is kept by itself. */
function apart(name, reporter) {
	written.set(name, "");
	const stream = new Writable({
		write(chunk, _encoding, done) {
			written.set(name, written.get(name) + chunk);
			done();
		},
	});
	const forward = (method) => (...args) => {
		if (method === "onTestRunEnd") {
			ended = ended.then(() => reporter.onTestRunEnd(...args)).then(restoreCauses);
			return ended;
		}
		if (method !== "onInit") return reporter[method]?.(...args);
		const [context] = args;
		const logger = Object.assign(Object.create(context.logger), {
			outputStream: stream,
			errorStream: stream,
			console: new Console({ stdout: stream, stderr: stream }),
		});
		// The heading of an error is written by the context's own.
		logger.printError = (error, options = {}) => {
			context.logger.error = logger.error.bind(logger);
			try {
				return Object.getPrototypeOf(context.logger).printError.call(logger, error, options);
			} finally {
				delete context.logger.error;
			}
		};
		const get = (target, key) => {
			if (key === "logger") return logger;
			const value = Reflect.get(target, key);
			return typeof value === "function" ? value.bind(target) : value;
		};
		return reporter.onInit?.(new Proxy(context, { get }));
	};
	return new Proxy({}, { get: (_, method) => (typeof method === "string" && method !== "then" ? forward(method) : undefined) });
}

class RecordingWorker extends vitest.ForksPoolWorker {
	constructor(options) {
		super(options);
		this.name = "recording";
	}

	deserialize(data) {
		const message = super.deserialize(data);
		if (message?.t === "q" && CALLS.has(message.m)) {
			calls.push({ method: message.m, args: treeOf(message.a) });
			noteCauses(message.a);
		}
		return message;
	}
}

const Reporters = await reporterClasses();
const file = (name) => path.join(root, name);
const reporters = [
	...["default", "verbose", "tree", "dot", "minimal", "tap", "tap-flat"].map((name) => apart(name, new Reporters[name]({ isTTY: false }))),
	apart("github-actions", new Reporters["github-actions"]({})),
	apart("json", new Reporters.json({ outputFile: file("json.out") })),
	apart("junit", new Reporters.junit({ outputFile: file("junit.out"), hostname: "host" })),
	apart("junit-options", new Reporters.junit({
		outputFile: file("junit-options.out"),
		hostname: "host",
		suiteName: "sample <suite>",
		// Vitest 4 knows no more than these two.
		classnameTemplate: version.startsWith("4") ? "{filename} & {filepath}" : "{filename} & {classname}",
		titleTemplate: "{suitename}: {title}",
		suiteNameTemplate: "{basename} {title}",
		ancestorSeparator: " / ",
		includeConsoleOutput: false,
		addFileAttribute: true,
		stackTrace: false,
	})),
];

const options = {
	root,
	config: false,
	watch: false,
	run: true,
	includeTaskLocation: true,
	maxWorkers: 1,
	retry: 0,
	update: false,
	ci: false,
	reporters,
	coverage: { enabled: false },
	pool: { name: "recording", createPoolWorker: (options) => new RecordingWorker(options) },
};
const instance = await vitest.startVitest("test", [], options);
await instance.close();

for (const name of ["json", "junit", "junit-options"]) written.set(name, fs.readFileSync(file(`${name}.out`), "utf8"));
written.set("github-summary", fs.readFileSync(summary, "utf8"));

const files = fs.readdirSync(path.join(root, "test")).filter((name) => name.endsWith(".test.ts")).sort();
calls.unshift({ method: "start", args: [files.map((name) => path.join(root, "test", name))] });
const plain = (text) => text.replaceAll(path.relative(root, fs.realpathSync(modules)), "node_modules").replaceAll(fs.realpathSync(modules), "/root/node_modules").replaceAll(root, "/root");
const name = (reporter, ending) => path.join(fixtures, `vitest-${version}.${reporter}.${ending}`);
fs.writeFileSync(name("calls", "json"), plain(`[\n${calls.map((call) => JSON.stringify(call)).join(",\n")}\n]\n`));
for (const [reporter, text] of written) fs.writeFileSync(name(reporter, "txt"), plain(text));
fs.rmSync(root, { recursive: true });
process.exit(0);
