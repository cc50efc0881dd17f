//! The job's summary, in Markdown.

use std::fmt::Write;

use camino::Utf8Path;

use super::{FileLinks, SummaryOptions};
use crate::{
    project::relative_path,
    report::model::{Counts, File, Run, State, TestCase},
};

const TITLE: &str = "Vitest Test Report";

pub(super) fn summary(run: &Run, options: &SummaryOptions) -> String {
    let mut text = String::new();
    let _ = write!(text, "## {}\n\n### Summary\n\n", title(run, options));
    let files = run.files().iter().filter_map(|file| file.result.as_ref().map(|result| result.state));
    let files: Vec<_> = files.collect();
    let count = |state| files.iter().filter(|one| **one == state).count();
    let (failed, passed) = (count(State::Fail), count(State::Pass));
    let parts = [failures("❌", failed, "failure"), passes(passed)];
    let _ = writeln!(text, "- **Test Files**: {}", joined(parts, failed + passed));
    let Counts { failed, passed, expected_fail, skipped, todo, .. } = run.test_counts();
    let parts = [
        failures("❌", failed, "failure"),
        passes(passed),
        failures("🔵", expected_fail, "expected failure"),
    ];
    let _ = writeln!(text, "- **Test Results**: {}", joined(parts, failed + passed + expected_fail));
    if skipped + todo > 0 {
        let parts = [(skipped, "skip"), (todo, "todo")];
        let parts =
            parts.map(|(count, word)| (count > 0).then(|| format!("{count} {word}{}", plural(count, "s"))));
        let _ = writeln!(text, "- **Other**: {}", joined(parts, skipped + todo));
    }
    flaky_tests(run, &options.file_links, &mut text);
    text
}

fn title(run: &Run, options: &SummaryOptions) -> String {
    if run.options().vitest_major() < 5 {
        return TITLE.to_owned();
    }
    match (&options.title, run.options().projects.as_slice()) {
        (Some(title), _) => title.clone(),
        (None, [project]) if !project.name.is_empty() => format!("({}) {TITLE}", project.name),
        _ => TITLE.to_owned(),
    }
}

fn failures(sign: &str, count: usize, word: &str) -> Option<String> {
    (count > 0).then(|| format!("{sign} **{count} {word}{}**", plural(count, "s")))
}

fn passes(count: usize) -> Option<String> {
    (count > 0).then(|| format!("✅ **{count} pass{}**", plural(count, "es")))
}

fn plural(count: usize, ending: &str) -> &str {
    if count == 1 { "" } else { ending }
}

fn joined(parts: impl IntoIterator<Item = Option<String>>, total: usize) -> String {
    let parts = parts.into_iter().flatten().chain([format!("{total} total")]);
    parts.collect::<Vec<_>>().join(" · ")
}

/// A test that passed after it had failed.
struct Flaky<'a> {
    case: TestCase<'a>,
    retries: u32,
    allowed: f64,
}

impl Flaky<'_> {
    fn ratio(&self) -> f64 {
        f64::from(self.retries) / self.allowed
    }
}

fn flaky_tests(run: &Run, links: &FileLinks, text: &mut String) {
    let mut is_first = true;
    for file in run.files() {
        let mut flaky = flaky_in(file);
        if flaky.is_empty() {
            continue;
        }
        if std::mem::take(&mut is_first) {
            text.push_str("\n### Flaky Tests\n\nThese tests passed only after one or more retries, indicating potential instability.\n");
        }
        flaky.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
        let _ = writeln!(text, "\n##### `{}` ({} flaky tests)", file.name, flaky.len());
        for one in flaky {
            let name = format!("`{}`", one.case.full_name(" > "));
            let line = one.case.test.location.map(|location| location.line);
            let name = match link(links, &file.filepath, line) {
                Some(url) => format!("[{name}]({url})"),
                None => name,
            };
            let retries = format!("passed on retry {} out of {}", one.retries, one.allowed);
            let bold = if one.ratio() >= 0.8 { "**" } else { "" };
            let _ = write!(text, "\n- {name} ({bold}{retries}{bold})");
        }
        text.push('\n');
    }
}

fn flaky_in(file: &File) -> Vec<Flaky<'_>> {
    let tests = file.cases().into_iter().filter_map(|case| {
        let result = case.test.result.as_ref()?;
        let retries = result.retry_count;
        let declared = case.test.retry.as_f64().or_else(|| case.test.retry["count"].as_f64());
        let allowed = declared.unwrap_or(f64::from(retries));
        (retries > 0 && result.state == State::Pass).then_some(Flaky { case, retries, allowed })
    });
    tests.collect()
}

fn link(links: &FileLinks, file: &Utf8Path, line: Option<u32>) -> Option<String> {
    let FileLinks {
        repository: Some(repository),
        commit_hash: Some(commit),
        workspace_path: Some(workspace),
    } = links
    else {
        return None;
    };
    let line = line.map_or_else(String::new, |line| format!("#L{line}"));
    Some(format!("https://github.com/{repository}/blob/{commit}/{}{line}", relative_path(workspace, file)))
}
