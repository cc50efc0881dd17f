//! Service bindings, tails, and the names of Workers.

use super::{Bindings, Written};
use crate::{
    config::{
        origin::{Origin, Spanned},
        wrangler::Wrangler,
    },
    plan::{BindingKind, ServiceRef, ServiceTarget, UNDER_TEST},
};

/// What a Worker is called, and the Worker under test.
#[derive(Clone, Copy, Debug)]
pub(in crate::compile) struct Names<'a> {
    /// Its own name.
    pub(in crate::compile) own: Option<&'a str>,
    /// The service that it is.
    pub(in crate::compile) service: &'a str,
    /// The name of the Worker under test, if it is not that one itself.
    pub(in crate::compile) under_test: Option<&'a str>,
    /// Whether it is there because another Worker names it.
    pub(in crate::compile) is_auxiliary: bool,
}

/// Variables that carry secrets to workerd start with this.
const SECRET_VARIABLE: &str = "WPT_SECRET_";

impl Names<'_> {
    /// What variables that carry this Worker's secrets to workerd start with.
    pub(super) fn secret_prefix(self) -> String {
        match self.own.filter(|_| self.is_auxiliary) {
            Some(own) => format!("{SECRET_VARIABLE}{}_", own.to_ascii_uppercase().replace('-', "_")),
            None => SECRET_VARIABLE.to_owned(),
        }
    }
}

/// A Worker that another one names.
#[derive(Clone, Debug)]
pub(in crate::compile) struct Reference {
    /// Its name, that of its environment included.
    pub(in crate::compile) worker: String,
    /// Where it is named.
    pub(in crate::compile) origin: Origin,
    /// What names it, in words.
    pub(in crate::compile) who: String,
    /// What it has to export.
    pub(in crate::compile) needs: Option<Need>,
}

/// Something that a Worker has to export because another one names it.
#[derive(Clone, Debug)]
pub(in crate::compile) enum Need {
    /// A named entrypoint.
    Entrypoint(Spanned<String>),
    /// A class of Durable Objects.
    DurableObject(Spanned<String>),
}

/// The service that is the Worker of this name.
pub(in crate::compile) fn service_name(worker: &str) -> String {
    format!("worker:{worker}")
}

pub(super) fn from_wrangler(wrangler: &Wrangler, written: Written<'_>, found: &mut Bindings) {
    for service in &wrangler.services {
        let reference = Reference {
            worker: in_environment(&service.service, service.environment.as_ref()),
            origin: service.service.origin.clone(),
            who: format!("the service binding `{}`", service.binding),
            needs: service.entrypoint.clone().map(Need::Entrypoint),
        };
        let kind = BindingKind::Service {
            target: found.worker(written.names, reference),
            entrypoint: service.entrypoint.as_ref().map(|name| name.value.clone()),
            props: service.props.as_ref().map(|props| props.value.clone()),
        };
        found.add(&service.binding, kind);
    }
    for tail in &wrangler.tail_consumers {
        let worker = in_environment(&tail.service, tail.environment.as_ref());
        let service = found.tail(written.names, worker, &tail.service.origin, "the tail consumer");
        found.tails.push(service);
    }
    for tail in &wrangler.streaming_tail_consumers {
        let worker = tail.service.value.clone();
        let service = found.tail(written.names, worker, &tail.service.origin, "the streaming tail consumer");
        found.streaming_tails.push(service);
    }
}

/// The name of a Worker in one of its environments.
pub(super) fn in_environment(name: &Spanned<String>, environment: Option<&Spanned<String>>) -> String {
    match environment {
        Some(environment) => format!("{name}-{environment}"),
        None => name.value.clone(),
    }
}

impl Bindings {
    /// Who a reference means; a Worker that has to be looked for is noted.
    pub(super) fn worker(&mut self, names: Names<'_>, reference: Reference) -> ServiceTarget {
        if names.own == Some(reference.worker.as_str()) {
            return ServiceTarget::SelfWorker;
        }
        if names.under_test == Some(reference.worker.as_str()) {
            return ServiceTarget::Named(UNDER_TEST.to_owned());
        }
        let service = service_name(&reference.worker);
        self.references.push(reference);
        ServiceTarget::Named(service)
    }

    fn tail(&mut self, names: Names<'_>, worker: String, origin: &Origin, what: &str) -> ServiceRef {
        let who = format!("{what} `{worker}`");
        let reference = Reference { worker, origin: origin.clone(), who, needs: None };
        ServiceRef::to(match self.worker(names, reference) {
            ServiceTarget::Named(service) => service,
            ServiceTarget::SelfWorker => names.service.to_owned(),
        })
    }
}
