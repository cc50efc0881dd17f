//! Bindings of all kinds, by name: they share the one `env` object, so a name may be used once.

use super::Wrangler;
use crate::{
    config::origin::{Origin, Spanned},
    diagnostic::{Diagnostic, Diagnostics},
};

/// A binding of any kind, or another Worker that gets this one's events.
#[derive(Clone, Copy, Debug)]
pub struct NamedBinding<'w> {
    /// The wrangler key, for example `r2_buckets`.
    pub key: &'static str,
    /// What a person calls it, for example `R2 bucket`.
    pub kind: &'static str,
    /// Its name in `env`, if it has one.
    pub name: Option<&'w str>,
    /// The place of its name, else its own.
    pub origin: &'w Origin,
}

/// Reports every binding whose name an earlier one has, with both places.
pub(super) fn report_duplicates(wrangler: &Wrangler, diagnostics: &mut Diagnostics) {
    let mut bindings = wrangler.bindings();
    bindings.retain(|binding| binding.name.is_some());
    bindings.sort_by_key(|binding| binding.origin.span.start);
    for (index, NamedBinding { kind, name, origin, .. }) in bindings.iter().enumerate() {
        let Some(earlier) = bindings[..index].iter().find(|earlier| earlier.name == *name) else { continue };
        let name = name.unwrap_or_default();
        let title = if *kind == earlier.kind {
            format!("two {kind} bindings are named `{name}`")
        } else {
            format!("two bindings are named `{name}`: {} and {kind}", earlier.kind)
        };
        let diagnostic = Diagnostic::error("duplicate-binding", title);
        let diagnostic = origin.label(diagnostic, format!("{kind} here"));
        diagnostics.push(
            earlier
                .origin
                .label(diagnostic, format!("{} here", earlier.kind))
                .help("give each binding a name of its own: all of them are properties of `env`"),
        );
    }
}

impl Wrangler {
    /// Every binding of every kind that puts something into the Worker, kind by kind.
    pub fn bindings(&self) -> Vec<NamedBinding<'_>> {
        let mut found = Found(Vec::new());
        self.data_bindings(&mut found);
        self.worker_bindings(&mut found);
        self.product_bindings(&mut found);
        self.other_bindings(&mut found);
        found.0
    }

    fn data_bindings<'w>(&'w self, found: &mut Found<'w>) {
        found.named("vars", "variable", self.vars.iter().map(|var| &var.name));
        let secrets = self.secrets.iter().flat_map(|secrets| &secrets.required);
        found.named("secrets", "secret", secrets);
        found.named("kv_namespaces", "KV namespace", self.kv_namespaces.iter().map(|kv| &kv.binding));
        found.named("d1_databases", "D1 database", self.d1_databases.iter().map(|d1| &d1.binding));
        found.named("r2_buckets", "R2 bucket", self.r2_buckets.iter().map(|r2| &r2.binding));
        found.named("hyperdrive", "Hyperdrive", self.hyperdrive.iter().map(|item| &item.binding));
        let datasets = self.analytics_engine_datasets.iter().map(|dataset| &dataset.binding);
        found.named("analytics_engine_datasets", "Analytics Engine dataset", datasets);
        found.named("vectorize", "Vectorize index", self.vectorize.iter().map(|index| &index.binding));
        let secrets = self.secrets_store_secrets.iter().map(|secret| &secret.binding);
        found.named("secrets_store_secrets", "Secrets Store secret", secrets);
        found.named("artifacts", "Artifacts", self.artifacts.iter().map(|item| &item.binding));
        found.named("wasm_modules", "Wasm module", self.wasm_modules.iter().map(|file| &file.name));
        found.named("text_blobs", "text blob", self.text_blobs.iter().map(|file| &file.name));
        found.named("data_blobs", "data blob", self.data_blobs.iter().map(|file| &file.name));
    }

    fn worker_bindings<'w>(&'w self, found: &mut Found<'w>) {
        let objects = self.durable_objects.iter().map(|object| &object.name);
        found.named("durable_objects", "Durable Object", objects);
        found.named("services", "service", self.services.iter().map(|service| &service.binding));
        let producers = self.queues.producers.iter().map(|producer| &producer.binding);
        found.named("queues", "queue", producers);
        found.nameless(
            "queues",
            "queue",
            self.queues.consumers.iter().map(|consumer| &consumer.queue.origin),
        );
        found.named("workflows", "workflow", self.workflows.iter().map(|workflow| &workflow.binding));
        let namespaces = self.dispatch_namespaces.iter().map(|namespace| &namespace.binding);
        found.named("dispatch_namespaces", "dispatch namespace", namespaces);
        found.named("worker_loaders", "Worker Loader", self.worker_loaders.iter().map(|item| &item.binding));
        let tails = self.tail_consumers.iter().map(|tail| &tail.service.origin);
        found.nameless("tail_consumers", "tail consumer", tails);
        let tails = self.streaming_tail_consumers.iter().map(|tail| &tail.service.origin);
        found.nameless("streaming_tail_consumers", "streaming tail consumer", tails);
        found.nameless("containers", "container", self.containers.iter().map(|item| &item.origin));
        found.nameless("connect", "raw socket", self.connect.iter().map(|socket| &socket.origin));
    }

    fn product_bindings<'w>(&'w self, found: &mut Found<'w>) {
        found.named("ai", "AI", self.ai.iter().map(|ai| &ai.binding));
        for (key, kind, product) in [
            ("browser", "browser", &self.browser),
            ("images", "Images", &self.images),
            ("media", "Media Transformations", &self.media),
            ("stream", "Stream", &self.stream),
            ("analytics", "Analytics SQL", &self.analytics),
        ] {
            found.named(key, kind, product.iter().map(|product| &product.binding));
        }
        let version = self.version_metadata.iter().map(|version| &version.binding);
        found.named("version_metadata", "version metadata", version);
        found.named("ai_search", "AI Search instance", self.ai_search.iter().map(|item| &item.binding));
        let search_spaces = self.ai_search_namespaces.iter().map(|item| &item.binding);
        found.named("ai_search_namespaces", "AI Search namespace", search_spaces);
        found.named("agent_memory", "Agent Memory", self.agent_memory.iter().map(|item| &item.binding));
        found.named("flagship", "Flagship", self.flagship.iter().map(|item| &item.binding));
        found.named("ratelimits", "rate limit", self.ratelimits.iter().map(|limit| &limit.name));
        found.named(
            "unsafe_hello_world",
            "hello-world",
            self.unsafe_hello_world.iter().map(|it| &it.binding),
        );
    }

    fn other_bindings<'w>(&'w self, found: &mut Found<'w>) {
        found.named("send_email", "e-mail", self.send_email.iter().map(|mail| &mail.name));
        found.named("pipelines", "pipeline", self.pipelines.iter().map(|pipeline| &pipeline.binding));
        found.named("k2", "K2 stream", self.k2.iter().map(|stream| &stream.binding));
        let certificates = self.mtls_certificates.iter().map(|certificate| &certificate.binding);
        found.named("mtls_certificates", "mTLS certificate", certificates);
        found.named("vpc_services", "VPC service", self.vpc_services.iter().map(|service| &service.binding));
        found.named("vpc_networks", "VPC network", self.vpc_networks.iter().map(|network| &network.binding));
        found.named("logfwdr", "logfwdr", self.logfwdr.bindings.iter().map(|forwarder| &forwarder.name));
        found.named("unsafe", "unsafe", self.unsafe_.bindings.iter().map(|binding| &binding.name));
        let metadata = self.unsafe_.metadata.iter().map(|metadata| &metadata.origin);
        let schemas = self.unsafe_.capnp.iter().map(|schema| &schema.origin);
        found.nameless("unsafe", "unsafe", metadata.chain(schemas));
        found.nameless("site", "Workers Sites", self.site.iter().map(|site| &site.bucket.origin));
        if let Some(assets) = &self.assets {
            match (&assets.binding, &assets.directory) {
                (Some(binding), _) => found.named("assets", "static assets", [binding]),
                (None, Some(directory)) => found.nameless("assets", "static assets", [&directory.origin]),
                (None, None) => {}
            }
        }
    }
}

struct Found<'w>(Vec<NamedBinding<'w>>);

impl<'w> Found<'w> {
    fn named(
        &mut self,
        key: &'static str,
        kind: &'static str,
        names: impl IntoIterator<Item = &'w Spanned<String>>,
    ) {
        let binding = |name: &'w Spanned<String>| NamedBinding {
            key,
            kind,
            name: Some(&name.value),
            origin: &name.origin,
        };
        self.0.extend(names.into_iter().map(binding));
    }

    fn nameless(
        &mut self,
        key: &'static str,
        kind: &'static str,
        origins: impl IntoIterator<Item = &'w Origin>,
    ) {
        let nameless = |origin| NamedBinding { key, kind, name: None, origin };
        self.0.extend(origins.into_iter().map(nameless));
    }
}
