/** `node:buffer` from workerd's own implementation. */
export { Buffer } from "node-internal:internal_buffer";
import { Buffer } from "node-internal:internal_buffer";

export default { Buffer };
