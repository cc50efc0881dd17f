//! `--coverage`: the numbers are Vitest's own.

use std::process;

use camino::Utf8Path;
use serde_json::{Map, Value, json};

use crate::support::{Project, REPOSITORY};

/// A project whose tests need no Workers, so that Vitest can run them in Node too.
const FIXTURE: &str = "tests/e2e/fixtures/coverage";

fn fixture() -> Project {
    let folder = Utf8Path::new(REPOSITORY).join(FIXTURE);
    let files = walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap);
    files.filter(|entry| entry.file_type().is_file()).fold(
        Project::in_folder("côverage é"),
        |project, entry| {
            let path = Utf8Path::from_path(entry.path()).unwrap();
            project
                .file(path.strip_prefix(&folder).unwrap().as_str(), &std::fs::read_to_string(path).unwrap())
        },
    )
}

/// What Vitest's own pool of Node covers.
fn covered_in_node(project: &Project, provider: &str) -> Value {
    let vitest = Utf8Path::new(REPOSITORY).join("node_modules/vitest/vitest.mjs");
    let run = process::Command::new("node")
        .arg(vitest)
        .args(["run", "--config", "node.config.mjs", "--coverage", "--coverage.reportsDirectory=in-node"])
        .arg(format!("--coverage.provider={provider}"))
        .current_dir(project.root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&[run.stdout, run.stderr].concat()));
    project.json("in-node/coverage-final.json")
}

/// The parts of a file's coverage that reports are made of: each place with its count, in the order of the places. Where
/// places end and functions are named is left out of JavaScript: Vite maps that character by character, a compiler does not.
fn counts(path: &str, file: &Value) -> Value {
    let counted = |places: &str, counts: &str| {
        let places = file[places].as_object().unwrap().iter();
        let mut all: Vec<String> = places
            .map(|(key, place)| {
                let mut place = place.clone();
                // A function without a name is called by its number.
                place.as_object_mut().unwrap().remove("name");
                if Utf8Path::new(path).extension() == Some("js") {
                    without_ends(&mut place);
                }
                json!([place, file[counts][key]]).to_string()
            })
            .collect();
        all.sort();
        all
    };
    json!({ "statements": counted("statementMap", "s"), "functions": counted("fnMap", "f"), "branches": counted("branchMap", "b") })
}

fn without_ends(place: &mut Value) {
    match place {
        Value::Object(fields) => {
            fields.remove("end");
            fields.remove("decl");
            fields.values_mut().for_each(without_ends);
        }
        Value::Array(places) => places.iter_mut().for_each(without_ends),
        _ => {}
    }
}

#[track_caller]
fn covers_as_in_node(provider: &str) {
    let project = fixture();
    let run = project.run(&["test", "--coverage", "--coverage.provider", provider]).expect(0);
    assert_eq!(run.summary(), "files: 4 passed (4); tests: 5 passed (5)");
    assert_eq!(run.stderr, "");
    let node = covered_in_node(&project, provider);
    is_covered_alike(&project, "coverage", &node);
    let project = project.with_pool();
    let provider = format!("--coverage.provider={provider}");
    project.vitest(&["run", "--coverage", &provider, "--coverage.reportsDirectory=in-pool"]).run().expect(0);
    is_covered_alike(&project, "in-pool", &node);
}

/// That the report in `folder` says the same as `node`, which Vitest says in its own pool.
#[track_caller]
fn is_covered_alike(project: &Project, folder: &str, node: &Value) {
    let ours = project.json(&format!("{folder}/coverage-final.json"));
    let files = |coverage: &Value| {
        let mut files: Vec<String> = coverage.as_object().unwrap().keys().cloned().collect();
        files.sort();
        files
    };
    let covered = files(&ours);
    assert_eq!(covered, files(node));
    assert_eq!(covered.len(), 5, "{covered:?}");
    for file in covered {
        are_same(&file, &counts(&file, &ours[&file]), &counts(&file, &node[&file]));
    }
    let summary = |folder: &str| {
        let mut summary: Map<String, Value> =
            project.json(&format!("{folder}/coverage-summary.json")).as_object().unwrap().clone();
        summary.sort_keys();
        summary
    };
    assert_eq!(summary(folder), summary("in-node"));
}

/// Shows only the places that differ.
#[track_caller]
fn are_same(file: &str, ours: &Value, node: &Value) {
    for kind in ["statements", "functions", "branches"] {
        let all = |value: &Value| value[kind].as_array().unwrap().clone();
        let (ours, node) = (all(ours), all(node));
        let without = |left: &[Value], right: &[Value]| -> Vec<Value> {
            left.iter().filter(|place| !right.contains(place)).cloned().collect()
        };
        assert_eq!(without(&ours, &node), without(&node, &ours), "{kind} of {file}");
        assert_eq!(ours.len(), node.len(), "{kind} of {file}");
    }
}

#[test]
fn v8_covers_what_it_covers_in_node() {
    covers_as_in_node("v8");
}

#[test]
fn istanbul_covers_what_it_covers_in_node() {
    covers_as_in_node("istanbul");
}

/// A Worker with a Durable Object, which its test reaches through its binding.
fn worker(coverage: &str) -> Project {
    Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
  "durable_objects": { "bindings": [{ "name": "COUNTERS", "class_name": "Counter" }] },
  "migrations": [{ "tag": "1", "new_sqlite_classes": ["Counter"] }]
}"#,
        )
        .file(
            "src/index.ts",
            "import { Counter } from './counter';\nexport { Counter };\nexport default {\n  async fetch(request: Request, env: any) {\n    if (request.method === 'DELETE') return new Response('no', { status: 405 });\n    return new Response(String(await env.COUNTERS.getByName('a').add()));\n  },\n};\n",
        )
        .file(
            "src/counter.ts",
            "import { DurableObject } from 'cloudflare:workers';\nexport class Counter extends DurableObject {\n  count = 0;\n  add(by?: number) {\n    if (by) this.count += by;\n    else this.count += 1;\n    return this.count;\n  }\n  never() {\n    return 0;\n  }\n}\n",
        )
        .file(
            "test/worker.test.ts",
            "import { exports } from 'cloudflare:workers';\nimport { expect, it } from 'vitest';\nit('counts', async () => {\n  expect(await (await exports.default.fetch('http://x/')).text()).toBe('1');\n});\n",
        )
        .file(
            "test/again.test.ts",
            "import { exports } from 'cloudflare:workers';\nimport { expect, it } from 'vitest';\nit('counts again', async () => {\n  expect((await exports.default.fetch('http://x/', { method: 'DELETE' })).status).toBe(405);\n});\n",
        )
        .config(&format!("{{ coverage: {coverage} }}"))
}

/// Covered and all, of a file, in the order in which the summary has them.
fn summary(project: &Project, file: &str) -> String {
    let summary = project.json("coverage/coverage-summary.json");
    let file = &summary[project.root().join(file).as_str()];
    let part = |name: &str| format!("{name} {}/{}", file[name]["covered"], file[name]["total"]);
    ["statements", "branches", "functions", "lines"].map(part).join(", ")
}

#[test]
fn handlers_and_durable_objects_are_covered_in_whatever_file_they_run() {
    let project = worker("{ enabled: true, reporter: ['text', 'json-summary'] }");
    let run = project.run(&["test"]).expect(0);
    assert_eq!(run.stderr, "");
    assert!(run.stdout.contains(" % Coverage report from v8\n"), "{run}");
    assert_eq!(run.lines_with("counter.ts"), ["counter.ts |   66.66 |       50 |      50 |      80 | 10"]);
    assert_eq!(summary(&project, "src/index.ts"), "statements 3/3, branches 2/2, functions 1/1, lines 2/2");
    let run = project.run(&["test", "--coverage=false"]).expect(0);
    assert!(!run.stdout.contains("Coverage"), "{run}");
}

#[test]
fn thresholds_that_are_not_met_fail_the_run() {
    let project = worker("{ reporter: ['json-summary'] }");
    let run = project.run(&["test", "--coverage", "--coverage.thresholds.functions=90"]).expect(1);
    assert_eq!(run.summary(), "files: 2 passed (2); tests: 2 passed (2)");
    assert_eq!(
        run.stderr.trim(),
        "ERROR: Coverage for functions (66.66%) does not meet global threshold (90%)"
    );
    project.run(&["test", "--coverage", "--coverage.thresholds.functions=60"]).expect(0);
}

#[test]
fn nothing_is_reported_of_failed_tests_unless_that_is_wanted() {
    let project = worker("{ reporter: ['json-summary'] }");
    project.edit("test/again.test.ts", "405", "200");
    project.run(&["test", "--coverage"]).expect(1);
    assert!(!project.has("coverage/coverage-summary.json"));
    project.run(&["test", "--coverage", "--coverage.reportOnFailure"]).expect(1);
    assert!(project.has("coverage/coverage-summary.json"));
}

#[test]
fn the_json_report_has_the_coverage_map() {
    let project = worker("{ enabled: true, reporter: [] }");
    project.run(&["test", "--reporter=json", "--outputFile=report.json"]).expect(0);
    let report = project.json("report.json");
    let map = report["coverageMap"].as_object().unwrap();
    let mut files: Vec<&str> =
        map.keys().map(|file| file.strip_prefix(project.root().as_str()).unwrap()).collect();
    files.sort_unstable();
    assert_eq!(files, ["/src/counter.ts", "/src/index.ts"]);
}

#[test]
fn istanbul_counts_in_what_several_test_files_reach() {
    let project = worker("{ provider: 'istanbul', reporter: ['json-summary'], include: ['src/**'] }")
        .file("src/apart.ts", "export const apart = (a: number): number => (a > 1 ? a : -a);\n")
        .file(
            "test/apart.test.ts",
            "import { expect, it } from 'vitest';\nimport { apart } from '../src/apart';\nit('counts', () => expect(apart(1)).toBe(-1));\n",
        );
    project.run(&["gen"]).expect(0);
    let generated = project.files(".wpt");
    project.run(&["test", "--coverage"]).expect(0);
    assert_eq!(summary(&project, "src/apart.ts"), "statements 2/2, branches 1/2, functions 1/1, lines 1/1");
    assert_eq!(summary(&project, "src/index.ts"), "statements 3/3, branches 2/2, functions 1/1, lines 2/2");
    assert_eq!(summary(&project, "src/counter.ts"), "statements 4/6, branches 1/2, functions 1/2, lines 4/5");
    assert!(generated == project.files(".wpt"), "what is generated stays as it was");
}

#[test]
fn another_provider_is_refused() {
    let run = worker("{ provider: 'custom', customProviderModule: './mine.mjs' }")
        .run(&["test", "--coverage"])
        .expect(2);
    insta::assert_snapshot!(run, @"
    exit code 2
    ----- stderr
    error[coverage-provider]: coverage cannot be measured by `custom`
     |
     = help: the providers are `v8` and `istanbul`
    ");
}
