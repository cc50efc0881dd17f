//! The Cache API's switch, `cacheAPI`, and the older name of it, `cache`.

use crate::support::Project;

const TEST: &str = "import { exports } from 'cloudflare:workers';
import { expect, inject, it } from 'vitest';

it('answers', async () => {
  const ask = async () => (await exports.default.fetch('https://worker.test/')).text();
  expect(await ask()).toBe('1');
  expect(await ask()).toBe(inject('kept') ? '1' : '2');
  const own = await caches.open('own');
  await own.put('https://worker.test/', new Response('', { headers: { 'cache-control': 'max-age=60' } }));
  expect(await own.match('https://worker.test/') !== undefined).toBe(inject('kept'));
});
";

/// The Worker reaches the Cache API by a way that only a careful reader sees.
const MAIN: &str = "let calls = 0;
const scope = globalThis;
export default {
  async fetch(request: Request) {
    const { default: cache } = (scope as any)?.caches;
    const cached = await cache.match(request);
    if (cached) return cached;
    const response = new Response(String(++calls), { headers: { 'cache-control': 'max-age=60' } });
    await cache.put(request, response.clone());
    return response;
  },
};
";

fn runs(options: &str, kept: bool) {
    let pool = format!("{{ wrangler: {{ configPath: './wrangler.jsonc' }}, miniflare: {options} }}");
    let project = Project::worker()
        .file("src/index.ts", MAIN)
        .file("test/cache.test.ts", TEST)
        .pool_config(&pool, &format!("{{ provide: {{ kept: {kept} }} }}"));
    project.run(&["test"]).expect(0);
}

#[test]
fn is_on_unless_it_is_switched_off() {
    runs("{}", true);
    runs("{ cacheAPI: false }", false);
}

#[test]
fn has_an_older_name_that_yields_to_the_newer() {
    runs("{ cache: false }", false);
    runs("{ cache: false, cacheAPI: true }", true);
    runs("{ cache: true, cacheAPI: false }", false);
}
