//! How a run of `wpt-gen` ended, with everything taken out that differs from run to run.

use std::{fmt, process::ExitStatus, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use super::REPOSITORY;

/// The end of a run.
pub(crate) struct Outcome {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// As it was written, but for what [`redacted`] replaces.
    pub(crate) stdout: String,
    /// As it was written, but for what [`redacted`] replaces.
    pub(crate) stderr: String,
    raw_stdout: String,
}

impl Outcome {
    pub(super) fn new(status: ExitStatus, stdout: String, stderr: &str, root: &str) -> Self {
        Self {
            code: status.code(),
            stdout: redacted(&stdout, root),
            stderr: redacted(stderr, root),
            raw_stdout: stdout,
        }
    }

    /// Fails unless the run ended with this exit code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit code {code}\n{self}");
        self
    }

    /// The lines of stdout that contain `part`, without the space around them.
    pub(crate) fn lines_with(&self, part: &str) -> Vec<&str> {
        self.stdout.lines().filter(|line| line.contains(part)).map(str::trim).collect()
    }

    /// What is shown from the first failure on.
    #[track_caller]
    pub(crate) fn shown_failures(&self) -> &str {
        let start = self.stdout.find("⎯⎯").unwrap_or_else(|| panic!("no failure is shown\n{self}"));
        &self.stdout[start..]
    }

    /// The last words of Vitest's summary: how many files, how many tests.
    pub(crate) fn summary(&self) -> String {
        let line = |name: &str| {
            let line = self.stdout.lines().map(str::trim).find(|line| line.starts_with(name));
            line.map_or("", |line| line[name.len()..].trim()).to_owned()
        };
        format!("files: {}; tests: {}", line("Test Files "), line("Tests "))
    }

    /// Stdout as JSON: the whole of it.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.raw_stdout).unwrap_or_else(|error| panic!("not JSON: {error}\n{self}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit code {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.trim().is_empty() {
                writeln!(f, "----- {name}\n{}", text.trim_matches('\n'))?;
            }
        }
        Ok(())
    }
}

/// `text` with the places of things, times and durations replaced.
pub(crate) fn redacted(text: &str, root: &str) -> String {
    static VARIABLE: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
        [
            (r"(?m)^( +Start at +).*$", "${1}<time>"),
            (r"(?m)^( +Duration +).*$", "${1}<duration>"),
            (r"\b\d+(\.\d+)?m?s$", "<duration>"),
            (r"/dev/shm/wpt-gen-[^/\s]+", "<run>"),
        ]
        .map(|(pattern, replacement)| (Regex::new(pattern).unwrap(), replacement))
    });
    let text = text.replace(root, "<root>").replace(REPOSITORY, "<repository>");
    let lines = text.split_inclusive('\n').map(|line| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let line = VARIABLE.iter().fold(line.to_owned(), |line, (pattern, replacement)| {
            pattern.replace_all(&line, *replacement).into_owned()
        });
        line.trim_end().to_owned() + end
    });
    lines.collect()
}
