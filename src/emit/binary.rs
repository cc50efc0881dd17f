//! The binary configuration: what `workerd serve --binary -` reads.

use std::collections::BTreeSet;

use super::{
    EmitError,
    message::{self, Contents},
    reach,
};
use crate::plan::{ModuleStore, Plan, ServiceKind, TestWorker};

/// What a process of workerd is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The message that workerd reads from its standard input.
    pub message: Vec<u8>,
    /// The services in it that are directories; workerd takes a `--directory-path` for these only.
    pub directories: BTreeSet<String>,
}

/// The configuration of a process that runs the test Workers of `subset`, with all contents inlined.
///
/// Services that `subset` cannot reach are left out; extensions never are. `secrets` are the values of the environment
/// variables that the plan names: a few have a place in the configuration only, so nobody else may read what this gives.
///
/// # Errors
/// A module cannot be read or is not what its kind says, or the plan is inconsistent.
pub fn config(
    plan: &Plan,
    subset: &[&TestWorker],
    modules: &dyn ModuleStore,
    secrets: &[(String, String)],
) -> Result<Configuration, EmitError> {
    let placed = reach::services(plan, subset)?;
    let message = message::build(plan, subset, &placed, &mut Contents::of(modules, secrets))?;
    let directories = placed.iter().filter_map(|service| match service {
        reach::Placed::Other(service) => {
            let is_directory = matches!(service.kind, ServiceKind::Disk { .. } | ServiceKind::Folder { .. });
            is_directory.then(|| service.name.clone())
        }
        _ => None,
    });
    Ok(Configuration {
        directories: directories.collect(),
        message: capnp::serialize::write_message_to_words(&message),
    })
}
