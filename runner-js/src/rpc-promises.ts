/**
 * `expect(stub.method()).rejects` and `.resolves`. What an RPC call gives is a promise that can also be called; Vitest
 * calls whatever can be called, which would call the result, and leave the promise itself unhandled.
 */
import { chai } from "wpt-project:vitest";
import type { Class } from "./late";

/** Lets Vitest take `RpcPromise`s (of `cloudflare:workers`) for promises. */
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
