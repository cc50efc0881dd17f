//! Why nothing was run.

use crate::{
    cli::{Exit, Problems},
    diagnostic::Diagnostics,
};

/// Why nothing was run.
pub(super) enum Stop {
    Diagnostics(Diagnostics),
    Message(String),
    /// A global setup failed, or the Vitest config's process.
    SetUp(String),
    Cancelled,
}

impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Message(error.to_string())
    }
}

impl Stop {
    /// Prints it, and says how the program ends.
    pub(super) fn print(&self, problems: &Problems) -> Exit {
        match self {
            Self::Diagnostics(diagnostics) => {
                problems.print(diagnostics);
                Exit::BadInput
            }
            Self::Message(message) => {
                problems.error(message);
                Exit::BadInput
            }
            Self::SetUp(message) => {
                problems.error(message);
                Exit::TestsFailed
            }
            Self::Cancelled => Exit::Interrupted,
        }
    }
}
