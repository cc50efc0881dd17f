import { Engine as WorkflowEngine, WorkflowBinding } from "miniflare-workflows.js";
import { onFrames, touch } from "objects.js";
import { split } from "slots.js";

// An engine's name is the workflow's id, a slash and the instance's id.
const workflowOf = (engine) => engine.slice(0, engine.indexOf("/"));

/** `env` as the scripts of one workflow of one slot expect it. */
function envOf(env, id, binding) {
	const { name, slot } = split(id);
	const engines = env.Engine;
	return {
		ENGINE: {
			idFromName: (instance) => engines.idFromName(`${id}/${instance}`),
			idFromString: (engine) => engines.idFromString(engine),
			get: (engine) => engines.get(engine),
		},
		USER_WORKFLOW: env[`WORKFLOW_${name}${slot}`],
		// Introspection finds its sessions by this name.
		WORKFLOW_NAME: id,
		BINDING_NAME: binding,
		STEP_LIMIT: env.WORKFLOW_STEP_LIMITS?.[name],
		// The scripts expect a folder for each workflow.
		WORKFLOW_STORAGE: {
			fetch: (url, init) => env.MINIFLARE_BLOBS.fetch(url.replace(/miniflare-workflows-[^/]*/, "miniflare-Engine"), init),
		},
	};
}

export class Engine extends WorkflowEngine {
	#name;

	constructor(state, env) {
		const id = workflowOf(state.id.name);
		super(state, envOf(env, id));
		this.#name = split(id).name;
	}

	/** Goes on where its storage says that it was. */
	async resume() {
		const instance = await this.ctx.storage.get("INSTANCE_METADATA");
		if (instance) this.init(...["accountId", "workflow", "version", "instance", "event"].map((key) => instance[key])).catch(() => {});
	}

	writeLog(...entry) {
		touch(this.ctx.id);
		return super.writeLog(...entry);
	}

	setStatus(...status) {
		touch(this.ctx.id);
		return super.setStatus(...status);
	}

	receiveEvent(event) {
		touch(this.ctx.id);
		return super.receiveEvent(event);
	}

	init(account, workflow, version, instance, event) {
		return super.init(account, workflow, version, instance, { ...event, workflowName: this.#name });
	}
}

export class Workflow extends WorkflowBinding {
	constructor(ctx, env) {
		super(ctx, envOf(env, ctx.props.id, ctx.props.binding));
	}

	async unsafeStartIntrospection() {
		try {
			return await super.unsafeStartIntrospection();
		} catch (error) {
			// The user's name for the workflow has no slot.
			const { id } = this.ctx.props;
			throw new Error(error.message.replace(JSON.stringify(id), JSON.stringify(split(id).name)));
		}
	}
}

onFrames({
	className: "Engine",
	save: (ids) => new Set(ids),
	putBack: (id, stub, saved) => saved.has(id) && stub.resume(),
});
