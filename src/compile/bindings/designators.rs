//! Whom the pool's options name: Workers, networks, servers, folders and functions.

use camino::Utf8Path;

use super::{
    Bindings, Written, of,
    services::{Need, Reference},
};
use crate::{
    config::{
        origin::{Origin, Spanned},
        vitest::{External, FunctionForm, Network, ServiceDesignator, Tls, WorkerName},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, Https, Service, ServiceKind, ServiceRef, ServiceTarget},
};

/// Service bindings, outgoing requests and tails of the options.
pub(super) fn from_options(written: Written<'_>, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    let options = written.options;
    for binding in &options.service_bindings {
        let (name, designator) = (&binding.name, &binding.value);
        if matches!(designator.value, ServiceDesignator::PagesAssets { .. }) {
            // Static files are compiled with the Worker's others.
            continue;
        }
        let who = format!("the service binding `{name}`");
        let key = format!("serviceBindings.{name}");
        let Some(target) = designated(designator, &who, &key, written, found, diagnostics) else { continue };
        let Designated { target, entrypoint, props } = target;
        found.add(name, BindingKind::Service { target, entrypoint, props });
    }
    if let Some(outbound) = &options.outbound_service {
        let who = "`outboundService`";
        found.global_outbound = reference(outbound, who, "outboundService", written, found, diagnostics);
    }
    for (index, tail) in options.tails.iter().enumerate() {
        let key = format!("tails.{index}");
        refuse_function(tail, diagnostics);
        let tail = reference(tail, "a tail", &key, written, found, diagnostics);
        found.tails.extend(tail);
    }
    for (index, tail) in options.streaming_tails.iter().enumerate() {
        let key = format!("streamingTails.{index}");
        refuse_function(tail, diagnostics);
        let tail = reference(tail, "a streaming tail", &key, written, found, diagnostics);
        found.streaming_tails.extend(tail);
    }
}

/// Functions are called with requests, which events are not.
fn refuse_function(tail: &Spanned<ServiceDesignator>, diagnostics: &mut Diagnostics) {
    if matches!(tail.value, ServiceDesignator::Function(_)) {
        let diagnostic = Diagnostic::error("function-as-tail", "a function cannot be told of events");
        let diagnostic = tail.origin.label(diagnostic, "");
        diagnostics.push(diagnostic.help("name a Worker of `miniflare.workers` that has a `tail` handler"));
    }
}

/// Whom a designator means.
struct Designated {
    target: ServiceTarget,
    entrypoint: Option<String>,
    props: Option<serde_json::Value>,
}

fn reference(
    designator: &Spanned<ServiceDesignator>,
    who: &str,
    key: &str,
    written: Written<'_>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<ServiceRef> {
    let Designated { target, entrypoint, props } =
        designated(designator, who, key, written, found, diagnostics)?;
    let service = match target {
        ServiceTarget::Named(service) => service,
        ServiceTarget::SelfWorker => written.names.service.to_owned(),
    };
    Some(ServiceRef { service, entrypoint, props })
}

/// Whom a designator means; what is no Worker becomes a service called like the option.
fn designated(
    designator: &Spanned<ServiceDesignator>,
    who: &str,
    key: &str,
    written: Written<'_>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<Designated> {
    let origin = &designator.origin;
    let kind = match &designator.value {
        ServiceDesignator::Worker { name, entrypoint, props } => {
            let target = match name {
                WorkerName::Current => ServiceTarget::SelfWorker,
                WorkerName::Named(worker) => {
                    let reference = Reference {
                        worker: worker.clone(),
                        origin: origin.clone(),
                        who: who.to_owned(),
                        needs: entrypoint.clone().map(Need::Entrypoint),
                    };
                    found.worker(written.names, reference)
                }
            };
            let entrypoint = entrypoint.as_ref().map(|name| name.value.clone());
            let props = props.as_ref().map(|props| props.value.clone());
            return Some(Designated { target, entrypoint, props });
        }
        ServiceDesignator::Network(network) => self::network(network),
        ServiceDesignator::External(external) => self::external(external),
        ServiceDesignator::Disk { path, writable } => {
            ServiceKind::Folder { path: path.clone(), writable: *writable }
        }
        ServiceDesignator::PagesAssets { directory } => {
            diagnostics.push(pages_assets(directory, who, origin));
            return None;
        }
        ServiceDesignator::Function(function) => {
            ServiceKind::Node { option: function.path.join("."), native: function.form == FunctionForm::Node }
        }
    };
    let prefix = written.names.own.filter(|_| written.names.is_auxiliary);
    let service = match prefix {
        Some(own) => format!("{own}:{key}"),
        None => key.to_owned(),
    };
    found.services.push(Service { name: service.clone(), kind, provenance: of(origin) });
    Some(Designated { target: ServiceTarget::Named(service), entrypoint: None, props: None })
}

fn network(network: &Network) -> ServiceKind {
    let words = |list: &[Spanned<String>]| list.iter().map(|range| range.value.clone()).collect();
    let tls = network.tls.clone().unwrap_or_default();
    ServiceKind::Network {
        allow: words(&network.allow),
        deny: words(&network.deny),
        trust_browser_cas: tls.trust_browser_cas,
        trusted_certificates: tls.trusted_certificates,
    }
}

fn external(external: &External) -> ServiceKind {
    let https = |Tls { trust_browser_cas, trusted_certificates }: &Tls| Https {
        trust_browser_cas: *trust_browser_cas,
        trusted_certificates: trusted_certificates.clone(),
        certificate_host: external.certificate_host.clone(),
    };
    ServiceKind::External {
        address: Some(external.address.value.clone()),
        https: external.https.as_ref().map(https),
    }
}

fn pages_assets(directory: &Utf8Path, who: &str, origin: &Origin) -> Diagnostic {
    let title = format!("{who} cannot be the Pages assets in {directory}");
    let diagnostic = origin.label(Diagnostic::error("unsupported-option", title), "");
    diagnostic.help("bind them with `serviceBindings`")
}
