//! Products' bindings in workerd's terms: services, and modules that make objects of them.

use serde_json::{Value, json};

use crate::plan::{BindingKind, InnerBinding, SIMULATORS, ServiceRef, ServiceTarget};

/// What is known of a Worker's version when none is deployed.
const VERSION_ID: &str = "00000000-0000-4000-8000-000000000000";
const VERSION_TIMESTAMP: &str = "1970-01-01T00:00:00.000Z";

/// The simulators' answer to the binding called `name`, in terms of simpler bindings; `None` for kinds that workerd has
/// itself.
pub(super) fn in_terms_of_workerd(name: &str, kind: &BindingKind) -> Option<BindingKind> {
    Some(match kind {
        // The modules `cloudflare-internal:` are inside workerd; that of rate limits is Miniflare's.
        BindingKind::D1 { id } => wrapped(
            "cloudflare-internal:d1-api",
            vec![("fetcher", entrypoint("D1Entry", json!({ "MINIFLARE_NAMESPACE": id })))],
        ),
        BindingKind::Workflow { id, .. } => wrapped(
            "workflows:local-wrapped-binding",
            vec![("binding", entrypoint(WORKFLOW, workflow_props(id, name)))],
        ),
        BindingKind::RateLimit { id, limit, period } => wrapped(
            "cloudflare-internal:ratelimit:module",
            vec![
                ("fetcher", service(None, object("RateLimiterObject", id))),
                ("limit", BindingKind::Json { value: json!(limit) }),
                ("period", BindingKind::Json { value: json!(period) }),
            ],
        ),
        BindingKind::AnalyticsEngine { dataset } => wrapped(
            "analytics-engine:local-simulator",
            vec![("dataset", BindingKind::Json { value: json!(dataset) })],
        ),
        BindingKind::Images { id } => wrapped(
            "cloudflare-internal:images-api",
            vec![("fetcher", entrypoint("Images", json!({ "id": id })))],
        ),
        BindingKind::Remote { product } => wrapped(
            "wpt:remote",
            vec![
                ("binding", BindingKind::Text { value: name.to_owned() }),
                ("product", BindingKind::Text { value: product.clone() }),
            ],
        ),
        BindingKind::Email { destination, destinations, senders } => entrypoint(
            "Email",
            json!({ "destination": destination, "destinations": destinations, "senders": senders }),
        ),
        BindingKind::StoredSecret { id, secret } => {
            entrypoint("StoredSecret", json!({ "id": id, "secret": secret }))
        }
        BindingKind::Pipeline { pipeline } => entrypoint("Pipeline", json!({ "pipeline": pipeline })),
        BindingKind::Stream { id } => entrypoint("Stream", json!({ "id": id })),
        BindingKind::Flagship { id } => entrypoint("Flagship", json!({ "id": id })),
        BindingKind::HelloWorld { id, timer } => {
            entrypoint("HelloWorld", json!({ "id": id, "timer": timer }))
        }
        BindingKind::VersionMetadata => BindingKind::Json {
            value: json!({ "id": VERSION_ID, "tag": "", "timestamp": VERSION_TIMESTAMP }),
        },
        _ => return None,
    })
}

/// The simulators' entrypoint for calls to a workflow.
const WORKFLOW: &str = "Workflow";

fn workflow_props(id: &str, binding: &str) -> Value {
    json!({ "id": id, "binding": binding })
}

/// Who answers calls to the workflow `id` that is exported as `class`.
pub(super) fn workflow(id: &str, class: &str) -> ServiceRef {
    ServiceRef::simulator(Some(WORKFLOW), workflow_props(id, class))
}

/// The class of workflows' engines. workerd wants to know it and makes none of it: [`workflow`] has its own.
pub(super) fn workflow_engine() -> ServiceRef {
    ServiceRef { entrypoint: Some("Engine".to_owned()), ..ServiceRef::to(SIMULATORS) }
}

/// The props by which the simulators find an object: its class, and its name.
pub(super) fn object(class: &str, name: &str) -> Value {
    json!({ "class": class, "name": name })
}

fn entrypoint(name: &str, props: Value) -> BindingKind {
    service(Some(name), props)
}

fn service(entrypoint: Option<&str>, props: Value) -> BindingKind {
    BindingKind::Service {
        target: ServiceTarget::Named(SIMULATORS.to_owned()),
        entrypoint: entrypoint.map(str::to_owned),
        props: Some(props),
    }
}

fn wrapped(module: &str, inner: Vec<(&str, BindingKind)>) -> BindingKind {
    BindingKind::Wrapped {
        module: module.to_owned(),
        entrypoint: None,
        inner: inner.into_iter().map(|(name, kind)| InnerBinding { name: name.to_owned(), kind }).collect(),
    }
}

/// The service that a native binding to simulated state names.
pub(super) fn state(kind: &BindingKind) -> Option<ServiceRef> {
    Some(match kind {
        BindingKind::Kv { id } => ServiceRef::simulator(None, object("KVNamespaceObject", id)),
        BindingKind::R2 { id } => ServiceRef::simulator(None, object("R2BucketObject", id)),
        BindingKind::Queue { id, .. } => ServiceRef::simulator(Some("Queue"), json!({ "id": id })),
        _ => return None,
    })
}

/// Whether a binding reaches the simulators.
pub(super) fn is_simulated(kind: &BindingKind) -> bool {
    let simulators = ServiceTarget::Named(SIMULATORS.to_owned());
    match in_terms_of_workerd("", kind) {
        Some(BindingKind::Service { target, .. }) => target == simulators,
        Some(BindingKind::Wrapped { inner, .. }) => inner
            .iter()
            .any(|part| matches!(&part.kind, BindingKind::Service { target, .. } if *target == simulators)),
        Some(_) => false,
        None => state(kind).is_some(),
    }
}
