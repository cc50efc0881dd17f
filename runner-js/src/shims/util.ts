/** `node:util` from workerd's own implementation: the part that Vitest uses. */
import { format, formatWithOptions, inspect, stripVTControlCharacters } from "node-internal:internal_inspect";

export { format, formatWithOptions, inspect, stripVTControlCharacters };
export const promisify = (callback: (...args: unknown[]) => void) => callback;
export default { format, formatWithOptions, inspect, stripVTControlCharacters, promisify };
