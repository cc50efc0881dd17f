//! Service bindings, and the names of Workers.

use super::{Bindings, of};
use crate::{
    config::{origin::Spanned, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, ServiceTarget},
};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    for service in &wrangler.services {
        let who = format!("the service binding `{}`", service.binding.value);
        let Some(target) = worker(wrangler, &service.service, &who, diagnostics) else { continue };
        let kind = BindingKind::Service {
            target,
            entrypoint: service.entrypoint.as_ref().map(|name| name.value.clone()),
            props: service.props.as_ref().map(|props| props.value.clone()),
        };
        found.set(&service.binding.value, kind, of(&service.binding.origin));
    }
}

/// The service of the Worker called `name`, which `who` refers to; an error if there is no such Worker.
pub(super) fn worker(
    wrangler: &Wrangler,
    name: &Spanned<String>,
    who: &str,
    diagnostics: &mut Diagnostics,
) -> Option<ServiceTarget> {
    if wrangler.name.as_ref().is_some_and(|own| own.value == name.value) {
        return Some(ServiceTarget::SelfWorker);
    }
    let title = format!("no Worker named `{}`", name.value);
    let diagnostic = name.origin.label(Diagnostic::error("unknown-worker", title), format!("{who} needs it"));
    diagnostics.push(diagnostic.help(match &wrangler.name {
        Some(own) => format!("the only Worker here is `{}`: others are not supported yet", own.value),
        None => "a binding to the Worker itself uses its own `name`".to_owned(),
    }));
    None
}
