//! Emitters: everything that is written from a [`Plan`](crate::plan::Plan).
//!
//! [`binary`] and [`text`] are two forms of one Cap'n Proto message, so they cannot differ; [`json`] is the plan itself,
//! [`summary`] is the page for reviewers, and [`graph`] draws the services. None of them writes an absolute path, a time or a secret.

pub mod binary;
pub mod graph;
pub mod json;
pub mod summary;
pub mod text;

mod definitions;
mod identifier;
mod layout;
mod literal;
mod message;
mod notes;
mod print;
mod products;
mod reach;
mod schema;
#[cfg(test)]
mod tests;

use camino::Utf8PathBuf;
use thiserror::Error;

use crate::plan::InstantiateError;

/// A plan that no configuration can be made from.
///
/// All but [`EmitError::Read`] are mistakes of whatever made the plan, not of the user.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EmitError {
    /// A generated module is missing.
    #[error("cannot read the module {path}; expected a file that `wpt-gen gen` wrote, so run it again")]
    Read {
        /// Relative to `.wpt/modules`.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Bytes where the configuration has text.
    #[error("the module {path} is not valid UTF-8 (byte {offset}); import it as data instead of as text")]
    NotText {
        /// Relative to `.wpt/modules`.
        path: Utf8PathBuf,
        /// The first byte that is not UTF-8.
        offset: usize,
    },
    /// A reference to a service that the plan does not have.
    #[error("`{from}` refers to the service `{name}`, which the plan does not have")]
    UnknownService {
        /// The service that refers.
        from: String,
        /// The name that is missing.
        name: String,
    },
    /// Two services with one name.
    #[error("the plan has two services called `{name}`")]
    DuplicateService {
        /// The name.
        name: String,
    },
    /// A test Worker that cannot be made concrete.
    #[error(transparent)]
    Instantiate(#[from] InstantiateError),
    /// A list or value beyond what a message can hold (512 MiB of contents, 2^29 list elements).
    #[error("the configuration is too large for workerd's format: {0}")]
    TooLarge(&'static str),
    /// The schema and the code disagree.
    #[error("cannot read back the generated configuration")]
    Message(#[from] capnp::Error),
    /// The template of the summary is broken.
    #[error("cannot fill in the summary")]
    Template(#[from] minijinja::Error),
}
