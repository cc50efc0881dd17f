/** `node:url` from workerd's own implementation, which needs no compatibility flag inside an extension. */
export { fileURLToPath, pathToFileURL } from "node-internal:internal_url";
import { fileURLToPath, pathToFileURL } from "node-internal:internal_url";

const GlobalUrl = URL;
export { GlobalUrl as URL };
export default { fileURLToPath, pathToFileURL, URL };
