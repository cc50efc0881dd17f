/** `node:url` from workerd's own implementation, which needs no compatibility flag inside an extension. */
export { fileURLToPath, pathToFileURL } from "node-internal:internal_url";
import { fileURLToPath, pathToFileURL } from "node-internal:internal_url";

export const URL = globalThis.URL;
export default { fileURLToPath, pathToFileURL, URL };
