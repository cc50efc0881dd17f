/** `node:path` from workerd's own implementation. */
import path from "node-internal:internal_path";

export const { resolve, normalize, isAbsolute, join, relative, dirname, basename, extname, format, parse, sep, delimiter, win32, posix } = path;
export default path;
