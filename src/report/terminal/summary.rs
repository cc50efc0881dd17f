//! The last lines: how many passed, what became of the snapshots, how long it took.

use std::fmt::Write;

use super::{
    errors::relative,
    paint::{BOLD, CYAN, DIM, GREEN, GREY, RED, YELLOW, paint, time, title},
};
use crate::report::model::{Counts, Run, SnapshotSummary};

pub(super) fn summary(run: &Run, text: &mut String) {
    text.push('\n');
    let snapshots = snapshot_lines(run, run.snapshots());
    for (index, line) in snapshots.iter().enumerate() {
        let _ = writeln!(text, "{} {line}", title(if index == 0 { "Snapshots" } else { "" }));
    }
    if snapshots.len() > 1 {
        text.push('\n');
    }
    let _ = writeln!(text, "{} {}", title("Test Files"), counts(&run.file_counts()));
    let _ = writeln!(text, "{} {}", title("Tests"), counts(&run.test_counts()));
    let errors = run.errors().len();
    if errors > 0 {
        let ending = if errors > 1 { "s" } else { "" };
        let _ =
            writeln!(text, "{} {}", title("Errors"), paint(RED.bold(), format!("{errors} error{ending}")));
    }
    let _ = writeln!(text, "{} {}", title("Start at"), start_time(run));
    let phases = run.durations().phases();
    let shares = phases.iter().map(|phase| format!("{} {:.0}%", phase.name, phase.percent.round().max(1.0)));
    let shares = shares.collect::<Vec<_>>().join(", ");
    let shares = if shares.is_empty() { shares } else { paint(DIM, format!(" ({shares})")) };
    let duration = time(run.duration().as_secs_f64() * 1000.0);
    let _ = writeln!(text, "{} {duration}{shares}\n", title("Duration"));
}

/// Local time, as `12:00:00`.
pub(super) fn start_time(run: &Run) -> String {
    let zone = jiff::tz::TimeZone::system();
    jiff::Timestamp::try_from(run.started_at())
        .map(|time| time.to_zoned(zone).strftime("%H:%M:%S").to_string())
        .unwrap_or_default()
}

/// `1 failed | 2 passed (3)`.
fn counts(counts: &Counts) -> String {
    if counts.total == 0 {
        return paint(DIM, "no tests");
    }
    let parts = [
        (counts.failed, RED.bold(), "failed"),
        (counts.passed, GREEN.bold(), "passed"),
        (counts.expected_fail, CYAN, "expected fail"),
        (counts.skipped, YELLOW, "skipped"),
        (counts.todo, GREY, "todo"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, style, word)| paint(style, format!("{count} {word}"))).collect();
    format!("{}{}", parts.join(&paint(DIM, " | ")), paint(GREY, format!(" ({})", counts.total)))
}

fn snapshot_lines(run: &Run, snapshots: &SnapshotSummary) -> Vec<String> {
    let root = &run.options().root;
    let mut lines = Vec::new();
    let mut count = |count: u64, style: anstyle::Style, words: &str| {
        if count > 0 {
            lines.push(paint(style.bold(), format!("{count} {words}")));
        }
        count > 0
    };
    let removed =
        |gone: &'static str| if snapshots.did_update { (GREEN, gone) } else { (YELLOW, "obsolete") };
    count(snapshots.added, GREEN, "written");
    count(snapshots.unmatched, RED, "failed");
    count(snapshots.updated, GREEN, "updated");
    let (style, word) = removed("removed");
    count(snapshots.files_removed, style, &format!("files {word}"));
    for (index, file) in snapshots.files_removed_list.iter().enumerate() {
        let sign = if index == 0 { "↳" } else { "  ·" };
        lines.push(format!("{} {}", paint(GREY, sign), file_name(&relative(file.as_str(), root))));
    }
    if snapshots.unchecked > 0 {
        lines.push(paint(style.bold(), format!("{} {word}", snapshots.unchecked)));
        for file in &snapshots.unchecked_keys_by_file {
            lines.push(format!(
                "{} {}",
                paint(GREY, "↳"),
                file_name(&relative(file.file_path.as_str(), root))
            ));
            lines.extend(file.keys.iter().map(|key| format!("  {} {key}", paint(GREY, "·"))));
        }
    }
    lines
}

/// The path with what matters in bold: no folder, no ending.
fn file_name(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or((".", path), |(folder, name)| (folder, name));
    let stem =
        [".test.", ".spec."].iter().filter_map(|ending| name.rfind(ending)).max().unwrap_or(name.len());
    let (stem, ending) = name.split_at(stem);
    paint(DIM, format!("{folder}/")) + &paint(BOLD, stem) + &paint(DIM, ending)
}
