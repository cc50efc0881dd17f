//! The binary configuration: what `workerd serve --binary -` reads.

use super::{
    EmitError,
    message::{self, Contents},
    reach,
};
use crate::plan::{ModuleStore, Plan, TestWorker};

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
) -> Result<Vec<u8>, EmitError> {
    let placed = reach::services(plan, subset)?;
    let message = message::build(plan, subset, &placed, &mut Contents::of(modules, secrets))?;
    Ok(capnp::serialize::write_message_to_words(&message))
}
