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
    /// The services in it that are functions of the Vitest config, which the launcher gives an address.
    pub functions: Vec<String>,
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
    let mut configuration = Configuration {
        message: capnp::serialize::write_message_to_words(&message),
        directories: BTreeSet::new(),
        functions: vec![],
    };
    for service in &placed {
        let reach::Placed::Other(service) = service else { continue };
        match service.kind {
            ServiceKind::Disk { .. } | ServiceKind::Folder { .. } => {
                configuration.directories.insert(service.name.clone());
            }
            ServiceKind::Node { .. } => configuration.functions.push(service.name.clone()),
            _ => {}
        }
    }
    Ok(configuration)
}
