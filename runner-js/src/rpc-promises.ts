/** What RPC calls give: promises of a kind of their own (`RpcPromise` and `RpcProperty` of `cloudflare:workers`). */
import { chai } from "wpt-project:vitest";
import type { Class } from "./late";
import { noteRpcError } from "./unhandled-errors";
import type { WorkersModule } from "./worker";

type Callback = (value: any) => unknown;

/** The methods that both kinds have. workerd insists on functions where promises of the language do not. */
interface Methods {
	then(onFulfilled: Callback, onRejected?: Callback): Promise<unknown>;
	catch(onRejected: Callback): Promise<unknown>;
}

const watched = new WeakSet<object>();

/** Notes the errors of RPC calls that somebody looks at. */
export function watchRpcPromises({ RpcPromise, RpcProperty }: WorkersModule): void {
	for (const RpcClass of [RpcPromise, RpcProperty]) {
		const prototype = RpcClass?.prototype as Methods | undefined;
		if (!prototype || watched.has(prototype)) continue;
		watched.add(prototype);
		const native: Methods = { then: prototype.then, catch: prototype.catch };
		Object.assign(prototype, {
			then(this: object, onFulfilled: Callback, onRejected: Callback = rethrow) {
				return native.then.call(this, onFulfilled, noting(onRejected));
			},
			catch(this: object, onRejected: Callback) {
				return native.catch.call(this, noting(onRejected));
			},
			finally(this: object, onFinally: () => void) {
				return native.then.call(this, (value) => value, noting(rethrow)).finally(onFinally);
			},
		});
	}
}

const rethrow: Callback = (error) => {
	throw error;
};

/** The same callback, if it is one. */
function noting(onRejected: Callback): Callback {
	if (typeof onRejected !== "function") return onRejected;
	return (error) => {
		noteRpcError(error);
		return onRejected(error);
	};
}

/**
 * Lets Vitest take `RpcPromise`s for promises, in `expect(stub.method()).rejects` and `.resolves`. They can also be called;
 * Vitest calls whatever can be called, which would call the result, and leave the promise itself unhandled.
 */
export function expectRpcPromises(RpcPromise: Class | undefined): void {
	if (!RpcPromise) return;
	chai.use(({ Assertion }, { flag, overwriteProperty }) => {
		for (const name of ["rejects", "resolves"]) {
			overwriteProperty(Assertion.prototype, name, (get) => {
				return function (this: object) {
					const object = flag(this, "object");
					if (object instanceof RpcPromise) flag(this, "object", Promise.resolve(object));
					const result = get.call(this);
					const error = flag(this, "error");
					// Vitest counts frames from its own getter to find the place of an inline snapshot.
					if (error instanceof Error) error.stack = withoutOverwriting(error.stack ?? "");
					return result;
				};
			});
		}
	});
}

/** The frames of this module's getter and of chai's for it are taken out. */
function withoutOverwriting(stack: string): string {
	const lines = stack.split("\n");
	const chais = lines.findIndex((line) => line.includes(".overwritingPropertyGetter "));
	if (chais > 0) lines.splice(chais - 1, 2);
	return lines.join("\n");
}
