//! `--shard`: several machines share a suite.

use std::collections::BTreeSet;

use crate::support::Project;

/// A test file that takes `milliseconds`.
fn test_file(milliseconds: u32) -> String {
    format!("import {{ it }} from 'vitest';\nit('takes its time', () => scheduler.wait({milliseconds}));\n")
}

fn project() -> Project {
    ["a", "b", "c", "d", "e"]
        .iter()
        .fold(Project::worker(), |project, name| project.file(&format!("test/{name}.test.ts"), &test_file(0)))
}

/// The test files that a run with these arguments ran.
fn files(project: &Project, arguments: &[&str]) -> BTreeSet<String> {
    let arguments = [&["test", "--reporter=json", "--outputFile=report.json"], arguments].concat();
    project.run(&arguments).expect(0);
    let report = project.json("report.json");
    let files = report["testResults"].as_array().unwrap().iter();
    files.map(|file| file["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
}

#[test]
fn every_file_is_in_one_part() {
    let project = project();
    let parts: Vec<_> = ["1/2", "2/2"].map(|part| files(&project, &["--shard", part])).into();
    assert_eq!(parts.iter().map(BTreeSet::len).collect::<Vec<_>>(), [3, 2]);
    assert!(parts[0].is_disjoint(&parts[1]));
    // Filters come first.
    assert_eq!(files(&project, &["b.test", "--shard=1/1"]), BTreeSet::from(["b.test.ts".to_owned()]));
}

#[test]
fn parts_follow_the_recorded_durations() {
    let project = project();
    project.write("test/c.test.ts", &test_file(500));
    project.run(&["test", "--record-durations"]).expect(0);
    let record = project.json("wpt-durations.json");
    let took = |name: &str| record["files"][format!("test/{name}.test.ts")].as_u64().unwrap();
    assert!(took("c") >= 500, "{record}");

    // One record stands for what a machine under load might have measured.
    project.write(
        "wpt-durations.json",
        r#"{ "version": 1, "files": { "test/a.test.ts": 10, "test/b.test.ts": 20, "test/c.test.ts": 500, "test/gone.test.ts": 9 } }"#,
    );
    assert_eq!(files(&project, &["--shard=1/2"]), BTreeSet::from(["c.test.ts".to_owned()]));
    assert_eq!(files(&project, &["--shard=2/2"]).len(), 4);

    // Only what ran is recorded again, and what is gone is forgotten.
    project.run(&["test", "--record-durations", "a.test"]).expect(0);
    let record = project.json("wpt-durations.json");
    let names: Vec<&str> = record["files"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["test/a.test.ts", "test/b.test.ts", "test/c.test.ts"]);
    assert_eq!(record["files"]["test/c.test.ts"], 500);
}

#[test]
fn there_are_no_more_parts_than_files() {
    let project = project();
    let refused = project.run(&["test", "--shard=1/6"]).expect(2);
    insta::assert_snapshot!(refused.stderr.trim(), @"error: --shard=1/6: there are only 5 test files; have as many parts as test files at most, or pass --passWithNoTests");
    assert_eq!(
        ["1/6", "6/6"].map(|part| files(&project, &["--shard", part, "--passWithNoTests"]).len()),
        [1, 0]
    );
    let refused = project.run(&["test", "--shard=6"]).expect(2);
    insta::assert_snapshot!(refused.stderr.trim(), @"
    error: invalid value '6' for '--shard <INDEX/COUNT>': write the part and their number, for example `1/3`

    For more information, try '--help'.
    ");
}
