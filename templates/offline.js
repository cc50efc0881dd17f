// Stands for a network, or for a server that is not on this machine, while tests run with --offline.
import { WorkerEntrypoint } from "cloudflare:workers";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

const refusal = (call) => `${call} was refused: with --offline, tests reach nothing but this machine`;

export default class extends WorkerEntrypoint {
	async fetch(request) {
		const { NETWORK } = this.env;
		if (NETWORK && LOOPBACK.test(new URL(request.url).hostname)) return NETWORK.fetch(request);
		throw new Error(refusal(`fetch(${JSON.stringify(request.url)})`));
	}

	async connect(socket) {
		const { NETWORK, SERVER } = this.env;
		const address = SERVER ?? (await socket.opened).localAddress;
		if (!NETWORK || !LOOPBACK.test(address.replace(/:\d+$/, ""))) {
			// Who called gets a lost connection from workerd, whatever is thrown here.
			console.info(refusal(`connect(${JSON.stringify(address)})`));
			throw new Error("refused");
		}
		const other = NETWORK.connect(address);
		await Promise.allSettled([socket.readable.pipeTo(other.writable), other.readable.pipeTo(socket.writable)]);
	}
}
