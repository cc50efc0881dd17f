//! Reporters, several at once, and where they write; blobs, which real Vitest merges.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Project;

/// Files that pass, fail, skip and print.
fn project() -> Project {
    Project::worker()
        .file(
            "test/sums.test.ts",
            "import { describe, expect, it } from 'vitest';

describe('sums', () => {
  it('adds', () => expect(1 + 1).toBe(2));
  it('is wrong', () => expect(1 + 1).toBe(3));
  it.skip('is skipped', () => {});
});
",
        )
        .file(
            "test/words.test.ts",
            "import { expect, it } from 'vitest';

it('says', async ({ annotate }) => {
  console.log('said');
  await annotate('look here', 'warning');
  expect('word').toContain('o');
});
",
        )
}

fn with_reporters(reporters: &str) -> Project {
    let project = project();
    let config = project.read("vitest.config.ts").replace("test: {}", &format!("test: {{ {reporters} }}"));
    project.write("vitest.config.ts", &config);
    project
}

/// Without times, and with the files in one order.
fn timeless(text: &str) -> String {
    let pattern = r#"(?m)( time=| timestamp=| hostname=)"[^"]*"| *# time=\S+"#;
    regex::Regex::new(pattern).unwrap().replace_all(text, "$1").into_owned()
}

#[test]
fn several_write_to_their_own_places() {
    let project = with_reporters(
        "reporters: ['dot', ['junit', { suiteName: 'the suite', classnameTemplate: '{basename}', addFileAttribute: true }], 'json', 'tap-flat'], outputFile: { json: 'out/report.json' }",
    );
    let outcome =
        project.run(&["test", "--outputFile.junit=out/deep/junit.xml", "--max-workers=1"]).expect(1);
    let report: Value = serde_json::from_str(&project.read("out/report.json")).unwrap();
    assert_eq!((&report["numTotalTests"], &report["numFailedTests"]), (&4.into(), &1.into()));
    assert_snapshot!(timeless(&project.read("out/deep/junit.xml")), @r#"
    <?xml version="1.0" encoding="UTF-8" ?>
    <testsuites name="the suite" tests="4" failures="1" errors="0" time=>
        <testsuite name="test/sums.test.ts" timestamp= hostname= tests="3" failures="1" errors="0" skipped="1" time=>
            <testcase classname="sums.test.ts" file="test/sums.test.ts" name="sums &gt; adds" time=>
            </testcase>
            <testcase classname="sums.test.ts" file="test/sums.test.ts" name="sums &gt; is wrong" time=>
                <failure message="expected 2 to be 3 // Object.is equality" type="AssertionError">
    AssertionError: expected 2 to be 3 // Object.is equality

    - Expected
    + Received

    - 3
    + 2

     ❯ test/sums.test.ts:5:38
                </failure>
            </testcase>
            <testcase classname="sums.test.ts" file="test/sums.test.ts" name="sums &gt; is skipped" time=>
                <skipped/>
            </testcase>
        </testsuite>
        <testsuite name="test/words.test.ts" timestamp= hostname= tests="1" failures="0" errors="0" skipped="0" time=>
            <testcase classname="words.test.ts" file="test/words.test.ts" name="says" time=>
                <system-out>
    said

                </system-out>
                <properties>
                    <property name="warning" value="look here">
                    </property>
                </properties>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
    for line in
        ["JSON report written to <root>/out/report.json", "JUNIT report written to <root>/out/deep/junit.xml"]
    {
        assert!(outcome.stdout.contains(line), "{outcome}");
    }
    assert!(outcome.stdout.contains("TAP version 13\n1..4\n"), "{outcome}");
}

#[test]
fn the_command_line_wins_and_keeps_options() {
    let project = with_reporters("reporters: ['verbose', ['json', { outputFile: 'mine.json' }]]");
    let outcome = project.run(&["test", "--reporter=json", "--reporter", "json", "words"]).expect(0);
    assert_snapshot!(outcome, @"
    exit code 0
    ----- stdout
    JSON report written to <root>/mine.json
    ");
    assert!(project.has("mine.json"));
    let lines = project.run(&["test", "words"]).expect(0).stdout;
    let lines: Vec<_> = lines.lines().skip_while(|line| !line.contains('|')).take(9).collect();
    assert_snapshot!(lines.join("\n"), @"
    stdout | test/words.test.ts > says
    said

     ✓ test/words.test.ts > says <duration>

       ❯ test/words.test.ts:5:9 warning
         ↳ look here
    ");
}

#[test]
fn what_is_vitests_alone_is_refused_or_left_out() {
    let project = with_reporters("reporters: ['html', './mine.ts', { onInit() {} }, 'tap']");
    assert_snapshot!(timeless(&project.run(&["test", "words"]).expect(0).to_string()), @"
    exit code 0
    ----- stdout
    TAP version 13
    1..1
    ok 1 - test/words.test.ts {
        1..1
        ok 1 - says
            # warning: look here
    }
    ----- stderr
    warning: there is no reporter `html` here: use `vitest --reporter=html` with `wpt-gen/vitest`; it is left out
    warning: there is no reporter `./mine.ts` here: use `vitest --reporter=./mine.ts` with `wpt-gen/vitest`; it is left out
    warning: a reporter that is an object is left out: use `vitest` with `wpt-gen/vitest`
    ");
    assert_snapshot!(project.run(&["test", "--reporter=html"]).expect(2), @"
    exit code 2
    ----- stderr
    error: there is no reporter `html` here: use `vitest --reporter=html` with `wpt-gen/vitest`
    ");
}

#[test]
fn github_is_told_where_tests_failed() {
    let project = project();
    let summary = project.root().join("summary.md");
    let command = project.command(&["test"]).env("GITHUB_ACTIONS", "true");
    let outcome = command.env("GITHUB_STEP_SUMMARY", summary.as_str()).run().expect(1);
    assert_snapshot!(outcome.lines_with("::").join("\n"), @"
    ::warning file=<root>/test/words.test.ts,line=5,column=9::look here
    ::error file=<root>/test/sums.test.ts,title=test/sums.test.ts > sums > is wrong,line=5,column=38::AssertionError: expected 2 to be 3 // Object.is equality%0A%0A- Expected%0A+ Received%0A%0A- 3%0A+ 2%0A%0A ❯ test/sums.test.ts:5:38%0A%0A
    ");
    assert_snapshot!(project.read("summary.md"), @"
    ## Vitest Test Report

    ### Summary

    - **Test Files**: ❌ **1 failure** · ✅ **1 pass** · 2 total
    - **Test Results**: ❌ **1 failure** · ✅ **2 passes** · 3 total
    - **Other**: 1 skip · 1 total
    ");
}

/// Runs both halves of the suite, merges their blobs with the project's Vitest, and gives its JSON report.
fn merged(project: &Project, folder: &str) -> Value {
    for shard in ["1/2", "2/2"] {
        let outcome = project.run(&["test", "--reporter=blob", "--shard", shard]);
        assert!(outcome.stdout.contains("blob report written to <root>/"), "{outcome}");
    }
    for file in ["blob-1-2.json", "blob-2-2.json"] {
        assert!(project.has(&format!("{folder}/{file}")), "{file}");
    }
    project.write("merge.config.mts", "export default {};\n");
    let merge = [
        "--merge-reports",
        "--config=merge.config.mts",
        "--reporter=default",
        "--reporter=json",
        "--outputFile=merged.json",
    ];
    let outcome = project.vitest(&merge).run().expect(1);
    assert_eq!(
        outcome.summary(),
        "files: 1 failed | 1 passed (2); tests: 1 failed | 2 passed | 1 skipped (4)",
        "{outcome}"
    );
    assert!(outcome.stdout.contains("stdout | test/words.test.ts > says\nsaid\n"), "{outcome}");
    assert!(outcome.stderr.contains("❯ test/sums.test.ts:5:38\n      3| "), "{outcome}");
    serde_json::from_str(&project.read("merged.json")).unwrap()
}

#[test]
fn blobs_are_merged_by_vitest() {
    let project = project();
    let merged = merged(&project, ".vitest/blob");
    project.run(&["test", "--reporter=json", "--outputFile=own.json"]).expect(1);
    let own: Value = serde_json::from_str(&project.read("own.json")).unwrap();
    let comparable = |report: &Value| {
        let mut files = report["testResults"].as_array().unwrap().clone();
        files.sort_by_key(|file| file["name"].to_string());
        for file in &mut files {
            for key in ["startTime", "endTime"] {
                file[key].take();
            }
            for test in file["assertionResults"].as_array_mut().unwrap() {
                test["duration"].take();
                for message in test["failureMessages"].as_array_mut().unwrap() {
                    // Of our runner's frames a blob has none.
                    let lines = message.as_str().unwrap().lines().filter(|line| !line.contains("wpt:"));
                    *message = lines.collect::<Vec<_>>().join("\n").into();
                }
            }
        }
        files
    };
    assert_eq!(comparable(&merged), comparable(&own));
}

#[test]
fn blobs_are_merged_by_vitest_4() {
    let merged = merged(&project().with_vitest_4(), ".vitest-reports");
    assert_eq!((&merged["numTotalTests"], &merged["numFailedTests"]), (&4.into(), &1.into()));
}
