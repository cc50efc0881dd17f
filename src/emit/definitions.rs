//! The Workers that test files have instances of, as the page shows them: once each.

use super::{
    EmitError,
    identifier::Identifiers,
    notes::words,
    reach::{Placed, worker_of},
};
use crate::plan::{Binding, DEFINITION_SLOT, Plan, Provenance, ServiceKind, UNDER_TEST, Worker};

/// A Worker with [`DEFINITION_SLOT`] in the places where its instances have the names of their slots.
pub(super) struct Definition<'a> {
    /// The service's name in the plan; [`UNDER_TEST`] for the Worker under test.
    pub(super) name: &'a str,
    /// The name of its constant.
    pub(super) constant: String,
    /// What its notes are below.
    pub(super) place: String,
    /// What the Worker calls itself.
    pub(super) own_name: String,
    /// The Worker.
    pub(super) worker: Worker,
    /// Its bindings in the plan.
    pub(super) bindings: &'a [Binding],
    /// Why it is there; the Worker under test needs no reason.
    pub(super) provenance: Option<&'a Provenance>,
}

impl Definition<'_> {
    /// What is said above it.
    pub(super) fn comment(&self) -> String {
        match self.provenance {
            None => format!(
                "The Worker under test. Each test file runs an instance of it, with its own service for `{}` and its own \
                 state for `{DEFINITION_SLOT}`.",
                self.own_name
            ),
            Some(provenance) => format!(
                "The auxiliary Worker `{}`, {}. Each test file that reaches it has an instance of its own.",
                self.name,
                words(provenance)
            ),
        }
    }
}

/// Those that `placed` has instances of: auxiliary Workers in the plan's order, then the Worker under test.
pub(super) fn of<'a>(
    plan: &'a Plan,
    placed: &[Placed<'_>],
    identifiers: &mut Identifiers,
) -> Result<Vec<Definition<'a>>, EmitError> {
    if !placed.iter().any(|service| matches!(service, Placed::Test(..))) {
        return Ok(vec![]);
    }
    let test = plan.definition();
    let under_test = identifiers.claim("worker");
    let mut definitions = vec![];
    for (service, copy) in plan.auxiliaries(&test)? {
        let is_placed = placed.iter().any(
            |other| matches!(other, Placed::Auxiliary(definition, _) if definition.name == service.name),
        );
        if let (true, ServiceKind::Auxiliary(original), Some(worker)) =
            (is_placed, &service.kind, worker_of(&copy))
        {
            definitions.push(Definition {
                name: &service.name,
                constant: identifiers.claim(&service.name),
                place: format!("definition {}", service.name),
                own_name: copy.name.clone(),
                worker: worker.clone(),
                bindings: &original.bindings,
                provenance: Some(&service.provenance),
            });
        }
    }
    definitions.push(Definition {
        name: UNDER_TEST,
        constant: under_test,
        place: format!("definition {UNDER_TEST}"),
        worker: plan.instantiate(&test)?,
        own_name: test.service,
        bindings: &plan.worker.bindings,
        provenance: None,
    });
    Ok(definitions)
}
