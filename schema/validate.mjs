// Checks JSON files against a JSON Schema: `node schema/validate.mjs <schema> <file>…`. Exits 1 and says where if one does
// not conform.
import { readFileSync } from "node:fs";

import Ajv from "ajv/dist/2020.js";

const [schema, ...files] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const ajv = new Ajv({ allErrors: true, strict: true, formats: { uint32: true } });
const validate = ajv.compile(read(schema));
for (const file of files) {
	if (!validate(read(file))) {
		process.exitCode = 1;
		for (const { instancePath, message, params } of validate.errors) {
			console.error(`${file}: ${instancePath || "/"} ${message} ${JSON.stringify(params)}`);
		}
	}
}
