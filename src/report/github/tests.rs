use std::fs;

use camino::Utf8Path;

use super::{FileLinks, GithubOptions, GithubReporter, SummaryOptions, workflow_command};
use crate::report::sample::{Recording, VITEST_4, VITEST_5, assert_same, root};

fn is_the_same(recording: &Recording) {
    let folder = tempfile::tempdir().unwrap();
    let summary = Utf8Path::from_path(folder.path()).unwrap().join("summary.md");
    let file_links = FileLinks {
        repository: Some("owner/sample".into()),
        commit_hash: Some("0123abc".into()),
        workspace_path: Some(root()),
    };
    let job_summary =
        SummaryOptions { output_path: Some(summary.clone()), file_links, ..SummaryOptions::default() };
    let options = GithubOptions { job_summary, ..GithubOptions::default() };
    let (ours, theirs) = recording.both("github-actions", GithubReporter::new(options));
    let ours = if recording.is_vitest_4() { Recording::as_vitest_4_writes_it(&ours) } else { ours };
    assert_same(&ours, &Recording::as_we_show_it(&theirs));
    assert_eq!(fs::read_to_string(&summary).unwrap(), recording.written("github-summary"));
}

#[test]
fn is_what_vitest_5_writes() {
    is_the_same(&VITEST_5);
}

#[test]
fn is_what_vitest_4_writes() {
    is_the_same(&VITEST_4);
}

#[test]
fn properties_and_messages_are_escaped() {
    let command =
        workflow_command("error", &[("file", "C:\\a,b"), ("title", "50%")], "one\ntwo: \u{1b}[31m3\u{1b}[0m");
    assert_eq!(command, "::error file=C%3A\\a%2Cb,title=50%25::one%0Atwo: 3");
}
