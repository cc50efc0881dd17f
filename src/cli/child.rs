//! The hidden command that starts workerd so that it ends with us.

use clap::Args;

use super::{Exit, print_error};
use crate::runtime::launch::become_child;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The process id of the parent.
    parent: u32,
    /// The program.
    program: String,
    /// Its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let error = become_child(arguments.parent, &arguments.program, &arguments.rest);
    print_error(&format!("cannot run {}: {error}", arguments.program));
    Exit::BadInput
}
