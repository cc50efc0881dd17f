//! The `dot` reporter: a character for each test.

use super::paint::{GREEN, GREY, RED, YELLOW, paint};
use crate::report::model::{State, TestCase};

/// The character of a test that is over.
pub(super) fn dot(case: &TestCase<'_>) -> String {
    match case.outcome() {
        Some(State::Pass) => paint(GREEN, "·"),
        Some(State::Fail) => paint(RED, "x"),
        Some(State::Skip) => paint(GREY.dimmed(), "-"),
        _ => paint(YELLOW, "*"),
    }
}
