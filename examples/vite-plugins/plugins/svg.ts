import { readFile } from "node:fs/promises";
import type { Plugin } from "vitest/config";

/** An `.svg` file as a function: `icon({ title })` is its markup. */
export function svg(): Plugin {
	return {
		name: "svg",
		enforce: "pre",
		load: {
			filter: { id: /\.svg$/ },
			async handler(id) {
				const markup = await readFile(id, "utf8");
				const [, attributes, content] = /^<svg([^>]*)>(.*)<\/svg>\s*$/s.exec(markup) ?? this.error("this is no <svg> element");
				return `const attributes = ${JSON.stringify(attributes)};
const content = ${JSON.stringify(content)};
export default ({ title }) => \`<svg\${attributes}><title>\${title}</title>\${content}</svg>\`;
`;
			},
		},
	};
}
