/** The control entrypoint of the simulators' Worker: what `cloudflare:test` needs done outside the isolate under test. */
import { WorkerEntrypoint } from "cloudflare:workers";
import * as clock from "clock.js";
import { type Undone, endPinned, forget, pathsOf, popFrame, pushFrame, putBack } from "objects.js";
import { type ObjectName, endObjects, requestsEnd } from "./ending";
import { TIME_HEADER } from "./time";
import unsafe from "workerd:unsafe";

/** The storage folders: the simulators' own, and the Durable Objects of the Worker under test. */
interface Env {
	MINIFLARE_BLOBS?: Fetcher;
	OBJECTS?: Fetcher;
}

/** The slot of the caller: everything that is its own has a name that ends in this. */
interface Props {
	/** `@` and the slot's name. */
	id: string;
}

interface Entry {
	name: string;
	type: string;
}

const at = (path: string) => `http://disk/${path.split("/").map(encodeURIComponent).join("/")}`;

async function list(disk: Fetcher, folder: string): Promise<Entry[]> {
	const response = await disk.fetch(at(folder));
	return response.ok ? response.json() : [];
}

/** Paths of all files below a folder. */
async function files(disk: Fetcher, folder: string): Promise<string[]> {
	const found = (await list(disk, folder)).map(async ({ name, type }) => {
		const path = `${folder}/${name}`;
		return type === "directory" ? files(disk, path) : [path];
	});
	return (await Promise.all(found)).flat();
}

/** A log of SQLite's that is found beside another database would be taken for its own: logs go first. */
async function deleteFiles(disk: Fetcher, paths: string[]): Promise<void> {
	const remove = (path: string) => disk.fetch(at(path), { method: "DELETE" });
	const databases = paths.filter((path) => path.endsWith(".sqlite"));
	await Promise.all(paths.filter((path) => !path.endsWith(".sqlite")).map(remove));
	await Promise.all(databases.map(remove));
}

/** Ends all objects, and drops all alarms. */
function endAll(): void {
	void unsafe.abortAllDurableObjects();
	// It also empties the databases of objects that run: there are none now, of any slot.
	void unsafe.deleteAllDurableObjects();
}

/** The last frame that each slot has undone. */
const undone = new Map<string, Undone>();

export class WptControl extends WorkerEntrypoint<Env, Props> {
	/**
	 * Sets the time of the simulators, and says when their timers are due. Bindings send requests too: those that start
	 * after this one arrive after it, where an RPC call could be overtaken.
	 */
	override async fetch(request: Request): Promise<Response> {
		return Response.json(await clock.set(JSON.parse(request.headers.get(TIME_HEADER) ?? "{}")));
	}

	/** Paths of all files in folders of a disk that are the slot's own. */
	async #files(disk: Fetcher): Promise<string[]> {
		const own = (await list(disk, "")).filter(({ name }) => name.endsWith(this.ctx.props.id));
		return (await Promise.all(own.map(({ name }) => files(disk, name)))).flat();
	}

	/** Ids of all Durable Objects of the slot that have storage, of any class. */
	async listObjects(): Promise<string[]> {
		const paths = this.env.OBJECTS ? await this.#files(this.env.OBJECTS) : [];
		return paths.flatMap((path) => /\/([0-9a-f]{64})\.sqlite$/.exec(path)?.[1] ?? []);
	}

	/** Ends the objects of the slot, whose test file is over, and drops their alarms. Others that run keep what they store. */
	async endFile(): Promise<void> {
		await endPinned(this.ctx.props.id);
		endAll();
	}

	/**
	 * Deletes all that the slot has stored, whether the object that stored it still runs or not. What other slots have
	 * stored stays, but no alarm does: a slot that is not in use has none to come.
	 */
	async reset(): Promise<void> {
		await endPinned(this.ctx.props.id);
		endAll();
		const { MINIFLARE_BLOBS: simulators, OBJECTS: objects } = this.env;
		await Promise.all([
			simulators && this.#deleteSimulated(simulators),
			// The database of alarms stays open.
			objects && this.#files(objects).then((paths) => deleteFiles(objects, paths.filter((path) => !/\/metadata\.sqlite/.test(path)))),
		]);
	}

	/** Leaves nothing of an earlier test file. None of its requests is sent any more, but some may still be on their way. */
	async empty(): Promise<void> {
		await requestsEnd(this.ctx.props.id);
		await this.reset();
		forget(this.ctx.props.id);
		undone.delete(this.ctx.props.id);
	}

	/**
	 * Ends all objects of the slot, so that the host can copy what they have stored, and opens a frame in which it is noted
	 * who does something. If it gives some of `objects`, these are busy and nothing was opened; `forced`, it ends them too.
	 */
	async pushFrame(objects: ObjectName[], forced: boolean): Promise<{ busy: ObjectName[] }> {
		const busy = await endObjects(this.env, this.ctx.props.id, objects, forced);
		if (busy.length === 0) pushFrame(this.ctx.props.id);
		return { busy };
	}

	/** The same, so that the host can put back what was stored when the last frame was opened; `putBack` has to follow if `hasMore`. */
	async popFrame(objects: ObjectName[], forced: boolean): Promise<{ busy: ObjectName[]; hasMore?: boolean }> {
		const busy = await endObjects(this.env, this.ctx.props.id, objects, forced);
		if (busy.length > 0) return { busy };
		const frame = await popFrame(this.ctx.props.id);
		undone.set(this.ctx.props.id, frame);
		return { busy, hasMore: frame.ended.length > 0 };
	}

	/** Puts back what was in no file. */
	async putBack(): Promise<void> {
		const frame = undone.get(this.ctx.props.id);
		if (frame) await putBack(frame);
	}

	/** Simulators store blobs in folders of the slot's, and the rest in files that have the objects' ids as names. */
	async #deleteSimulated(disk: Fetcher): Promise<void> {
		const objects = pathsOf(this.ctx.props.id);
		const folders = new Set(objects.map((path) => path.slice(0, path.indexOf("/"))));
		const all = await Promise.all([...folders].map((folder) => files(disk, folder)));
		const known = new Set(objects);
		const own = all.flat().filter((path) => known.has(path.slice(0, path.indexOf(".", path.indexOf("/")))));
		await deleteFiles(disk, [...own, ...(await this.#files(disk))]);
	}
}
