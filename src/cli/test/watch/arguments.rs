//! What the command line says about watching.

use clap::Args;

use super::super::arguments::Arguments;

/// Whether more runs follow the first.
#[derive(Clone, Debug, Args)]
pub(in crate::cli::test) struct WatchArguments {
    /// Run tests again when the files change that they are made of.
    #[arg(long, short = 'w')]
    pub(in crate::cli::test) watch: bool,
}

impl Arguments {
    /// The same with watch mode on.
    pub(in crate::cli) fn watching(&self) -> Self {
        let mut arguments = self.clone();
        arguments.watching.watch = true;
        arguments
    }
}
