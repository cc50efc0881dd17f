/** workerd's own `AsyncLocalStorage`, with the method that Vitest's mocker calls and workerd does not implement. */
import hooks from "node-internal:async_hooks";

export class AsyncLocalStorage<T> extends hooks.AsyncLocalStorage<T> {
	/** An optimisation in Node; a storage without a running store behaves the same. */
	disable(): void {}
}
export const AsyncResource = hooks.AsyncResource;
export const createHook = () => ({ enable() {}, disable() {} });
export const executionAsyncId = () => 0;
export default { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId };
