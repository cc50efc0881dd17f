// Miniflare's published asset Worker, over a folder on disk instead of the platform's store.
import AssetWorker from "asset-worker.js";
import files from "files.json";

/** What the asset Worker needs of a KV namespace: the file that has a tag of the manifest. */
function store(folder) {
	return {
		async getWithMetadata(tag) {
			const { filePath, contentType } = files[tag];
			const path = filePath.split("/").map(encodeURIComponent).join("/");
			const response = await folder.fetch(`http://assets/${path}`);
			if (!response.ok) throw new Error(`the asset ${filePath} cannot be read (${response.status})`);
			return { value: response.body, metadata: { contentType: contentType ?? undefined } };
		},
	};
}

export default class extends AssetWorker {
	constructor(ctx, env) {
		super(ctx, { ...env, ASSETS_KV_NAMESPACE: store(env.FOLDER) });
	}
}
