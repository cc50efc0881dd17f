// The simulators: Miniflare's published classes, all in one Worker, each with the `env` that its script expects.
{%- if control %}
import { answer, known } from "objects.js";
{%- endif %}
{%- for product in products %}
export * from "{{ product.name }}.js";
{%- if control %}
{%- for class in product.classes %}
import { {{ class }} as Own{{ class }} } from "{{ product.name }}.js";
export const {{ class }} = known("{{ class }}", Own{{ class }}, {{ "true" if product.pinned else "false" }});
{%- endfor %}
{%- endif %}
{%- endfor %}
{%- if control %}
export { WptControl } from "control.js";
{%- endif %}

// A binding's `props` name the class and the namespace; Miniflare's objects read their name from `cf`.
export default {
	fetch(request, env, ctx) {
		const { class: className, name } = ctx.props;
		const namespace = env[className];
{%- if control %}
		return answer(name, () => namespace.get(namespace.idFromName(name)).fetch(request, { cf: { miniflare: { name } } }));
{%- else %}
		return namespace.get(namespace.idFromName(name)).fetch(request, { cf: { miniflare: { name } } });
{%- endif %}
	},
};
