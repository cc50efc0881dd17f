//! `import(…)` while the Worker runs, in all its parts, as early as possible.

use crate::support::Project;

const WORKER: &str = "import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
const NAME = './lazy';
async function load(what, name) {
  switch (what) {
    case 'string': return (await import('./lazy')).default;
    case 'extension': return (await import('./lazy.ts')).default;
    case 'json': return (await import('./locales/en.json')).default.hello;
    case 'package': return typeof (await import('flatted')).stringify;
    case 'url': return (await import(new URL('./by-url.ts', import.meta.url).href)).default;
    case 'template': return (await import(`./locales/${name}.json`)).default.hello;
    case 'sum': return (await import('./plug-' + name + '.ts')).default;
    case 'constant': return (await import(NAME)).default;
    case 'choice': return (await import(name ? './plug-one' : './plug-two')).default;
    case 'slow': return (await import('./slow')).default;
    case 'builtin': return typeof (await import('cloudflare:workers')).DurableObject;
    case 'broken': return import('./broken');
    case 'unknown': return import(name);
  }
}
export class Loader extends DurableObject {
  load(what, name) { return load(what, name); }
  gate(what) { return this.ctx.blockConcurrencyWhile(() => load(what)); }
}
export class Named extends WorkerEntrypoint {
  load(what, name) { return load(what, name); }
}
export default {
  async fetch(request) {
    const { what, name } = await request.json();
    return Response.json(await load(what, name));
  },
};
";

const TEST: &str = "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
const post = (what, name) => exports.default.fetch('http://worker/', { method: 'POST', body: JSON.stringify({ what, name }) });
const load = {
  handler: async (what, name) => (await post(what, name)).json(),
  entrypoint: (what, name) => exports.Named.load(what, name),
  object: (what, name) => env.LOADER.getByName(what).load(what, name),
}.WAY;
it.each([
  ['string', '', 'lazy'], ['extension', '', 'lazy'], ['json', '', 'hello'], ['package', '', 'function'], ['url', '', 'by URL'],
  ['template', 'fr', 'bonjour'], ['sum', 'two', 'two'], ['constant', '', 'lazy'], ['choice', 'x', 'one'], ['slow', '', 'slow'],
  ['builtin', '', 'function'],
])('%s', async (what, name, result) => expect(await load(what, name)).toBe(result));
it('fails as the module does', async () => {
  await expect(load('broken', '')).rejects.toThrow('this module is broken');
});
it.each([['unknown', './nowhere'], ['unknown', 'no-such-package'], ['template', 'de']])('refuses %s %s', async (what, name) => {
  await expect(load(what, name)).rejects.toThrow(/^Cannot find (module|package) '.*' imported from \\//);
});
";

#[test]
fn all_parts_of_a_worker_import_late() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "durable_objects": { "bindings": [{ "name": "LOADER", "class_name": "Loader" }] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Loader"] }],
            }"#,
        )
        .file("src/index.ts", WORKER)
        .file("src/lazy.ts", "export default 'lazy';")
        .file("src/by-url.ts", "export default 'by URL';")
        .file("src/plug-one.ts", "export default 'one';")
        .file("src/plug-two.ts", "export default 'two';")
        .file("src/slow.ts", "await scheduler.wait(5);\nexport default 'slow';")
        .file("src/broken.ts", "throw new Error('this module is broken');")
        .file("src/locales/en.json", r#"{ "hello": "hello" }"#)
        .file("src/locales/fr.json", r#"{ "hello": "bonjour" }"#)
        .file(
            "test/together.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('first load of several requests', async () => {
  const objects = ['a', 'b'].map((name) => env.LOADER.getByName(name).load('slow'));
  expect(await Promise.all([...objects, exports.Named.load('slow')])).toEqual(['slow', 'slow', 'slow']);
});
it('while a gate is closed', async () => expect(await env.LOADER.getByName('gate').gate('string')).toBe('lazy'));
",
        );
    for way in ["handler", "entrypoint", "object"] {
        project.write(&format!("test/{way}.test.ts"), &TEST.replace("WAY", way));
    }
    let run = project.run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 4 passed (4); tests: 47 passed (47)");
    // Of the one that nobody can know.
    assert_eq!(run.stderr.matches("warning[dynamic-import]").count(), 1, "{run}");
    assert!(run.stderr.contains("case 'unknown': return import(name);"), "{run}");
}
