//! What a run is told before it starts.

use std::sync::Arc;

use camino::Utf8PathBuf;
use serde_json::Value;

use super::File;
use crate::report::frames::SourceMaps;

/// A Vitest project; most repositories have one, without a name.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Its name; empty for none.
    pub name: String,
    /// The background colour of its label, one of the eight ANSI names.
    pub colour: Option<String>,
    /// Globs of test files, told to the user when nothing matched.
    pub include: Vec<String>,
    /// Globs of what is none.
    pub exclude: Vec<String>,
}

/// Vitest's `silent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Silent {
    /// All console output is shown, as it comes.
    #[default]
    No,
    /// None is.
    Yes,
    /// That of failed tests is, once they failed.
    PassedOnly,
}

/// What a run of watch mode is that is not the first.
#[derive(Clone, Debug, Default)]
pub struct Rerun {
    /// The file that has changed, or what was asked for.
    pub trigger: String,
    /// How often the file has been run again, if it is one.
    pub times: Option<usize>,
    /// What was chosen while watching: of each a title, and what it is.
    pub choices: Vec<(&'static str, String)>,
    /// Files that have failed and are not run now.
    pub still_failing: Vec<File>,
    /// Whether the screen is cleared first.
    pub clears_screen: bool,
}

/// The settings that a report or the exit code depends on.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of Vitest's of its own")]
pub struct RunOptions {
    /// The project's root, absolute.
    pub root: Utf8PathBuf,
    /// The version of the project's Vitest, without a `v`.
    pub vitest_version: String,
    /// All projects of the run.
    pub projects: Vec<Project>,
    /// The file filters of the command line.
    pub filters: Vec<String>,
    /// Whether a run without test files is a good one.
    pub pass_with_no_tests: bool,
    /// Whether unhandled errors leave the exit code alone.
    pub dangerously_ignore_unhandled_errors: bool,
    /// Milliseconds from which on a test counts as slow.
    pub slow_test_threshold: f64,
    /// Whether skipped tests are left out of the listing.
    pub hide_skipped_tests: bool,
    /// Whether snapshots are being updated (`-u`), obsolete ones removed.
    pub update_snapshots: bool,
    /// Whose console output is shown.
    pub silent: Silent,
    /// Whether more runs may follow.
    pub watch: bool,
    /// What kind of run it is, if it follows others.
    pub rerun: Option<Rerun>,
    /// What decides the order of what runs in a random order, if something does.
    pub seed: Option<Value>,
    /// Maps positions in compiled modules to those in the sources.
    pub source_maps: Option<Arc<dyn SourceMaps>>,
}

impl RunOptions {
    /// The first number of Vitest's version; that of the newest known where it is none.
    pub fn vitest_major(&self) -> u32 {
        self.vitest_version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(5)
    }

    /// Vitest's defaults for a project in `root`.
    pub fn new(root: Utf8PathBuf) -> Self {
        Self {
            root,
            vitest_version: String::new(),
            projects: vec![Project::default()],
            filters: Vec::new(),
            pass_with_no_tests: false,
            dangerously_ignore_unhandled_errors: false,
            slow_test_threshold: 300.0,
            hide_skipped_tests: false,
            update_snapshots: false,
            silent: Silent::No,
            watch: false,
            rerun: None,
            seed: None,
            source_maps: None,
        }
    }
}
