/** What `--offline` refuses in the isolate: TCP connections, which would otherwise only be lost. */
import type { LoadModule } from "./module-table";

interface SocketAddress {
	hostname: string;
	port: number;
}

interface Sockets {
	connect(address: string | SocketAddress, options?: object): Socket;
}

/** The second are workerd's names for the databases of Hyperdrive bindings. */
const ALLOWED = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|.+\.(localhost|hyperdrive\.local))$/i;

/** Loads modules as `load` does, but for the one that opens connections. */
export function offline(load: LoadModule): LoadModule {
	return async (name) => {
		const module = await load(name);
		if (name !== "cloudflare:sockets") return module;
		const { connect } = module as Sockets;
		return { ...module, connect: (address: string | SocketAddress, options?: object) => connect(checked(address), options) };
	};
}

function checked(address: string | SocketAddress): string | SocketAddress {
	const text = typeof address === "string" ? address : `${address?.hostname}:${address?.port}`;
	if (ALLOWED.test(text.replace(/:\d+$/, ""))) return address;
	throw new Error(`connect(${JSON.stringify(text)}) was refused: with --offline, tests reach nothing but this machine`);
}
