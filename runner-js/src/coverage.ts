/**
 * Coverage, collected inside the isolate. Vitest imports its provider's module where it runs tests; V8's wants Node's
 * inspector, so Vitest gets this one, as a provider of the project's own. What it collects goes to the host, which gives it to
 * the real provider in the form that this has in Node.
 */
import type { LoadModule } from "./module-table";

/** The part of Vitest's config that this module uses. */
export interface CoverageConfig {
	coverage?: { enabled?: boolean; provider?: string; customProviderModule?: string };
}

/** Ranges of a script, each with how often it has run since it was last asked; `script` is the script's text. */
type ScriptRanges = { start: number; end: number; count: number }[] & { script?: unknown };

/** The module that calls V8: its syntax is one only where coverage is measured. */
interface Natives {
	start(): void;
	take(): ScriptRanges[];
}

/** The name of Vitest's provider module. */
export const COVERAGE_MODULE = "wpt:coverage";
const NATIVES_MODULE = "wpt:coverage-natives";
/** Where instrumented code counts. */
const COUNTERS = "__VITEST_COVERAGE__";

/** How the text of a compiled module begins, and what comes before its path at the end. */
const COMPILED = /^export default [(0, ]*async \(__vite_ssr_exports__/;
const NAME = "\n//# sourceURL=";

/** What the project wants, which is the same for all files of a run. */
let isNative = false;
/** V8 counts in an isolate from when it is told to until the isolate ends. */
let natives: Natives | undefined;

/** Makes Vitest ask this module for coverage. */
export function collectHere({ coverage }: CoverageConfig): void {
	if (!coverage?.enabled || (coverage.provider !== "v8" && coverage.provider !== "istanbul")) return;
	isNative = coverage.provider === "v8";
	coverage.provider = "custom";
	coverage.customProviderModule = COVERAGE_MODULE;
}

/** Vitest's provider module. What it takes is JSON, for the host to read. */
export function createCoverageModule(load: LoadModule): object {
	const startNatives = async () => {
		if (natives) return;
		natives = (await load(NATIVES_MODULE)) as Natives;
		natives.start();
	};
	return {
		startCoverage: () => (isNative ? startNatives() : resetCounters()),
		takeCoverage: () => (isNative ? JSON.stringify({ v8: takeRanges(natives?.take() ?? []) }) : takeCounters()),
	};
}

/** Start, end and count of each range, by the path of the module; positions are those in its compiled text. */
function takeRanges(scripts: ScriptRanges[]): Record<string, number[]> {
	const ranges: Record<string, number[]> = {};
	for (const found of scripts) {
		const text = found.script;
		if (typeof text !== "string" || !COMPILED.test(text)) continue;
		const path = text.slice(text.lastIndexOf(NAME) + NAME.length).trimEnd();
		ranges[path] = found.flatMap(({ start, end, count }) => [start, end, count]);
	}
	return ranges;
}

interface FileCounters {
	s: Record<string, number>;
	f: Record<string, number>;
	b: Record<string, number[]>;
}

const counters = () => (globalThis as { [COUNTERS]?: Record<string, FileCounters> })[COUNTERS];

function takeCounters(): string | undefined {
	const istanbul = counters();
	return istanbul && JSON.stringify({ istanbul });
}

/** An isolate may have run other test files before. */
function resetCounters(): void {
	for (const { s, f, b } of Object.values(counters() ?? {})) {
		for (const key of Object.keys(s)) s[key] = 0;
		for (const key of Object.keys(f)) f[key] = 0;
		for (const [key, counts] of Object.entries(b)) b[key] = counts.map(() => 0);
	}
}
