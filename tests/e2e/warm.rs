//! A second run starts no Node, and gives the same.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _};

use camino::Utf8PathBuf;

use crate::support::{Outcome, Project};

/// Stands in place of `node`, and says so when it is started.
fn broken_node(project: &Project) -> Utf8PathBuf {
    program(
        project,
        "broken-node",
        "echo 'Node was started' >&2\ntouch \"$(dirname \"$0\")/node-was-started\"\nexit 3\n",
    )
}

/// A shell script beside the project's files.
fn program(project: &Project, name: &str, text: &str) -> Utf8PathBuf {
    project.write(name, &format!("#!/bin/sh\n{text}"));
    let path = project.root().join(name);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What does not depend on the order in which files end, nor on which tests were slow.
fn sorted(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.stdout.lines().filter(|line| !line.starts_with("   ✓"));
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

fn second_run_starts_no_node(project: &Project, warnings: &str) {
    let broken = broken_node(project);
    let without_node = || project.command(&["test"]).env("WPT_NODE", broken.as_str()).run();

    let first = project.run(&["test"]).expect(0);
    let generated = project.read(".wpt/workerd.capnp");
    let second = without_node().expect(0);
    assert_eq!(sorted(&second), sorted(&first));
    assert_eq!((second.stderr.as_str(), first.stderr.as_str()), (warnings, warnings));
    assert_eq!(project.read(".wpt/workerd.capnp"), generated);
    assert!(!project.has("node-was-started"));

    // A change that the config's meaning may depend on starts it again.
    project.write("vitest.config.ts", &format!("{}// changed\n", project.read("vitest.config.ts")));
    let failed = without_node().expect(2);
    assert!(failed.stderr.contains("Node was started"), "{failed}");
    assert!(project.has("node-was-started"));
    assert_eq!(sorted(&project.run(&["test"]).expect(0)), sorted(&first));
    assert_eq!(sorted(&without_node().expect(0)), sorted(&first));
}

#[test]
fn with_vitest_5() {
    second_run_starts_no_node(&Project::of_example("hello"), "");
}

#[test]
fn with_vitest_4() {
    second_run_starts_no_node(&Project::of_example("café counter"), "");
}

/// The config of this example reads the folder of migrations.
#[test]
fn what_the_config_reads_is_watched() {
    let project = Project::of_example("guestbook");
    let broken = broken_node(&project);
    project.run(&["gen"]).expect(0);
    project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(0);
    for change in ["migrations/0002_add_moderation.sql", "migrations/0003_new.sql"] {
        project.write(change, "ALTER TABLE entries ADD COLUMN other TEXT;\n");
        project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(2);
        project.run(&["gen"]).expect(0);
        project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(0);
    }
}

/// A Worker of a few modules, with a class behind two re-exports.
fn layered() -> Project {
    let project = Project::worker().file(
        "src/index.ts",
        "import { greet } from './greet';\nexport * from './objects';\n\
         export default { fetch: () => new Response(greet('you')) };\n",
    );
    project.write("src/objects.ts", "export { Counter } from './counter';\n");
    project.write(
        "src/counter.ts",
        "import { DurableObject } from 'cloudflare:workers';\n\nexport class Counter extends DurableObject {\n\
         \x20 count = 0;\n  next() {\n    return ++this.count;\n  }\n}\n",
    );
    project.write("src/greet.ts", "export function greet(name: string) {\n  return `hello ${name}`;\n}\n");
    project.write(
        "test/greet.test.ts",
        "import { expect, it } from 'vitest';\nimport { greet } from '../src/greet';\n\
         it('greets', () => expect(greet('you')).toBe('hello you'));\n",
    );
    project
}

/// Everything that is generated, by path.
fn generated(project: &Project) -> BTreeMap<String, String> {
    let folder = project.root().join(".wpt");
    let files = walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().to_str().unwrap().to_owned();
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            (path, text)
        })
        .collect()
}

/// Generates with what is kept from before, and without: both must give the same. Gives the exports, as they are listed.
fn generate_both_ways(project: &Project) -> String {
    project.run(&["gen"]).expect(0);
    let warm = generated(project);
    let listed = project.run(&["exports"]).expect(0).stdout;
    fs::remove_dir_all(project.root().join("node_modules/.cache")).unwrap();
    fs::remove_dir_all(project.root().join(".wpt")).unwrap();
    project.run(&["gen"]).expect(0);
    assert_eq!(warm, generated(project));
    listed
}

#[test]
fn every_edit_is_seen_that_changes_what_is_generated() {
    let project = layered();
    let mut listed = vec![generate_both_ways(&project)];
    let edits = [
        // A line that moves a class, and a body.
        ("src/counter.ts", "export class", "// The one.\nexport class"),
        ("src/greet.ts", "hello ", "good day "),
        // An export, a kind, an import.
        (
            "src/counter.ts",
            "export class Counter",
            "export class Second extends DurableObject {}\nexport class Counter",
        ),
        ("src/objects.ts", "{ Counter }", "{ Counter, Second as Other }"),
        ("src/counter.ts", "import { DurableObject }", "import { WorkerEntrypoint as DurableObject }"),
        ("src/objects.ts", "from './counter';\n", "from './counter';\nexport * from './late';\n"),
    ];
    project.write("src/late.ts", "import { WorkflowEntrypoint as Base } from 'cloudflare:workers';\nexport class Late extends Base {}\n");
    for (file, from, to) in edits {
        project.edit(file, from, to);
        listed.push(generate_both_ways(&project));
    }
    // A file that comes before another in the order of extensions.
    project.write("src/greet.tsx", "export const greet = (name: string) => `bye ${name}`;\n");
    listed.push(generate_both_ways(&project));
    assert!(project.has(".wpt/modules/project/src/greet.tsx.js"));
    assert!(!project.has(".wpt/modules/project/src/greet.ts.js"));
    insta::assert_snapshot!(listed.join("\n"), @"
    name     kind            evidence                     provenance
    Counter  Durable Object  class extends DurableObject  src/counter.ts:3
    default  handler         object with fetch            src/index.ts:3

    name     kind            evidence                     provenance
    Counter  Durable Object  class extends DurableObject  src/counter.ts:4
    default  handler         object with fetch            src/index.ts:3

    name     kind            evidence                     provenance
    Counter  Durable Object  class extends DurableObject  src/counter.ts:4
    default  handler         object with fetch            src/index.ts:3

    name     kind            evidence                     provenance
    Counter  Durable Object  class extends DurableObject  src/counter.ts:5
    default  handler         object with fetch            src/index.ts:3

    name     kind            evidence                     provenance
    Counter  Durable Object  class extends DurableObject  src/counter.ts:5
    Other    Durable Object  class extends DurableObject  src/counter.ts:4
    default  handler         object with fetch            src/index.ts:3

    name     kind              evidence                        provenance
    Counter  WorkerEntrypoint  class extends WorkerEntrypoint  src/counter.ts:5
    Other    WorkerEntrypoint  class extends WorkerEntrypoint  src/counter.ts:4
    default  handler           object with fetch               src/index.ts:3

    name     kind              evidence                          provenance
    Counter  WorkerEntrypoint  class extends WorkerEntrypoint    src/counter.ts:5
    Late     Workflow          class extends WorkflowEntrypoint  src/late.ts:2
    Other    WorkerEntrypoint  class extends WorkerEntrypoint    src/counter.ts:4
    default  handler           object with fetch                 src/index.ts:3

    name     kind              evidence                          provenance
    Counter  WorkerEntrypoint  class extends WorkerEntrypoint    src/counter.ts:5
    Late     Workflow          class extends WorkflowEntrypoint  src/late.ts:2
    Other    WorkerEntrypoint  class extends WorkerEntrypoint    src/counter.ts:4
    default  handler           object with fetch                 src/index.ts:3
    ");
}

#[test]
fn only_a_change_of_imports_or_exports_starts_the_bundler() {
    let project = layered();
    project.run(&["gen"]).expect(0);
    let broken = program(&project, "broken-esbuild", "echo 'esbuild was started' >&2\nexit 3\n");
    let without = || project.command(&["gen"]).env("WPT_ESBUILD", broken.as_str()).run();
    let compiled = || project.read(".wpt/modules/project/src/greet.ts.js");

    project.edit("src/greet.ts", "hello", "good day");
    assert_eq!(without().expect(0).stderr, "");
    assert!(compiled().contains("good day"));
    project.edit("src/greet.ts", "export function", "export const more = 1;\nexport function");
    assert_eq!(without().expect(0).stderr, "");
    assert!(compiled().contains("more"));
    project.edit("src/counter.ts", "return ++this.count", "return this.count++");
    assert_eq!(without().expect(0).stderr, "");

    project.edit("src/counter.ts", "export class", "export const limit = 1;\nexport class");
    assert!(without().expect(0).stderr.contains("esbuild was started"));
    project.run(&["gen"]).expect(0);
    project.edit("src/greet.ts", "export const", "import './counter';\nexport const");
    assert!(without().expect(0).stderr.contains("esbuild was started"));
}

#[test]
fn what_was_changed_in_the_generated_folder_is_put_right() {
    let project = layered();
    project.run(&["gen"]).expect(0);
    let right = generated(&project);
    project.run(&["gen"]).expect(0);
    project.write(".wpt/modules/project/src/greet.ts.js", "wrong");
    project.write(".wpt/modules/more.js", "wrong");
    project.write(".wpt/modules/runner/runner.js", "wrong");
    fs::remove_file(project.root().join(".wpt/modules/runner/worker.js")).unwrap();
    project.write(".wpt/workerd.capnp", "wrong");
    fs::remove_file(project.root().join(".wpt/SUMMARY.md")).unwrap();
    project.run(&["gen"]).expect(0);
    assert_eq!(generated(&project), right);
}

#[test]
fn an_import_that_is_missing_now_is_reported_each_time() {
    let project = layered();
    project.run(&["gen"]).expect(0);
    fs::remove_file(project.root().join("src/greet.ts")).unwrap();
    for _ in 0..2 {
        let outcome = project.run(&["gen"]).expect(2);
        assert_eq!(outcome.stderr.matches("cannot find \"./greet\"").count(), 1, "{outcome}");
    }
}

/// What a config makes of a variable of the environment is not what it made of the last one.
#[test]
fn a_variable_of_the_environment_counts() {
    let project = Project::worker()
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { bindings: { STAGE: process.env.STAGE ?? 'none' } } }",
            "{}",
        )
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';\nimport { it } from 'vitest';\n\
             it('has a stage', () => console.log(`stage ${env.STAGE}`));\n",
        );
    let broken = broken_node(&project);
    let stage = |value: Option<&str>, node: &str| {
        let command = project.command(&["test"]).env("WPT_NODE", node);
        let outcome = value.into_iter().fold(command, |command, value| command.env("STAGE", value)).run();
        outcome.expect(0).lines_with("stage ").concat()
    };
    assert_eq!(stage(None, "node"), "stage none");
    assert_eq!(stage(Some("beta"), "node"), "stage beta");
    // Kept: it is no secret by its length.
    assert_eq!(stage(Some("beta"), broken.as_str()), "stage beta");
    assert_eq!(stage(Some("production"), "node"), "stage production");
}
