//! What is run: the filters that were chosen, and what is known of earlier runs.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    super::{
        arguments::Arguments,
        suite::{Ran, TestFile},
    },
    prompt::Match,
};
use crate::{
    project::relative_path,
    report::model::{File, Rerun, TaskRef},
};

/// Files to run, and why.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) files: BTreeSet<TestFile>,
    pub(super) trigger: String,
}

/// The last result of each file.
#[derive(Clone, Default)]
pub(super) struct Results(BTreeMap<TestFile, File>);

impl Results {
    /// The tests that a pattern matches, with the suites that they are in.
    pub(super) fn tests_named(&self, pattern: &str) -> Vec<Match> {
        let Ok(pattern) = regress::Regex::new(pattern) else { return vec![] };
        let mut found = vec![];
        for file in self.0.values() {
            file.walk(&mut |task, above| {
                if let TaskRef::Test(test) = task
                    && pattern.find(&test.name).is_some()
                {
                    let names = above.iter().map(|suite| suite.name.as_str()).chain([test.name.as_str()]);
                    let shown = names.collect::<Vec<_>>().join(" > ");
                    found.push(Match { shown, value: escaped(&test.name) });
                }
            });
        }
        found
    }
}

/// What lasts from run to run.
pub(super) struct Choice {
    /// The command line, with the filters that were chosen since.
    pub(super) arguments: Arguments,
    /// The regular expression of the tests that are run, if one was chosen.
    pub(super) test_name_pattern: Option<String>,
    results: Results,
    /// How often each file was run again.
    times: BTreeMap<TestFile, usize>,
    /// Files with snapshots that no test asks for.
    obsolete: BTreeSet<Utf8PathBuf>,
    /// Whether the last run had snapshots that do not match.
    pub(super) has_wrong_snapshots: bool,
}

impl Choice {
    pub(super) fn new(arguments: &Arguments) -> Self {
        Self {
            arguments: arguments.clone(),
            test_name_pattern: None,
            results: Results::default(),
            times: BTreeMap::new(),
            obsolete: BTreeSet::new(),
            has_wrong_snapshots: false,
        }
    }

    /// Chooses tests; without a pattern all tests of all files, as in Vitest.
    pub(super) fn filter_tests(&mut self, pattern: Option<String>) {
        if pattern.is_none() {
            self.arguments.filter_by(vec![]);
        }
        self.test_name_pattern = pattern;
    }

    /// Takes over what a run has found.
    pub(super) fn add(&mut self, ran: &Ran) {
        let snapshots = ran.run.snapshots();
        self.has_wrong_snapshots = snapshots.unmatched > 0;
        self.obsolete.clear();
        if !snapshots.did_update {
            let files = &snapshots.unchecked_keys_by_file;
            self.obsolete.extend(files.iter().map(|file| file.file_path.clone()));
        }
        for file in ran.run.files() {
            let key = TestFile { project: file.project_name.clone(), path: file.filepath.clone() };
            self.results.0.insert(key, file.clone());
        }
    }

    /// Forgets the files that are not among `all`; gives those that it knew.
    pub(super) fn keep(&mut self, all: &BTreeSet<TestFile>) -> Vec<TestFile> {
        let gone: Vec<TestFile> =
            self.results.0.keys().filter(|file| !all.contains(*file)).cloned().collect();
        for file in &gone {
            self.results.0.remove(file);
            self.times.remove(file);
        }
        gone
    }

    /// The files that failed.
    pub(super) fn failed(&self) -> BTreeSet<TestFile> {
        let failed = self.results.0.iter().filter(|(_, file)| has_failed(file));
        failed.map(|(file, _)| file.clone()).collect()
    }

    /// The files whose snapshots `u` updates.
    pub(super) fn to_update(&self) -> BTreeSet<TestFile> {
        let obsolete = self.results.0.keys().filter(|file| self.obsolete.contains(&file.path)).cloned();
        self.failed().into_iter().chain(obsolete).collect()
    }

    /// Those of `files` that have a test whose name matches the pattern, as far as is known.
    pub(super) fn with_tests_named(&self, pattern: &str, files: BTreeSet<TestFile>) -> BTreeSet<TestFile> {
        let Ok(pattern) = regress::Regex::new(pattern) else { return files };
        let has_match = |file: &TestFile| {
            let Some(known) = self.results.0.get(file) else { return true };
            let (mut any, mut is_empty) = (false, true);
            known.walk(&mut |task, _| {
                is_empty = false;
                any |= pattern.find(task.name()).is_some();
            });
            any || is_empty
        };
        files.into_iter().filter(has_match).collect()
    }

    /// What is known of each file.
    pub(super) fn known(&self) -> Results {
        self.results.clone()
    }

    /// What is said of a run of these files.
    pub(super) fn rerun(&mut self, chosen: &Chosen, root: &Utf8Path) -> Rerun {
        for file in &chosen.files {
            *self.times.entry(file.clone()).or_default() += 1;
        }
        let mut only = chosen.files.iter();
        let times = match (only.next(), only.next()) {
            (Some(one), None) => self.times.get(one).copied(),
            _ => None,
        };
        let still_failing = self.failed().into_iter().filter(|file| !chosen.files.contains(file));
        let still_failing = still_failing.filter_map(|file| self.results.0.get(&file).cloned()).collect();
        let filters = self.arguments.filters();
        let mut choices = vec![];
        if !self.arguments.project.wanted.is_empty() {
            choices.push(("Project name", self.arguments.project.wanted.join(", ")));
        }
        if !filters.is_empty() {
            choices.push(("Filename pattern", filters.join(", ")));
        }
        if let Some(pattern) = &self.test_name_pattern {
            choices.push(("Test name pattern", format!("/{pattern}/")));
        }
        let trigger = match Utf8Path::new(&chosen.trigger) {
            path if path.is_absolute() => relative_path(root, path).into_string(),
            _ => chosen.trigger.clone(),
        };
        Rerun { trigger, times, choices, still_failing, clears_screen: false }
    }
}

/// Whether a file or one of its tests failed, or did not come to an end.
fn has_failed(file: &File) -> bool {
    file.has_failed() || file.is_unfinished()
}

/// A pattern that matches this text.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
