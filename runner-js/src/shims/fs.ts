/**
 * `node:fs` for Vitest's mocker, which looks for `__mocks__` folders. The answer comes from the list of project files
 * that the compiler saw; nothing reads the host's disk.
 */
const files = new Set<string>();
const folders = new Map<string, Set<string>>();

/** Adds a file, by its absolute path, to what the mocker can find. */
export function addFile(path: string): void {
	files.add(path);
	let child = path;
	for (let slash = child.lastIndexOf("/"); slash > 0; slash = child.lastIndexOf("/")) {
		const folder = child.slice(0, slash);
		const entries = folders.get(folder) ?? new Set();
		entries.add(child.slice(slash + 1));
		folders.set(folder, entries);
		child = folder;
	}
}

export const existsSync = (path: string) => files.has(path) || folders.has(path);
export const readdirSync = (path: string) => [...(folders.get(path) ?? [])];
export const statSync = (path: string) => ({
	isFile: () => files.has(path),
	isDirectory: () => folders.has(path),
});

/** The table holds no symbolic links. */
export const realpathSync = Object.assign((path: string) => path, { native: (path: string) => path });

export function readFileSync(path: string): never {
	throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
}
export const promises = {
	readFile: async (path: string) => readFileSync(path),
};
export default { existsSync, readdirSync, statSync, realpathSync, readFileSync, promises };
