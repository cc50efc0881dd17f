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
	return {
		getVersion: () => "1",
		getHeader: () => "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html",
		resolvePath: (test: string) => session.call("resolveSnapshotPath", test),
		resolveRawPath: async (test: string, raw: string) => path.resolve(path.dirname(test), raw),
		readSnapshotFile: (file: string) => session.call("wptReadSnapshotFile", file),
		saveSnapshotFile: (file: string, text: string) => session.call("wptSaveSnapshotFile", file, text),
		removeSnapshotFile: (file: string) => session.call("wptRemoveSnapshotFile", file),
		processStackTrace(position: Position): Position {
			const map = table.sourceMap(position.file);
			if (!map) return position;
			// Columns are 1-based in stack traces and 0-based in source maps.
			const { line, column } = originalPositionFor(new TraceMap(map), { line: position.line, column: position.column - 1 });
			return line === null ? position : { ...position, line, column: column + 1 };
		},
	};
}
