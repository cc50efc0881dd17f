//! Compatibility dates and flags of Workers.
//!
//! What a flag is called, when it became the default and what implies it is a table taken from workerd itself. The Worker
//! runs with its own flags. A flag is added only where the tests need it, with a reason, and never one that the date
//! already implies: workerd complains about those.

mod check;
mod installed;
mod known;
mod needs;
mod node;
mod schema;
mod table;
#[cfg(test)]
mod table_tests;

use crate::{
    config::origin::Origin,
    diagnostic::Diagnostic,
    plan::{DefaultFlag, Flag},
};

pub use check::check;
pub use installed::Workerd;
pub use known::{Settings, is_experimental};
pub use needs::{Needs, NodeNeed, flags};
pub use node::{Node, Provided};

/// A flag as the user gives it to a Worker.
#[derive(Clone, Debug)]
pub struct OwnFlag {
    /// The flag.
    pub flag: Flag,
    /// Where it is written, if that is known.
    pub origin: Option<Origin>,
}

impl OwnFlag {
    fn label(&self, diagnostic: Diagnostic, text: &str) -> Diagnostic {
        match &self.origin {
            Some(origin) => origin.label(diagnostic, text),
            None => diagnostic,
        }
    }
}

/// The flags of a Worker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Those that it runs with.
    pub used: Vec<Flag>,
    /// Those that it was given and that its date has turned on already.
    pub defaults: Vec<DefaultFlag>,
}
