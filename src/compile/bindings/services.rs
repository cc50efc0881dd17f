//! Service bindings, tails, and the names of Workers.

use super::{Bindings, Written};
use crate::{
    cache::hash,
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

/// What an environment variable carries to workerd.
#[derive(Clone, Copy, Debug)]
pub(super) enum Carried {
    /// The value of a secret.
    Secret,
    /// The password of a Hyperdrive binding's database.
    Password,
}

/// How much of the hash of a Worker's name is in the names of its variables.
const HASH_LENGTH: usize = 8;

impl Names<'_> {
    /// The environment variable that carries something of the binding `name` to workerd. Names of Workers may differ in
    /// nothing but what no variable can have in its name, so a hash tells Workers apart.
    pub(super) fn variable(self, carried: Carried, name: &str) -> String {
        let kind = match carried {
            Carried::Secret => "SECRET",
            Carried::Password => "PASSWORD",
        };
        match self.own.filter(|_| self.is_auxiliary) {
            Some(own) => {
                let hash = &hash(own.as_bytes())[..HASH_LENGTH];
                let worker = own.to_ascii_uppercase().replace('-', "_");
                format!("WPT_WORKER_{kind}_{hash}_{worker}_{name}")
            }
            None => format!("WPT_{kind}_{name}"),
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
    /// Nothing, not even that it is there: it gets events, which can get lost.
    Nothing,
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
        let reference = Reference { worker, origin: origin.clone(), who, needs: Some(Need::Nothing) };
        ServiceRef::to(match self.worker(names, reference) {
            ServiceTarget::Named(service) => service,
            ServiceTarget::SelfWorker => names.service.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_values_share_a_variable() {
        let under_test = Names { own: Some("a"), service: "main", under_test: None, is_auxiliary: false };
        let other = |own| Names { own: Some(own), service: "", under_test: Some("a"), is_auxiliary: true };
        let workers = [under_test, other("a-b"), other("a_b"), other("A-b"), other("a-b_c")];
        let mut variables = std::collections::BTreeSet::new();
        for names in workers {
            for carried in [Carried::Secret, Carried::Password] {
                for binding in ["DB", "C_DB", "A_B_DB", "PASSWORD_DB", "HYPERDRIVE_DB"] {
                    let variable = names.variable(carried, binding);
                    assert!(variables.insert(variable.clone()), "{variable} twice");
                }
            }
        }
        assert_eq!(under_test.variable(Carried::Secret, "TOKEN"), "WPT_SECRET_TOKEN");
        assert_eq!(other("b").variable(Carried::Password, "DB"), "WPT_WORKER_PASSWORD_3e23e816_B_DB");
    }
}
