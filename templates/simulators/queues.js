import { WorkerEntrypoint } from "cloudflare:workers";
import { QueueBrokerObject as Broker } from "miniflare-queues.js";
import { Timers } from "clock.js";
import { Backlog } from "backlog.js";
import { loopback } from "loopback.js";
import { inSlot, split } from "slots.js";

const CONSUMER = "MINIFLARE_WORKER_";

export class QueueBrokerObject extends Broker {
	#backlog;

	constructor(state, env) {
		const { slot } = split(state.id.name);
		const own = { ...env, MINIFLARE_OBJECT: queues(env, slot), MINIFLARE_LOOPBACK: loopback };
		const { id } = state;
		const backlog = env.ISOLATES_TESTS && new Backlog(id, env.MINIFLARE_QUEUE_CONSUMERS[split(id.name).name]);
		for (const [name, consumer] of Object.entries(env)) {
			if (name.startsWith(CONSUMER) && split(name).slot === slot) own[split(name).name] = backlog?.watch(consumer) ?? consumer;
		}
		super(state, own);
		this.#backlog = backlog;
		this.timers = new Timers(id, () => env.QueueBrokerObject.get(id));
	}

	fetch(request) {
		const handle = () => super.fetch(request);
		return this.timers.answer(request) ?? this.#backlog?.note(request, handle) ?? handle();
	}
}

/** The brokers of a slot, which know their queue by the user's name for it. */
const queues = (env, slot) => inSlot(env.QueueBrokerObject, slot);

export class Queue extends WorkerEntrypoint {
	fetch(request) {
		const { name, slot } = split(this.ctx.props.id);
		const brokers = queues(this.env, slot);
		return brokers.get(brokers.idFromName(name)).fetch(request, { cf: { miniflare: { name } } });
	}
}
