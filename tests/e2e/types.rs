//! The declarations in `types/` say what is there at run time. Whether they fit what projects write, `npm run typecheck`
//! and `npm run typecheck:examples` say.

use std::fs;

use camino::Utf8Path;

use crate::support::{Project, REPOSITORY};

/// The declarations of what only `cloudflare:test-internal` has.
const INTERNAL: &str = "internal.d.ts";

/// What the declarations of `folder` in files that are `wanted` export as values.
fn declared(folder: &str, wanted: fn(&str) -> bool) -> Vec<String> {
    let mut names: Vec<String> = Utf8Path::new(REPOSITORY)
        .join("types")
        .join(folder)
        .read_dir_utf8()
        .unwrap()
        .map(Result::unwrap)
        .filter(|file| wanted(file.file_name()))
        .map(|file| fs::read_to_string(file.path()).unwrap())
        .flat_map(|text| text.lines().filter_map(exported).collect::<Vec<_>>())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn exported(line: &str) -> Option<String> {
    let line = line.trim_start();
    let declaration =
        ["export function ", "export const "].iter().find_map(|start| line.strip_prefix(start))?;
    let end = declaration.find(|char: char| !char.is_alphanumeric()).unwrap_or(declaration.len());
    Some(declaration[..end].to_owned())
}

/// The same list, printed as a JavaScript array.
fn list(names: &[String]) -> String {
    serde_json::to_string(names).unwrap()
}

#[test]
fn what_tests_import_is_what_is_declared() {
    let names = list(&declared("test", |file| file != INTERNAL));
    let internal = list(&declared("test", |_| true));
    let project = Project::worker().file(
        "test/exports.test.ts",
        &format!(
            "import * as module from 'cloudflare:test';\n\
             import * as internal from 'cloudflare:test-internal';\n\
             import {{ fetchMock }} from 'cloudflare:test';\n\
             import {{ expect, it }} from 'vitest';\n\
             it('is declared', () => {{\n\
             \x20 expect(fetchMock).toBe(module.fetchMock);\n\
             \x20 expect(Object.keys(module).sort()).toEqual({names});\n\
             \x20 expect(Object.keys(internal).sort()).toEqual({internal});\n\
             }});\n"
        ),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn what_configs_import_is_what_is_declared() {
    let names = list(&declared("config", |_| true));
    let config = |package: &str| {
        format!(
            "import * as module from '{package}';\n\
             import {{ defineConfig }} from 'vitest/config';\n\
             const names = Object.keys(module).filter((name) => name !== 'default').sort();\n\
             if (JSON.stringify(names) !== '{names}') throw new Error('exported: ' + names);\n\
             export default defineConfig({{\n\
             \x20 plugins: [module.cloudflareTest({{ wrangler: {{ configPath: './wrangler.jsonc' }} }})],\n\
             }});\n"
        )
    };
    for package in ["@cloudflare/vitest-plugin/config", "@cloudflare/vitest-pool-workers/config"] {
        let project = Project::worker()
            .file("vitest.config.ts", &config(package))
            .file("test/a.test.ts", "import { it } from 'vitest';\nit('runs', () => {});\n");
        project.run(&["test"]).expect(0);
    }
}
