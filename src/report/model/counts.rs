//! How many tasks ended how, counted as Vitest's summary does.

use super::{Mode, State, TaskRef};

/// The numbers of one summary line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Failed.
    pub failed: usize,
    /// Passed, without those that were expected to fail.
    pub passed: usize,
    /// Passed by failing (`test.fails`).
    pub expected_fail: usize,
    /// Skipped, by declaration or by itself.
    pub skipped: usize,
    /// Not yet written.
    pub todo: usize,
    /// All, those without a result included.
    pub total: usize,
}

impl Counts {
    pub(super) fn add(&mut self, task: TaskRef<'_>) {
        self.total += 1;
        match task.state() {
            Some(State::Fail) => self.failed += 1,
            Some(State::Pass) if matches!(task, TaskRef::Test(test) if test.fails) => self.expected_fail += 1,
            Some(State::Pass) => self.passed += 1,
            _ => {}
        }
        match task.mode() {
            Mode::Skip => self.skipped += 1,
            Mode::Todo => self.todo += 1,
            _ => {}
        }
    }
}
