// The main module of every test Worker of this project. Its exports stand for those of {{ main or "the Worker under test" }},
// which the runner evaluates with Vitest.
import * as workers from "cloudflare:workers";
import manifest from "wpt:manifest";
import { createIsolate } from "wpt:worker";

const worker = createIsolate({ workers, manifest, load: (name) => import(name) });

export const WptRunner = worker.runner();
{%- for export in exports %}
{%- if export.name == "default" %}
export default worker.{{ export.method }};
{%- else %}
export const {{ export.name }} = worker.{{ export.method }};
{%- endif %}
{%- endfor %}
