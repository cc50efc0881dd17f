//! Console output of user code, as Vitest's worker batches it.

use serde::Deserialize;

/// Which stream it was written to.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// `console.log` and the like.
    Stdout,
    /// `console.error` and `console.warn`.
    Stderr,
}

impl Stream {
    /// `stdout` or `stderr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// What was written, in one go, by one task.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsoleLog {
    /// The stream.
    #[serde(rename = "type")]
    pub stream: Stream,
    /// The text with its line ends.
    pub content: String,
    /// The task that wrote it; `None` or an unknown id for code outside of tests.
    #[serde(default)]
    pub task_id: Option<String>,
    /// The stack of the call, if the config asks for traces.
    #[serde(default)]
    pub origin: Option<String>,
}
