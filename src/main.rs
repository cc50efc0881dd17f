//! The `wpt-gen` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wpt_gen::cli::run(std::env::args_os())
}
