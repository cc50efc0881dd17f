//! `wpt-gen check`: the committed files are compared with what would be generated, and nothing is written.

use std::fs;

use crate::support::Project;

const COMMITTED: [&str; 4] = [".gitignore", "workerd.capnp", "plan.json", "SUMMARY.md"];

fn generated() -> Project {
    let project = Project::worker()
        .file("wrangler.jsonc", "{\n  \"name\": \"worker\",\n  \"main\": \"src/index.ts\",\n  \"compatibility_date\": \"2025-11-01\",\n  \"vars\": { \"COLOUR\": \"red\" }\n}\n")
        .file("test/a.test.ts", "import { it } from 'vitest';\nit('passes', () => {});\n");
    project.run(&["gen"]).expect(0);
    project
}

#[test]
fn what_was_just_generated_is_up_to_date() {
    let project = generated();
    insta::assert_snapshot!(project.run(&["check"]).expect(0), @"
    exit code 0
    ----- stdout
    up to date: .wpt
    ");
    assert_eq!(project.run(&["check", "--format", "json"]).expect(0).json()["fresh"], true);
    // A source may change.
    project.write("src/index.ts", "// A comment.\nexport default { fetch: () => new Response('hi') };\n");
    project.run(&["check"]).expect(0);
    // What is not committed need not be there.
    fs::remove_dir_all(project.root().join(".wpt/modules")).unwrap();
    fs::remove_file(project.root().join(".wpt/details.capnp")).unwrap();
    project.run(&["check"]).expect(0);
    assert!(!project.has(".wpt/details.capnp"), "check writes nothing");
}

#[test]
fn a_changed_variable_is_shown_as_a_difference() {
    let project = generated();
    project.edit("wrangler.jsonc", "red", "blue");
    let before = COMMITTED.map(|name| project.read(&format!(".wpt/{name}")));
    insta::assert_snapshot!(project.run(&["check"]).expect(1), @r#"
    exit code 1
    ----- stdout
    --- .wpt/workerd.capnp (committed)
    +++ .wpt/workerd.capnp (generated)
    @@ -22,6 +22,6 @@
       modules = Details.workerModules,
       compatibilityDate = "2025-11-01",  # from wrangler.jsonc:4
       bindings = [
    -    (name = "COLOUR", text = "red"),  # from wrangler.jsonc:5
    +    (name = "COLOUR", text = "blue"),  # from wrangler.jsonc:5
       ],
     );
    --- .wpt/plan.json (committed)
    +++ .wpt/plan.json (generated)
    @@ -6,7 +6,7 @@
         "compatibilityDate": { "date": "2025-11-01", "provenance": { "file": "wrangler.jsonc", "line": 4 } },
         "compatibilityFlags": [],
         "bindings": [
    -      { "name": "COLOUR", "kind": "text", "value": "red", "provenance": { "file": "wrangler.jsonc", "line": 5 } }
    +      { "name": "COLOUR", "kind": "text", "value": "blue", "provenance": { "file": "wrangler.jsonc", "line": 5 } }
         ],
         "durableObjects": [],
         "exports": [
    --- .wpt/SUMMARY.md (committed)
    +++ .wpt/SUMMARY.md (generated)
    @@ -8,7 +8,7 @@

     | Name | Kind | Value | Why |
     |---|---|---|---|
    -| `COLOUR` | text | `"red"` | `wrangler.jsonc:5` |
    +| `COLOUR` | text | `"blue"` | `wrangler.jsonc:5` |

     ## Exports

    3 committed files are stale: run `wpt-gen gen` and commit what it writes
    "#);
    insta::assert_snapshot!(project.run(&["check", "--format", "github"]).expect(1), @r#"
    exit code 1
    ----- stdout
    ::error file=.wpt/workerd.capnp,line=25,endLine=25,col=1,endColumn=1,title=stale::.wpt/workerd.capnp is stale: run `wpt-gen gen` and commit what it writes%0A--- .wpt/workerd.capnp (committed)%0A+++ .wpt/workerd.capnp (generated)%0A@@ -22,6 +22,6 @@%0A   modules = Details.workerModules,%0A   compatibilityDate = "2025-11-01",  # from wrangler.jsonc:4%0A   bindings = [%0A-    (name = "COLOUR", text = "red"),  # from wrangler.jsonc:5%0A+    (name = "COLOUR", text = "blue"),  # from wrangler.jsonc:5%0A   ],%0A );%0A
    ::error file=.wpt/plan.json,line=9,endLine=9,col=1,endColumn=1,title=stale::.wpt/plan.json is stale: run `wpt-gen gen` and commit what it writes%0A--- .wpt/plan.json (committed)%0A+++ .wpt/plan.json (generated)%0A@@ -6,7 +6,7 @@%0A     "compatibilityDate": { "date": "2025-11-01", "provenance": { "file": "wrangler.jsonc", "line": 4 } },%0A     "compatibilityFlags": [],%0A     "bindings": [%0A-      { "name": "COLOUR", "kind": "text", "value": "red", "provenance": { "file": "wrangler.jsonc", "line": 5 } }%0A+      { "name": "COLOUR", "kind": "text", "value": "blue", "provenance": { "file": "wrangler.jsonc", "line": 5 } }%0A     ],%0A     "durableObjects": [],%0A     "exports": [%0A
    ::error file=.wpt/SUMMARY.md,line=11,endLine=11,col=1,endColumn=1,title=stale::.wpt/SUMMARY.md is stale: run `wpt-gen gen` and commit what it writes%0A--- .wpt/SUMMARY.md (committed)%0A+++ .wpt/SUMMARY.md (generated)%0A@@ -8,7 +8,7 @@%0A %0A | Name | Kind | Value | Why |%0A |---|---|---|---|%0A-| `COLOUR` | text | `"red"` | `wrangler.jsonc:5` |%0A+| `COLOUR` | text | `"blue"` | `wrangler.jsonc:5` |%0A %0A ## Exports%0A %0A
    3 committed files are stale: run `wpt-gen gen` and commit what it writes
    "#);
    let result = project.run(&["check", "--format", "json"]).expect(1).json();
    assert_eq!(result["fresh"], false);
    let files: Vec<_> = result["stale"].as_array().unwrap().iter().map(|stale| &stale["file"]).collect();
    assert_eq!(files, [".wpt/workerd.capnp", ".wpt/plan.json", ".wpt/SUMMARY.md"]);
    assert_eq!(before, COMMITTED.map(|name| project.read(&format!(".wpt/{name}"))));
    project.run(&["gen"]).expect(0);
    project.run(&["check"]).expect(0);
}

#[test]
fn missing_and_broken_files_are_stale() {
    let project = generated();
    fs::remove_file(project.root().join(".wpt/SUMMARY.md")).unwrap();
    fs::write(project.root().join(".wpt/plan.json"), b"\xff\xfe").unwrap();
    project.write(".wpt/.gitignore", "");
    let outcome = project.run(&["check"]).expect(1);
    assert!(outcome.stdout.contains("\n.wpt/SUMMARY.md is missing\n"), "{outcome}");
    assert!(outcome.stdout.contains("\n+/details.capnp\n"), "{outcome}");
    assert!(
        outcome
            .stdout
            .ends_with("3 committed files are stale: run `wpt-gen gen` and commit what it writes\n"),
        "{outcome}"
    );

    fs::remove_dir_all(project.root().join(".wpt")).unwrap();
    insta::assert_snapshot!(project.run(&["check"]).expect(1), @"
    exit code 1
    ----- stdout
    .wpt/.gitignore is missing
    .wpt/workerd.capnp is missing
    .wpt/plan.json is missing
    .wpt/SUMMARY.md is missing
    4 committed files are stale: run `wpt-gen gen` and commit what it writes
    ");
}

#[test]
fn each_project_has_its_own_files() {
    let project = generated();
    fs::remove_dir_all(project.root().join(".wpt")).unwrap();
    for name in ["one", "two"] {
        project.write(
            &format!("{name}/wrangler.jsonc"),
            &format!(
                r#"{{ "name": "{name}", "main": "../src/index.ts", "compatibility_date": "2025-11-01" }}"#
            ),
        );
        project
            .write(&format!("{name}/a.test.ts"), "import { it } from 'vitest';\nit('passes', () => {});\n");
        project.write(
            &format!("{name}/vitest.config.ts"),
            "import { cloudflareTest } from '@cloudflare/vitest-plugin';\n\
             export default { plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })] };\n",
        );
    }
    project.write("vitest.config.ts", "export default { test: { projects: ['one', 'two'] } };\n");
    project.run(&["gen"]).expect(0);
    project.run(&["check"]).expect(0);
    project.edit("two/wrangler.jsonc", "2025-11-01", "2025-11-02");
    let outcome = project.run(&["check", "--format", "github"]).expect(1);
    assert!(outcome.stdout.contains("::error file=two/.wpt/workerd.capnp,line="), "{outcome}");
    assert!(!outcome.stdout.contains("one/"), "{outcome}");
    project.run(&["check", "--project", "one"]).expect(0);
}

#[test]
fn bad_input_is_not_stale() {
    let project = generated();
    project.write("wrangler.jsonc", "{");
    let outcome = project.run(&["check", "--format", "json"]).expect(2);
    assert_eq!(outcome.stdout, "");
    insta::assert_snapshot!(outcome.stderr, @r#"{"severity":"error","code":"syntax-error","title":"this is not valid JSON","file":"wrangler.jsonc","line":1,"column":1,"endLine":1,"endColumn":2,"span":[0,1],"label":"unterminated object","help":[]}"#);
    insta::assert_snapshot!(project.run(&["check", "--format", "github"]).expect(2).stderr, @"::error file=wrangler.jsonc,line=1,endLine=1,col=1,endColumn=2,title=syntax-error::this is not valid JSON%0Aunterminated object");
    // From further up, annotations name files as the repository does.
    let parent = project.root().parent().unwrap();
    let outcome =
        project.command(&["check", "--format", "github"]).env("GITHUB_WORKSPACE", parent.as_str()).run();
    assert!(outcome.stderr.starts_with("::error file=project/wrangler.jsonc,line=1"), "{outcome}");
}

#[test]
fn files_that_cannot_be_written_or_read_are_named() {
    let project = generated();
    let plan = project.root().join(".wpt/plan.json");
    fs::remove_file(&plan).unwrap();
    fs::create_dir(&plan).unwrap();
    insta::assert_snapshot!(project.run(&["check"]).expect(2).stderr, @"error: cannot read .wpt/plan.json: Is a directory (os error 21)");
    fs::remove_dir_all(project.root().join(".wpt")).unwrap();
    project.write(".wpt", "in the way");
    insta::assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @"error: cannot write to <root>/.wpt: File exists (os error 17)");
    insta::assert_snapshot!(project.run(&["test"]).expect(2).stderr, @"error: cannot write to <root>/.wpt: File exists (os error 17)");
}
