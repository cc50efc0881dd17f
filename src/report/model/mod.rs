//! The state of a run: files, suites and tests with their results, and what is derived from them.

mod counts;
mod durations;
mod error;
mod log;
mod options;
mod run;
mod snapshots;
mod task;
#[cfg(test)]
mod tests;

pub use counts::Counts;
pub use durations::{Durations, Phase};
pub use error::TestError;
pub use log::{ConsoleLog, Stream};
pub use options::{Project, Rerun, RunOptions, Silent};
pub use run::{CallError, Progress, Run, UnhandledError};
pub use snapshots::{ObsoleteKeys, SnapshotSummary};
pub use task::{
    Annotation, Attempt, File, Location, Mode, Place, State, Suite, Task, TaskRef, TaskResult, Test, TestCase,
};

use serde::{Deserialize, Deserializer};

/// Reads `null` as the type's default: messages carry `null` where JavaScript has `undefined`.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
