//! Every way the program can end.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// All is well: exit code 0.
    Success,
    /// Tests failed, or there were none: exit code 1.
    TestsFailed,
    /// Committed files are not what would be generated: exit code 1.
    Stale,
    /// The input or the usage is wrong; nothing was run: exit code 2.
    BadInput,
    /// The user interrupted the run: exit code 130, as shells have it.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::TestsFailed | Self::Stale => 1,
            Self::BadInput => 2,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
