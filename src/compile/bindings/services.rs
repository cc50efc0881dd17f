//! Service bindings, and the names of Workers.

use super::{Bindings, Written};
use crate::{
    config::{origin::Spanned, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, ServiceTarget},
};

pub(super) fn from_wrangler(
    wrangler: &Wrangler,
    written: Written<'_>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) {
    for service in &wrangler.services {
        let who = format!("the service binding `{}`", service.binding);
        let Some(target) = written.worker(&service.service, &who, diagnostics) else { continue };
        let kind = BindingKind::Service {
            target,
            entrypoint: service.entrypoint.as_ref().map(|name| name.value.clone()),
            props: service.props.as_ref().map(|props| props.value.clone()),
        };
        found.add(&service.binding, kind);
    }
}

impl Written<'_> {
    /// The service of the Worker called `script`, by default the Worker itself; an error if there is no such Worker.
    pub(super) fn script(
        self,
        script: Option<&Spanned<String>>,
        who: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<ServiceTarget> {
        match script {
            None => Some(ServiceTarget::SelfWorker),
            Some(script) => self.worker(script, who, diagnostics),
        }
    }

    /// The service of the Worker called `name`, which `who` refers to; an error if there is no such Worker.
    fn worker(
        self,
        name: &Spanned<String>,
        who: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<ServiceTarget> {
        let own = self.wrangler.and_then(|wrangler| wrangler.name.as_ref());
        if own.is_some_and(|own| own.value == name.value) {
            return Some(ServiceTarget::SelfWorker);
        }
        let title = format!("no Worker named `{name}`");
        let diagnostic =
            name.origin.label(Diagnostic::error("unknown-worker", title), format!("{who} needs it"));
        diagnostics.push(diagnostic.help(match own {
            Some(own) => format!("the only Worker here is `{own}`: others are not supported yet"),
            None => "a binding to the Worker itself uses its own `name`".to_owned(),
        }));
        None
    }
}
