//! What the command line of `wpt-gen test` takes, in groups; each group is documented where it is used.

use clap::Args;

use super::{flags::Flags, reporters::ReporterArguments, shard::ShardArguments, watch::WatchArguments};
use crate::cli::{FormatArguments, ProjectArguments, inspect::InspectArguments};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Run only test files whose path contains one of these; `path:line` runs only the test or suite there.
    filters: Vec<String>,
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    #[command(flatten)]
    pub(super) output: FormatArguments,
    #[command(flatten)]
    pub(super) execution: ExecutionArguments,
    #[command(flatten)]
    pub(super) sharding: ShardArguments,
    #[command(flatten)]
    pub(super) debugging: InspectArguments,
    #[command(flatten)]
    pub(super) reporting: ReporterArguments,
    #[command(flatten)]
    pub(super) watching: WatchArguments,
    // The last: what the others define is not its own.
    #[command(flatten)]
    pub(super) flags: Flags,
}

impl Arguments {
    /// The file filters.
    pub(super) fn filters(&self) -> Vec<String> {
        self.filters.iter().chain(self.flags.filters()).cloned().collect()
    }

    /// Takes other file filters instead.
    pub(super) fn filter_by(&mut self, filters: Vec<String>) {
        self.flags.forget_filters();
        self.filters = filters;
    }
}

/// How tests are run, besides Vitest's own flags.
#[derive(Clone, Debug, Args)]
pub(super) struct ExecutionArguments {
    /// Refuse connections to other machines.
    #[arg(long)]
    pub(super) offline: bool,
    /// Print workerd's own log.
    #[arg(long)]
    pub(super) verbose: bool,
}
