//! What keys of the wrangler file do to a run.

use insta::assert_snapshot;

use crate::support::Project;

const TEST: &str = "\
import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('answers', async () => expect(await (await exports.default.fetch('http://x/')).text()).toBe('built'));
";

/// A Worker that is built by `command` from `src/index.txt`.
fn built(command: &str) -> Project {
    let wrangler = serde_json::json!({
        "name": "worker", "main": "dist/index.js", "compatibility_date": "2025-11-01",
        "build": { "command": command },
    });
    Project::worker()
        .file("wrangler.jsonc", &wrangler.to_string())
        .file("src/index.txt", "export default { fetch: () => new Response('built') };\n")
        .file("test/a.test.ts", TEST)
}

#[test]
fn a_build_command_runs_when_it_has_something_to_do() {
    let project = built("mkdir -p dist && cp src/index.txt dist/index.js && echo done");
    let ran = project.run(&["test"]).expect(0);
    assert_snapshot!(ran.stderr, @"running `mkdir -p dist && cp src/index.txt dist/index.js && echo done`, the `build.command` of wrangler.jsonc");
    assert_eq!(project.run(&["gen"]).expect(0).stderr, "", "nothing has changed");

    project.edit("src/index.txt", "'built'", "'changed'");
    let failed = project.run(&["test"]).expect(1);
    assert!(failed.stdout.contains("changed"), "{failed}");

    std::fs::remove_file(project.root().join("dist/index.js")).unwrap();
    project.run(&["gen"]).expect(0);
    assert!(project.has("dist/index.js"), "what is not there is built");
}

#[test]
fn a_build_command_that_fails() {
    let project = built("echo out; echo err >&2; exit 3");
    let failed = project.run(&["gen"]).expect(2);
    assert_snapshot!(failed.stderr, @r#"
    running `echo out; echo err >&2; exit 3`, the `build.command` of wrangler.jsonc
    error[build-command]: `build.command` failed (exit status: 3)
                          out
                          err
     --> wrangler.jsonc:1:94
      |
    1 | {"name":"worker","main":"dist/index.js","compatibility_date":"2025-11-01","build":{"command":"echo out; echo err >&2; exit 3"}}
      |                                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this command
    "#);
    assert!(!project.has(".wpt"));
    assert_eq!(project.run(&["gen"]).expect(2).stderr, failed.stderr, "it is tried again");
}

#[test]
fn jsx_is_compiled_as_the_wrangler_file_says() {
    let wrangler = r#"{ "name": "worker", "main": "src/index.tsx", "compatibility_date": "2025-11-01",
        "jsx_factory": "h", "jsx_fragment": "all" }"#;
    let source = "\
        const h = (tag: string, _props: unknown, ...children: string[]) => `${tag}(${children.join()})`;\n\
        const all = 'all';\n\
        export default { fetch: () => new Response(<><b>built</b></>) };\n";
    let project = Project::worker()
        .file("wrangler.jsonc", wrangler)
        .file("src/index.tsx", source)
        .file("test/a.test.ts", &TEST.replace("'built'", "'all(b(built))'"));
    project.run(&["test"]).expect(0);
    // What a tsconfig.json says goes first, as in esbuild.
    project.write("tsconfig.json", r#"{ "compilerOptions": { "jsxFactory": "none" } }"#);
    let failed = project.run(&["test"]).expect(1);
    assert!(failed.stdout.contains("none is not defined"), "{failed}");
}

#[test]
fn a_local_variable_replaces_variables_only() {
    let wrangler = r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
        "vars": { "TEXT": "from the file" }, "kv_namespaces": [{ "binding": "KV" }] }"#;
    let test = "\
        import { env } from 'cloudflare:workers';\n\
        import { expect, it } from 'vitest';\n\
        it('is bound', () => expect([env.TEXT, typeof env.KV]).toEqual(['local', 'object']));\n";
    let project = Project::worker().file("wrangler.jsonc", wrangler).file("test/a.test.ts", test);
    project.write(".dev.vars", "TEXT=local\nKV=local\n");
    project.run(&["test"]).expect(0);
}
