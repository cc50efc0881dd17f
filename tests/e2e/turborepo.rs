//! Turborepo keeps the result of a run, with the settings that the documentation gives.

use std::{env, fs, process::Command};

use camino::Utf8Path;
use serde_json::json;

use crate::support::{Project, REPOSITORY};

/// The settings for Turborepo in `docs/ci.md`.
fn settings() -> String {
    let page = fs::read_to_string(format!("{REPOSITORY}/docs/ci.md")).unwrap();
    let (_, section) = page.split_once("## Turborepo").unwrap();
    let (_, block) = section.split_once("```json\n").unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// A repository of two Workers.
fn repository() -> Project {
    ["api", "site"]
        .iter()
        .fold(Project::empty(), |repository, name| {
            let package = json!({
                "name": name,
                "type": "module",
                "scripts": { "test": "wpt-gen test --reporter=default --reporter=json --outputFile=report.json" },
            });
            let file = |path: &str| format!("packages/{name}/{path}");
            repository
                .file(&file("package.json"), &package.to_string())
                .file(&file("wrangler.json"), &format!(r#"{{ "name": "{name}", "main": "index.ts", "compatibility_date": "2025-11-01" }}"#))
                .file(&file("index.ts"), "export default { fetch: () => new Response('hello') };\n")
                .file(&file("vitest.config.ts"), "import { cloudflareTest } from '@cloudflare/vitest-plugin';\nexport default { plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.json' } })] };\n")
                .file(
                    &file("index.test.ts"),
                    "import { exports } from 'cloudflare:workers';\nimport { expect, it } from 'vitest';\nit('answers', async () => expect((await exports.default.fetch('http://x/')).ok).toBe(true));\n",
                )
        })
        .file("package.json", r#"{ "name": "repository", "private": true, "packageManager": "npm@11.0.0", "workspaces": ["packages/*"] }"#)
        .file("turbo.json", &settings())
        .file(".gitignore", "node_modules\n.turbo\n.wpt\n.dev.vars\nreport.json\n")
}

/// What `turbo run test` says of the whole.
fn run(repository: &Project) -> String {
    let wpt_gen = Utf8Path::new(env!("CARGO_BIN_EXE_wpt-gen")).parent().unwrap();
    let output = Command::new(format!("{REPOSITORY}/node_modules/@turbo/linux-64/bin/turbo"))
        .args(["run", "test", "--no-color", "--cache=local:rw"])
        .current_dir(repository.root())
        .env("PATH", format!("{wpt_gen}:{}", env::var("PATH").unwrap()))
        .env("TURBO_TELEMETRY_DISABLED", "1")
        .env_remove("CI")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let total = text.lines().find(|line| line.starts_with("Cached:"));
    total.unwrap_or_else(|| panic!("{text}")).trim().to_owned()
}

#[test]
fn a_result_is_kept_until_an_input_changes() {
    let repository = repository();
    for arguments in [&["init", "--quiet"][..], &["add", "--all"]] {
        assert!(
            Command::new("git").args(arguments).current_dir(repository.root()).status().unwrap().success()
        );
    }
    assert_eq!(run(&repository), "Cached:    0 cached, 2 total");

    // Reports and generated files come back from the cache.
    fs::remove_file(repository.root().join("packages/api/report.json")).unwrap();
    fs::remove_dir_all(repository.root().join("packages/api/.wpt")).unwrap();
    assert_eq!(run(&repository), "Cached:    2 cached, 2 total");
    assert_eq!(repository.json("packages/api/report.json")["numPassedTests"], 1);
    assert!(repository.has("packages/api/.wpt/plan.json"));

    repository.edit("packages/site/index.ts", "hello", "goodbye");
    assert_eq!(run(&repository), "Cached:    1 cached, 2 total");
    // Git ignores it, and the run depends on it.
    repository.write("packages/api/.dev.vars", "TOKEN=1\n");
    assert_eq!(run(&repository), "Cached:    1 cached, 2 total");
}
