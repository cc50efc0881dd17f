//! What the command line of `wpt-gen test` takes, in groups; each group is documented where it is used.

use std::num::NonZeroUsize;

use clap::Args;

use super::{
    reporters::ReporterArguments, selection::SelectionArguments, shard::ShardArguments, watch::WatchArguments,
};
use crate::cli::{FormatArguments, ProjectArguments};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    #[command(flatten)]
    pub(super) output: FormatArguments,
    #[command(flatten)]
    pub(super) execution: ExecutionArguments,
    #[command(flatten)]
    pub(super) sharding: ShardArguments,
    #[command(flatten)]
    pub(super) reporting: ReporterArguments,
    #[command(flatten)]
    pub(super) watching: WatchArguments,
}

/// How tests are run.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct ExecutionArguments {
    /// Update snapshots: write new and changed ones, remove obsolete ones.
    #[arg(long, short = 'u')]
    pub(super) update: bool,
    /// Let test files share isolates: modules, globals and storage.
    #[arg(long = "no-isolate")]
    pub(super) no_isolate: bool,
    /// The most workerd processes at a time; one for each core if not given.
    #[arg(long, alias = "maxWorkers", value_name = "NUMBER")]
    pub(super) max_workers: Option<NonZeroUsize>,
    /// Refuse connections to other machines.
    #[arg(long)]
    pub(super) offline: bool,
    /// Print workerd's own log.
    #[arg(long)]
    pub(super) verbose: bool,
}
