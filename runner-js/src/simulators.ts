/** The control entrypoint of the simulators' Worker: what `cloudflare:test` needs done outside the isolate under test. */
import { WorkerEntrypoint } from "cloudflare:workers";
import * as clock from "clock.js";
import { forgetAll } from "pinned.js";
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

async function* walk(disk: Fetcher, folder = ""): AsyncGenerator<string> {
	for (const { name, type } of await list(disk, folder)) {
		const path = folder ? `${folder}/${name}` : name;
		if (type === "directory") yield* walk(disk, path);
		else yield path;
	}
}

export class WptControl extends WorkerEntrypoint<Env, Props> {
	/**
	 * Sets the time of the simulators, and says when their timers are due. Bindings send requests too: those that start
	 * after this one arrive after it, where an RPC call could be overtaken.
	 */
	override async fetch(request: Request): Promise<Response> {
		return Response.json(await clock.set(JSON.parse(request.headers.get(TIME_HEADER) ?? "{}")));
	}

	/** Ids of all Durable Objects of the slot that have storage, of any class. */
	async listObjects(): Promise<string[]> {
		const disk = this.env.OBJECTS;
		if (!disk) return [];
		const folders = (await list(disk, "")).filter(({ name }) => name.endsWith(this.ctx.props.id));
		const files = await Promise.all(folders.map(({ name }) => list(disk, name)));
		return files.flat().flatMap(({ name }) => /^([0-9a-f]{64})\.sqlite$/.exec(name)?.[1] ?? []);
	}

	/**
	 * Deletes all storage. workerd's own function reaches only objects that are running; the files of the others, and
	 * blobs, are deleted here; objects that stay in memory end first. `metadata.sqlite` is the alarm database, which stays open.
	 */
	async reset(): Promise<void> {
		await forgetAll();
		await unsafe.deleteAllDurableObjects();
		for (const disk of [this.env.MINIFLARE_BLOBS, this.env.OBJECTS]) {
			if (!disk) continue;
			for await (const path of walk(disk)) {
				if (/(^|\/)metadata\.sqlite/.test(path)) continue;
				await disk.fetch(at(path), { method: "DELETE" });
			}
		}
	}
}
