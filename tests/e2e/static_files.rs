//! Static assets, Workers Sites, Pages folders and blobs.
//!
//! The project with a Workers Site, like the project `examples/assets`, was compared with what `@cloudflare/vitest-plugin` 1.5.0
//! gives; the other expectations were not.

use insta::assert_snapshot;

use crate::support::Project;

/// A Worker that says which path it was asked for, bound to itself as `SITE`, with a folder of pages.
fn site(assets: &str) -> Project {
    Project::empty()
        .file(
            "wrangler.jsonc",
            &format!(
                r#"{{
  "name": "site", "main": "src/index.ts", "compatibility_date": "2026-08-04",
  "assets": {{ "directory": "public", "binding": "ASSETS", {assets} }},
  "services": [{{ "binding": "SITE", "service": "site" }}],
}}"#
            ),
        )
        .file(
            "src/index.ts",
            "export default { fetch: (request) => new Response('worker ' + new URL(request.url).pathname) };\n",
        )
        .file("public/index.html", "start")
        .file("public/page.html", "page")
        .file("public/folder/index.html", "folder")
        .file("public/folder/404.html", "nothing in the folder")
        .file("public/a b+ü.txt", "odd")
        .config("{}")
}

/// A test file that compares what paths give with a table: status, then where it leads or what it says.
fn table(binding: &str, rows: &[(&str, &str)]) -> String {
    let rows: Vec<String> =
        rows.iter().map(|(path, answer)| format!("  [{path:?}, {answer:?}],\n")).collect();
    format!(
        "import {{ env }} from 'cloudflare:workers';\n\
         import {{ expect, it }} from 'vitest';\n\
         \n\
         const rows = [\n{}];\n\
         \n\
         it('answers', async () => {{\n\
         \x20 const found = rows.map(async ([path]) => {{\n\
         \x20   const response = await env.{binding}.fetch('https://site.test' + path, {{ redirect: 'manual' }});\n\
         \x20   return [path, response.status + ' ' + (response.headers.get('Location') ?? (await response.text()))];\n\
         \x20 }});\n\
         \x20 expect(await Promise.all(found)).toEqual(rows);\n\
         }});\n",
        rows.concat()
    )
}

/// Runs a project with one such table for each binding.
fn answers(project: Project, tables: &[(&str, &[(&str, &str)])]) {
    let project = tables.iter().fold(project, |project, (binding, rows)| {
        project.file(&format!("test/{binding}.test.ts"), &table(binding, rows))
    });
    project.run(&["test"]).expect(0);
}

#[test]
fn paths_of_pages_follow_html_handling() {
    let modes: [(&str, &[(&str, &str)]); 4] = [
        (
            "auto-trailing-slash",
            &[
                ("/page", "200 page"),
                ("/page.html", "307 /page"),
                ("/page/", "307 /page"),
                ("/folder/", "200 folder"),
                ("/folder", "307 /folder/"),
                ("/folder/index.html", "307 /folder/"),
            ],
        ),
        (
            "force-trailing-slash",
            &[
                ("/page", "307 /page/"),
                ("/page/", "200 page"),
                ("/folder", "307 /folder/"),
                ("/folder/", "200 folder"),
            ],
        ),
        (
            "drop-trailing-slash",
            &[
                ("/page/", "307 /page"),
                ("/page", "200 page"),
                ("/folder/", "307 /folder"),
                ("/folder", "200 folder"),
            ],
        ),
        (
            "none",
            &[
                ("/page", "404 "),
                ("/page.html", "200 page"),
                ("/folder/", "404 "),
                ("/a%20b%2B%C3%BC.txt", "200 odd"),
            ],
        ),
    ];
    for (mode, rows) in modes {
        answers(site(&format!(r#""html_handling": "{mode}""#)), &[("ASSETS", rows)]);
    }
}

#[test]
fn what_is_not_found_follows_not_found_handling() {
    answers(
        site(r#""not_found_handling": "none""#),
        &[
            ("ASSETS", &[("/nothing", "404 "), ("/folder/nothing", "404 ")]),
            ("SITE", &[("/page", "200 page"), ("/nothing", "200 worker /nothing")]),
        ],
    );
    answers(
        site(r#""not_found_handling": "404-page""#),
        &[("ASSETS", &[("/nothing", "404 "), ("/folder/nothing", "404 nothing in the folder")])],
    );
    answers(
        site(r#""not_found_handling": "single-page-application""#),
        &[
            ("ASSETS", &[("/nothing", "200 start"), ("/folder/nothing", "200 start")]),
            ("SITE", &[("/page", "200 page"), ("/nothing", "200 worker /nothing")]),
        ],
    );
}

#[test]
fn the_worker_comes_first_where_it_is_told_to() {
    answers(site(r#""run_worker_first": true"#), &[("SITE", &[("/page", "200 worker /page")])]);
    answers(
        site(r#""run_worker_first": ["/folder/*", "!/folder/404"]"#),
        &[(
            "SITE",
            &[
                ("/folder/", "200 worker /folder/"),
                ("/folder/404", "200 nothing in the folder"),
                ("/page", "200 page"),
            ],
        )],
    );
}

#[test]
fn options_override_the_wrangler_file() {
    let project = site(r#""html_handling": "none""#)
        .file("dist/only.html", "only")
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { assets: { directory: './dist', binding: 'FILES' } } }",
            "{}",
        );
    answers(project, &[("FILES", &[("/only.html", "200 only"), ("/only", "404 "), ("/page.html", "404 ")])]);
}

#[test]
fn assets_that_nothing_reaches_are_left_out() {
    Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "site", "main": "src/index.ts", "compatibility_date": "2026-08-04", "assets": { "directory": "public" } }"#,
        )
        .file("src/index.ts", "export default { fetch: () => new Response('worker') };\n")
        .file("public/index.html", "start")
        .config("{}")
        .file(
            "test/worker.test.ts",
            "import { exports } from 'cloudflare:workers';\n\
             import { expect, it } from 'vitest';\n\
             it('is asked', async () => {\n\
             \x20 expect(await (await exports.default.fetch('https://site.test/')).text()).toBe('worker');\n\
             });\n",
        )
        .run(&["test"])
        .expect(0);
}

#[test]
fn a_changed_file_is_served_as_it_is() {
    let project = site(r#""html_handling": "none""#)
        .file("test/page.test.ts", &table("ASSETS", &[("/page.html", "200 page"), ("/new.html", "404 ")]));
    project.run(&["test"]).expect(0);
    project.write("public/page.html", "another page");
    project.write("public/new.html", "new");
    project.write(
        "test/page.test.ts",
        &table("ASSETS", &[("/page.html", "200 another page"), ("/new.html", "200 new")]),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn a_folder_that_is_not_built_yet_is_a_warning() {
    let project = site(r#""html_handling": "none""#);
    project.edit("wrangler.jsonc", r#""directory": "public""#, r#""directory": "dist""#);
    project.write("test/page.test.ts", &table("ASSETS", &[("/page.html", "404 ")]));
    assert_snapshot!(project.run(&["test"]).expect(0).stderr);
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let project =
        site(r#""run_worker_first": ["api/*", "/a", "/a"]"#).file("test/page.test.ts", &table("ASSETS", &[]));
    project.write("public/_redirects", "/a /b 404\n");
    project.write("public/_headers", "/a\n  nothing\n");
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr);
}

#[test]
fn a_workers_site_is_a_namespace_and_its_manifest() {
    let project = Project::empty()
        .file(
            "wrangler.toml",
            "name = \"site\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-08-04\"\n\n[site]\nbucket = \"./public\"\nexclude = [\"*.map\"]\n",
        )
        .file(
            "src/index.ts",
            "import manifest from '__STATIC_CONTENT_MANIFEST';\n\
             \n\
             export default {\n\
             \x20 async fetch(request, env) {\n\
             \x20   const key = JSON.parse(manifest)[decodeURIComponent(new URL(request.url).pathname.slice(1))];\n\
             \x20   if (key === undefined) return new Response('no such file', { status: 404 });\n\
             \x20   return new Response(await env.__STATIC_CONTENT.get(key, 'stream'));\n\
             \x20 },\n\
             };\n",
        )
        .file("public/index.html", "start")
        .file("public/a b/c+ü.css", "style")
        .file("public/index.js.map", "{}")
        .pool_config("{ wrangler: { configPath: './wrangler.toml' } }", "{}");
    for file in ["one", "two"] {
        project.write(
            &format!("test/{file}.test.ts"),
            "import { env, exports } from 'cloudflare:workers';\n\
             import { expect, it } from 'vitest';\n\
             \n\
             it('serves its files', async () => {\n\
             \x20 const get = async (path) => (await exports.default.fetch('https://site.test' + path)).text();\n\
             \x20 expect(await get('/index.html')).toBe('start');\n\
             \x20 expect(await get('/a b/c+ü.css')).toBe('style');\n\
             \x20 expect(await get('/index.js.map')).toBe('no such file');\n\
             \x20 const { keys } = await env.__STATIC_CONTENT.list();\n\
             \x20 expect(keys.length).toBe(2);\n\
             });\n",
        );
    }
    assert_eq!(project.run(&["test"]).expect(0).stderr, "");
}

#[test]
fn a_pages_folder_is_bound_as_assets() {
    let test =
        table("ASSETS", &[("/page", "200 page"), ("/nothing", "200 start"), ("/_worker.js", "200 start")]);
    let files = |project: Project| {
        project
            .file("src/index.ts", "export default { fetch: (request, env) => env.ASSETS.fetch(request) };\n")
            .file("build/index.html", "start")
            .file("build/page.html", "page")
            .file("build/_worker.js", "export default {};")
            .file("test/assets.test.ts", &test)
    };
    let by_file = files(Project::empty().file(
        "wrangler.jsonc",
        r#"{ "name": "pages", "pages_build_output_dir": "./build", "compatibility_date": "2026-08-04" }"#,
    ))
    .pool_config("{ main: './src/index.ts', wrangler: { configPath: './wrangler.jsonc' } }", "{}");
    by_file.run(&["test"]).expect(0);

    let by_option = files(Project::empty()).file(
        "vitest.config.ts",
        "import path from 'node:path';\n\
         import { buildPagesASSETSBinding, cloudflareTest } from '@cloudflare/vitest-plugin';\n\
         import { defineConfig } from 'vitest/config';\n\
         \n\
         export default defineConfig(async () => {\n\
         \x20 const ASSETS = await buildPagesASSETSBinding(path.join(import.meta.dirname, 'build'));\n\
         \x20 return {\n\
         \x20   plugins: [cloudflareTest({\n\
         \x20     main: './src/index.ts',\n\
         \x20     miniflare: { compatibilityDate: '2026-08-04', serviceBindings: { ASSETS } },\n\
         \x20   })],\n\
         \x20 };\n\
         });\n",
    );
    by_option.run(&["test"]).expect(0);
}

#[test]
fn files_are_bound_by_their_contents() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-08-04",
  "text_blobs": { "POEM": "files/poem.txt", "OTHER": "files/poem.txt" },
  "data_blobs": { "BYTES": "files/bytes.bin" },
}"#,
        )
        .file("files/poem.txt", "Rösen\n")
        .file("files/bytes.bin", "\u{1}\u{2}")
        .file("test/own.txt", "own")
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { textBlobBindings: { OTHER: './test/own.txt' }, dataBlobBindings: { GIVEN: new Uint8Array([255, 0]) } } }",
            "{}",
        )
        .file(
            "test/blobs.test.ts",
            "import { env } from 'cloudflare:workers';\n\
             import { expect, it } from 'vitest';\n\
             \n\
             it('has them', () => {\n\
             \x20 expect([env.POEM, env.OTHER]).toEqual(['Rösen\\n', 'own']);\n\
             \x20 expect([...new Uint8Array(env.BYTES)]).toEqual([1, 2]);\n\
             \x20 expect([...new Uint8Array(env.GIVEN)]).toEqual([255, 0]);\n\
             });\n",
        );
    project.run(&["test"]).expect(0);
}

#[test]
fn blobs_that_cannot_be_bound_are_shown_where_they_are() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-08-04",
  "text_blobs": { "POEM": "files/peom.txt" },
  "wasm_modules": { "MATHS": "files/maths.wasm" },
}"#,
        )
        .file("files/poem.txt", "Roses\n")
        .file("test/a.test.ts", "");
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr);
}

#[test]
fn another_workers_files_are_served_with_it() {
    let project = site(r#""html_handling": "none""#)
        .file(
            "shop/wrangler.jsonc",
            r#"{
  "name": "shop", "main": "index.ts", "compatibility_date": "2026-08-04",
  "assets": { "directory": "files", "binding": "FILES" },
  "text_blobs": { "SIGN": "sign.txt" },
}"#,
        )
        .file(
            "shop/index.ts",
            "export default {\n\
             \x20 async fetch(request, env) {\n\
             \x20   const page = await env.FILES.fetch('https://shop.test/page');\n\
             \x20   return new Response(env.SIGN + ' ' + (await page.text()));\n\
             \x20 },\n\
             };\n",
        )
        .file("shop/files/page.html", "goods")
        .file("shop/sign.txt", "open");
    project.edit(
        "wrangler.jsonc",
        r#""services": [{"#,
        r#""services": [{ "binding": "SHOP", "service": "shop" }, {"#,
    );
    answers(project, &[("SHOP", &[("/page", "200 goods"), ("/", "200 open goods")])]);
}
