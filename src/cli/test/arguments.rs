//! What the command line of `wpt-gen test` takes, in groups; each group is documented where it is used.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};

use super::{reporters::ReporterArguments, selection::SelectionArguments, shard::ShardArguments};
use crate::cli::{FormatArguments, ProjectArguments};

#[derive(Debug, Args)]
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
}

/// How tests are run.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct ExecutionArguments {
    /// Update snapshots: write new and changed ones, remove obsolete ones.
    #[arg(long, short = 'u')]
    pub(super) update: bool,
    /// What a test file has of its own: `worker` is an isolate, `slot` modules, globals and storage in an isolate that is used
    /// again.
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "slot",
        overrides_with = "no_isolate"
    )]
    pub(super) isolate: Option<IsolateArgument>,
    /// Let test files share modules, globals and storage.
    #[arg(long = "no-isolate", overrides_with = "isolate")]
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

/// Values of `--isolate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum IsolateArgument {
    #[value(alias = "true")]
    Slot,
    Worker,
    /// The same as `--no-isolate`.
    #[value(hide = true)]
    False,
}

/// What test files have of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isolation {
    /// Nothing.
    None,
    /// Modules, globals and storage.
    Slot,
    /// An isolate.
    Worker,
}

impl ExecutionArguments {
    /// What the command line says of isolation, or the Vitest config if that says nothing: `isolate` of it.
    pub(super) fn isolation(&self, configured: bool) -> Isolation {
        match (self.no_isolate, self.isolate) {
            (true, _) | (false, Some(IsolateArgument::False)) => Isolation::None,
            (false, Some(IsolateArgument::Worker)) => Isolation::Worker,
            (false, Some(IsolateArgument::Slot)) => Isolation::Slot,
            (false, None) => {
                if configured {
                    Isolation::Slot
                } else {
                    Isolation::None
                }
            }
        }
    }
}
