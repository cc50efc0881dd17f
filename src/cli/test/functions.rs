//! Functions of the Vitest config, which nothing serves while tests run.

use crate::{
    compile::Compilation,
    diagnostic::{Diagnostic, Diagnostics},
    plan::ServiceKind,
};

/// One error for all functions that the plans of `compilations` have as services.
pub(super) fn refuse(compilations: &[Compilation]) -> Result<(), Diagnostics> {
    let services = compilations.iter().flat_map(|compilation| &compilation.plan.services);
    let functions: Vec<String> = services
        .filter_map(|service| match &service.kind {
            ServiceKind::Node { option } => Some(format!("`{option}` ({})", service.provenance)),
            _ => None,
        })
        .collect();
    if functions.is_empty() {
        return Ok(());
    }
    let title = format!("functions of the Vitest config are not served yet: {}", functions.join(", "));
    let diagnostic = Diagnostic::error("function-in-config", title);
    Err(Diagnostics::from_iter([
        diagnostic.help("write a Worker that does the same in `miniflare.workers`, and name it there")
    ]))
}
