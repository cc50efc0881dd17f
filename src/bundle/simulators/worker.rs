//! The Worker that holds all simulator classes.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::context;
use serde_json::{Map, Value, json};

use super::{
    Client, Control, OBJECTS, STORAGE, Scripts, SimulatorsError,
    products::{self, Product},
};
use crate::{
    bundle::store::Modules,
    plan::{
        Binding, BindingKind, CompatibilityDate, DurableObjectNamespace, Flag, Module, Provenance,
        QueueConsumer, ServiceTarget, Worker,
    },
};

/// The date and flags that Miniflare gives its own objects.
const DATE: &str = "2023-07-24";
const FLAGS: [&str; 4] = ["nodejs_compat", "experimental", "enhanced_error_serialization", "unsafe_module"];

const ENGINE_FLAGS: [&str; 1] = ["workflows_preserve_non_retryable_error_message"];

/// Names that Miniflare's scripts expect in `env`.
const BLOBS: &str = "MINIFLARE_BLOBS";
const ISOLATES_TESTS: &str = "ISOLATES_TESTS";
const QUEUE_PRODUCERS: &str = "MINIFLARE_QUEUE_PRODUCERS";
const QUEUE_CONSUMERS: &str = "MINIFLARE_QUEUE_CONSUMERS";

/// What the adapter of workflows finds in `env`.
const STEP_LIMITS: &str = "WORKFLOW_STEP_LIMITS";

/// What is simulated, and for whom.
pub(super) struct Simulated<'a> {
    pub(super) clients: &'a [Client<'a>],
    pub(super) products: &'a [&'static Product],
    pub(super) control: Option<Control<'a>>,
    pub(super) because: &'a Provenance,
}

impl Simulated<'_> {
    /// The Worker, of which every product's part is a few modules.
    pub(super) fn worker(&self, scripts: &Scripts, modules: &mut Modules) -> Result<Worker, SimulatorsError> {
        let durable_objects = self.namespaces();
        let others: BTreeSet<_> = self.products.iter().flat_map(|product| product.flags).collect();
        let flags = FLAGS.iter().chain(others).chain(self.engine_flags());
        Ok(Worker {
            modules: self.modules(scripts, modules)?,
            compatibility_date: CompatibilityDate { date: DATE.to_owned(), provenance: self.because.clone() },
            compatibility_flags: flags
                .map(|name| Flag { name: (*name).to_owned(), provenance: self.because.clone() })
                .collect(),
            bindings: self.bindings(),
            durable_object_storage: (!durable_objects.is_empty()).then(|| STORAGE.to_owned()),
            durable_objects,
            global_outbound: None,
            cache_api_outbound: None,
            tails: vec![],
            streaming_tails: vec![],
            workflows: vec![],
            slot_bindings: self.slot_bindings(),
        })
    }

    fn modules(&self, scripts: &Scripts, modules: &mut Modules) -> Result<Vec<Module>, SimulatorsError> {
        let adapters: BTreeMap<&str, &str> =
            self.products.iter().filter_map(|product| Some((product.name, product.adapter?))).collect();
        let exporting = self.products.iter().filter(|product| product.adapter.is_some());
        let exported: BTreeMap<&str, _> = exporting
            .map(|product| {
                let Product { name, classes, pinned, .. } = **product;
                (name, context! { name, classes => classes.to_vec(), pinned })
            })
            .collect();
        let main = minijinja::Environment::new().render_str(
            include_str!("../../../templates/simulators/main.js"),
            context! { products => exported.into_values().collect::<Vec<_>>(), control => self.control.is_some() },
        )?;
        let mut own = vec![modules.module("simulators.js", "simulators/simulators.js", main.into_bytes())];
        let control = self.control.map(|control| control.module.clone());
        own.extend(control.map(|text| modules.module("control.js", "simulators/control.js", text)));
        for (name, adapter) in adapters {
            let name = format!("{name}.js");
            let path = format!("simulators/{name}");
            own.push(modules.module(&name, &path, adapter.as_bytes().to_vec()));
        }
        let shared = self.control.iter().flat_map(|_| [products::SLOTS, products::OBJECTS, products::CLOCK]);
        let others: BTreeMap<_, _> =
            self.products.iter().flat_map(|product| product.modules).copied().chain(shared).collect();
        for (name, source) in others {
            own.push(modules.module(name, &format!("simulators/{name}"), scripts.take(source)?));
        }
        Ok(own)
    }

    fn namespaces(&self) -> Vec<DurableObjectNamespace> {
        let namespace = |class: &str, pinned| DurableObjectNamespace {
            class: class.to_owned(),
            unique_key: format!("miniflare-{class}"),
            sqlite: true,
            prevent_eviction: pinned,
            container: None,
        };
        let of = |product: &&'static Product| {
            let product: &'static Product = product;
            product.classes.iter().map(move |class| namespace(class, product.pinned))
        };
        self.products.iter().flat_map(of).collect()
    }

    /// What the scripts find in `env`, for all slots.
    fn bindings(&self) -> Vec<Binding> {
        let classes = self.products.iter().flat_map(|product| product.classes);
        let mut bindings: Vec<Binding> = classes
            .map(|class| {
                let kind = BindingKind::DurableObject { class: (*class).to_owned(), service: None };
                self.binding(class, kind)
            })
            .collect();
        if !bindings.is_empty() {
            bindings.push(self.binding(BLOBS, service(STORAGE, None)));
        }
        if self.clients.iter().any(|client| !client.classes.is_empty()) {
            bindings.push(self.binding("OBJECTS", service(OBJECTS, None)));
        }
        if self.control.is_some_and(|control| control.ends_objects) {
            bindings.push(self.binding(ISOLATES_TESTS, BindingKind::Json { value: true.into() }));
        }
        if self.has("queues") {
            bindings.push(self.binding(QUEUE_CONSUMERS, BindingKind::Json { value: self.consumers() }));
            bindings.push(self.binding(QUEUE_PRODUCERS, BindingKind::Json { value: self.producers() }));
        }
        let limits = self.step_limits();
        if !limits.is_empty() {
            bindings.push(self.binding(STEP_LIMITS, BindingKind::Json { value: limits.into() }));
        }
        bindings
    }

    /// What the scripts find in `env` for each slot: the Workers that they call, and namespaces that they keep things in.
    fn slot_bindings(&self) -> Vec<Binding> {
        let mut found = BTreeMap::new();
        for client in self.clients {
            if self.has("queues") && !client.queue_consumers.is_empty() {
                found.insert(format!("MINIFLARE_WORKER_{}", client.service), service(client.service, None));
            }
            for workflow in client.workflows {
                let kind = service(client.service, Some(&workflow.class));
                found.insert(format!("WORKFLOW_{}", workflow.id), kind);
            }
            for binding in client.bindings {
                match &binding.kind {
                    BindingKind::Workflow { id, class, target, .. } => {
                        let target = match target {
                            ServiceTarget::SelfWorker => client.service,
                            ServiceTarget::Named(name) => name,
                        };
                        found.insert(format!("WORKFLOW_{id}"), service(target, Some(class)));
                    }
                    BindingKind::StoredSecret { id, .. } => {
                        let name = format!("SECRETS_{id}");
                        found.insert(name, BindingKind::Kv { id: format!("secrets-store:{id}") });
                    }
                    BindingKind::Images { id } => {
                        found.insert(format!("IMAGES_{id}"), BindingKind::Kv { id: format!("images:{id}") });
                    }
                    _ => {}
                }
            }
            if self.control.is_some_and(|control| control.ends_objects) {
                found.extend(client.classes.iter().map(|class| class_of(client, class)));
            }
        }
        found.into_iter().map(|(name, kind)| self.binding(&name, kind)).collect()
    }

    /// Who gets a queue's messages, and how, as the broker expects it.
    fn consumers(&self) -> Value {
        let of = |client: &Client<'_>, consumer: &QueueConsumer| {
            let options = [
                ("workerName", Some(json!(client.service))),
                ("maxBatchSize", consumer.max_batch_size.map(Value::from)),
                ("maxBatchTimeout", consumer.max_batch_timeout.map(|ms| json!(f64::from(ms) / 1000.0))),
                ("maxRetries", consumer.max_retries.map(Value::from)),
                ("deadLetterQueue", consumer.dead_letter_queue.clone().map(Value::from)),
                ("retryDelay", consumer.retry_delay.map(Value::from)),
            ];
            let options = options.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
            (consumer.queue.clone(), Value::Object(options.collect()))
        };
        let all = self
            .clients
            .iter()
            .flat_map(|client| client.queue_consumers.iter().map(move |consumer| of(client, consumer)));
        Value::Object(all.collect())
    }

    /// How long the messages of queues are held back, as the broker expects it.
    fn producers(&self) -> Value {
        let mut all = Map::new();
        for client in self.clients {
            for binding in client.bindings {
                let BindingKind::Queue { id, delivery_delay: Some(delay) } = &binding.kind else { continue };
                let producer =
                    json!({ "workerName": client.service, "queueName": id, "deliveryDelay": delay });
                all.insert(format!("{} of {}", binding.name, client.service), producer);
            }
        }
        Value::Object(all)
    }

    /// Flags of Workers that their workflows' engines obey.
    fn engine_flags(&self) -> impl Iterator<Item = &'static &'static str> {
        let on = |flag: &str| self.clients.iter().flat_map(|client| client.flags).any(|own| own.name == flag);
        ENGINE_FLAGS.iter().filter(move |flag| self.has("workflows") && on(flag))
    }

    /// How many steps an instance may have, by its workflow. What the Worker says that has the class is what counts.
    fn step_limits(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for client in self.clients {
            for binding in client.bindings {
                let BindingKind::Workflow { id, target, step_limit: Some(limit), .. } = &binding.kind else {
                    continue;
                };
                if *target == ServiceTarget::SelfWorker || !all.contains_key(id) {
                    all.insert(id.clone(), json!(limit));
                }
            }
        }
        let exports = self.clients.iter().flat_map(|client| client.workflows);
        for export in exports {
            if let Some(limit) = export.step_limit {
                all.entry(&export.id).or_insert(json!(limit));
            }
        }
        all
    }

    fn has(&self, product: &str) -> bool {
        self.products.iter().any(|other| other.name == product)
    }

    fn binding(&self, name: &str, kind: BindingKind) -> Binding {
        Binding { name: name.to_owned(), kind, provenance: self.because.clone() }
    }
}

/// By which the control entrypoint reaches a class of a client's.
fn class_of(client: &Client<'_>, class: &str) -> (String, BindingKind) {
    let kind =
        BindingKind::DurableObject { class: class.to_owned(), service: Some(client.service.to_owned()) };
    (format!("CLASS_{}_{class}", client.service), kind)
}

fn service(name: &str, entrypoint: Option<&str>) -> BindingKind {
    let target = ServiceTarget::Named(name.to_owned());
    BindingKind::Service { target, entrypoint: entrypoint.map(str::to_owned), props: None }
}
