/** Vitest's snapshot files, read and written by the host; positions of inline snapshots come from our source maps. */
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { ModuleTable } from "./module-table";
import type { Session } from "./session";
import path from "./shims/path";

/** The name by which Vitest's configuration refers to this environment. */
export const SNAPSHOT_ENVIRONMENT = "wpt:snapshot-environment";

interface Position {
	file: string;
	line: number;
	column: number;
}

export function createSnapshotEnvironment(session: Session, table: ModuleTable): object {
	let lastCall = 0;
	const call = (method: string, ...args: unknown[]) =>
		new Promise<any>((resolve, reject) => {
			const id = `wpt:snapshot:${++lastCall}`;
			const listener = (message: any) => {
				if (message?.t !== "s" || message.i !== id) return;
				session.off(listener);
				if (message.e) reject(new Error(message.e.message));
				else resolve(message.r);
			};
			session.on(listener);
			session.post({ t: "q", m: method, a: args, i: id });
		});

	return {
		getVersion: () => "1",
		getHeader: () => "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html",
		resolvePath: (test: string) => call("resolveSnapshotPath", test),
		resolveRawPath: async (test: string, raw: string) => path.resolve(path.dirname(test), raw),
		readSnapshotFile: (file: string) => call("readSnapshotFile", file),
		saveSnapshotFile: (file: string, text: string) => call("saveSnapshotFile", file, text),
		removeSnapshotFile: (file: string) => call("removeSnapshotFile", file),
		processStackTrace(position: Position): Position {
			const map = table.sourceMap(position.file);
			if (!map) return position;
			// Columns are 1-based in stack traces and 0-based in source maps.
			const { line, column } = originalPositionFor(new TraceMap(map), { line: position.line, column: position.column - 1 });
			return line === null ? position : { ...position, line, column: column + 1 };
		},
	};
}
