//! What is simulated, by which of Miniflare's scripts.

use crate::plan::{Binding, BindingKind};

/// A product: what the simulators' Worker has for it. What nobody binds is not there, and costs nothing.
#[derive(Debug)]
pub(super) struct Product {
    /// Its own name, and that of the module that adapts Miniflare's classes to many slots in one Worker.
    pub(super) name: &'static str,
    /// That module; none if the product needs no more than an extension.
    pub(super) adapter: Option<&'static str>,
    /// Durable Object classes, as the adapter exports them.
    pub(super) classes: &'static [&'static str],
    /// Whether idle objects stay in memory, because what they hold is nowhere else.
    pub(super) pinned: bool,
    /// Modules beside the adapter.
    pub(super) modules: &'static [(&'static str, Source)],
    /// Modules that workerd takes as extensions only: they import its internals, or make objects of other bindings.
    pub(super) extensions: &'static [Library],
    /// Compatibility flags that its scripts need besides those that all have.
    pub(super) flags: &'static [&'static str],
    /// The entrypoint by which it answers the Cache API.
    cache: Option<&'static str>,
    /// Whether a binding needs it.
    serves: fn(&BindingKind) -> bool,
}

/// Where a module comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// A script of Miniflare, relative to its `dist/src/workers`.
    Miniflare(&'static str),
    /// A text of ours.
    Own(&'static str),
}

/// A module of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Library {
    /// What scripts import, or bindings name.
    pub(super) name: &'static str,
    /// Whether Workers cannot import it.
    pub(super) internal: bool,
    /// Its generated file.
    pub(super) file: &'static str,
    pub(super) source: LibrarySource,
}

/// Where a module of an extension comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LibrarySource {
    /// As that of any other module.
    Script(Source),
    /// The part of zod that the scripts use, in place of Miniflare's copy: see [`super::zod`].
    Zod,
}

const SHARED: Library = Library {
    name: "miniflare:shared",
    internal: false,
    file: "miniflare-shared.js",
    source: LibrarySource::Script(Source::Miniflare("shared/index.worker.js")),
};
const ZOD: Library =
    Library { name: "miniflare:zod", internal: false, file: "miniflare-zod.js", source: LibrarySource::Zod };

pub(super) const SLOTS: (&str, Source) =
    ("slots.js", Source::Own(include_str!("../../../templates/simulators/slots.js")));
/// What the control entrypoint knows of objects.
pub(super) const OBJECTS: (&str, Source) =
    ("objects.js", Source::Own(include_str!("../../../templates/simulators/objects.js")));
/// How the control entrypoint sets the simulators' time.
pub(super) const CLOCK: (&str, Source) =
    ("clock.js", Source::Own(include_str!("../../../templates/simulators/clock.js")));
const BACKLOG: (&str, Source) =
    ("backlog.js", Source::Own(include_str!("../../../templates/simulators/backlog.js")));
const LOOPBACK: (&str, Source) =
    ("loopback.js", Source::Own(include_str!("../../../templates/simulators/loopback.js")));

/// Objects have methods called `get` and `put`, which stubs of older dates have for themselves.
const RPC_NAMES: &str = "fetcher_no_get_put_delete";

/// Nothing: what a product of [`PRODUCTS`] does not say.
const NONE: Product = Product {
    name: "",
    adapter: None,
    classes: &[],
    pinned: false,
    modules: &[],
    extensions: &[],
    flags: &[],
    cache: None,
    serves: |_| false,
};

/// The product that Workers can have without a binding.
const WORKFLOWS: &str = "workflows";

/// All products, in the order in which they stand in the generated Worker.
const PRODUCTS: [Product; 18] = [
    Product {
        name: "kv",
        adapter: Some(include_str!("../../../templates/simulators/kv.js")),
        classes: &["KVNamespaceObject"],
        modules: &[("miniflare-kv.js", Source::Miniflare("kv/namespace.worker.js"))],
        extensions: &[SHARED],
        serves: |kind| {
            // The last two keep what they have in KV namespaces.
            matches!(
                kind,
                BindingKind::Kv { .. } | BindingKind::StoredSecret { .. } | BindingKind::Images { .. }
            )
        },
        ..NONE
    },
    Product {
        name: "r2",
        adapter: Some(include_str!("../../../templates/simulators/r2.js")),
        classes: &["R2BucketObject"],
        modules: &[("miniflare-r2.js", Source::Miniflare("r2/bucket.worker.js"))],
        extensions: &[SHARED, ZOD],
        serves: |kind| matches!(kind, BindingKind::R2 { .. }),
        ..NONE
    },
    Product {
        name: "d1",
        adapter: Some(include_str!("../../../templates/simulators/d1.js")),
        classes: &["D1DatabaseObject"],
        modules: &[
            ("miniflare-d1.js", Source::Miniflare("d1/database.worker.js")),
            ("miniflare-d1-entry.js", Source::Miniflare("d1/entry.worker.js")),
        ],
        extensions: &[SHARED, ZOD],
        serves: |kind| matches!(kind, BindingKind::D1 { .. }),
        ..NONE
    },
    Product {
        // Its Worker is the site's own service.
        name: "sites",
        extensions: &[SHARED],
        serves: |kind| matches!(kind, BindingKind::KvService { .. }),
        ..NONE
    },
    Product {
        name: "cache",
        cache: Some(super::CACHE),
        adapter: Some(include_str!("../../../templates/simulators/cache.js")),
        classes: &["CacheObject"],
        modules: &[("miniflare-cache.js", Source::Miniflare("cache/cache.worker.js"))],
        extensions: &[SHARED],
        ..NONE
    },
    Product {
        name: "no-cache",
        cache: Some(super::NO_CACHE),
        adapter: Some(include_str!("../../../templates/simulators/no-cache.js")),
        modules: &[("miniflare-no-cache.js", Source::Miniflare("cache/cache-entry-noop.worker.js"))],
        ..NONE
    },
    Product {
        name: "queues",
        adapter: Some(include_str!("../../../templates/simulators/queues.js")),
        classes: &["QueueBrokerObject"],
        pinned: true,
        modules: &[
            BACKLOG,
            OBJECTS,
            SLOTS,
            LOOPBACK,
            ("miniflare-queues.js", Source::Miniflare("queues/broker.worker.js")),
        ],
        extensions: &[SHARED, ZOD],
        flags: &["service_binding_extra_handlers"],
        serves: |kind| matches!(kind, BindingKind::Queue { .. }),
        ..NONE
    },
    Product {
        name: WORKFLOWS,
        adapter: Some(include_str!("../../../templates/simulators/workflows.js")),
        classes: &["Engine"],
        pinned: true,
        modules: &[
            SLOTS,
            OBJECTS,
            ("miniflare-workflows.js", Source::Miniflare("workflows/binding.worker.js")),
        ],
        extensions: &[
            ZOD,
            Library {
                name: "workflows:local-wrapped-binding",
                internal: true,
                file: "miniflare-workflow-binding.js",
                source: LibrarySource::Script(Source::Miniflare("workflows/wrapped-binding.worker.js")),
            },
        ],
        serves: |kind| matches!(kind, BindingKind::Workflow { .. }),
        ..NONE
    },
    Product {
        name: "rate-limits",
        adapter: Some(include_str!("../../../templates/simulators/rate-limits.js")),
        classes: &["RateLimiterObject"],
        modules: &[("miniflare-rate-limits.js", Source::Miniflare("ratelimit/ratelimit-object.worker.js"))],
        extensions: &[
            SHARED,
            Library {
                name: "cloudflare-internal:ratelimit:module",
                internal: true,
                file: "miniflare-rate-limit-binding.js",
                source: LibrarySource::Script(Source::Miniflare("ratelimit/ratelimit.worker.js")),
            },
        ],
        serves: |kind| matches!(kind, BindingKind::RateLimit { .. }),
        ..NONE
    },
    Product {
        name: "analytics-engine",
        extensions: &[Library {
            name: "analytics-engine:local-simulator",
            internal: true,
            file: "miniflare-analytics-engine.js",
            source: LibrarySource::Script(Source::Miniflare("analytics-engine/analytics-engine.worker.js")),
        }],
        serves: |kind| matches!(kind, BindingKind::AnalyticsEngine { .. }),
        ..NONE
    },
    Product {
        name: "email",
        adapter: Some(include_str!("../../../templates/simulators/email.js")),
        modules: &[LOOPBACK, ("miniflare-email.js", Source::Miniflare("email/send_email.worker.js"))],
        extensions: &[
            SHARED,
            // `EmailMessage` in place of workerd's own, which hides the message from everyone but Cloudflare.
            Library {
                name: "cloudflare-internal:email",
                internal: true,
                file: "miniflare-email-message.js",
                source: LibrarySource::Script(Source::Miniflare("email/email.worker.js")),
            },
        ],
        serves: |kind| matches!(kind, BindingKind::Email { .. }),
        ..NONE
    },
    Product {
        name: "secrets",
        adapter: Some(include_str!("../../../templates/simulators/secrets.js")),
        modules: &[("miniflare-secrets.js", Source::Miniflare("secrets-store/secret.worker.js"))],
        serves: |kind| matches!(kind, BindingKind::StoredSecret { .. }),
        ..NONE
    },
    Product {
        name: "pipelines",
        adapter: Some(include_str!("../../../templates/simulators/pipelines.js")),
        modules: &[("miniflare-pipelines.js", Source::Miniflare("pipelines/pipeline.worker.js"))],
        serves: |kind| matches!(kind, BindingKind::Pipeline { .. }),
        ..NONE
    },
    Product {
        name: "images",
        adapter: Some(include_str!("../../../templates/simulators/images.js")),
        modules: &[LOOPBACK, ("miniflare-images.js", Source::Miniflare("images/images.worker.js"))],
        serves: |kind| matches!(kind, BindingKind::Images { .. }),
        ..NONE
    },
    Product {
        name: "stream",
        adapter: Some(include_str!("../../../templates/simulators/stream.js")),
        classes: &["StreamObject"],
        modules: &[
            SLOTS,
            LOOPBACK,
            ("miniflare-stream.js", Source::Miniflare("stream/binding.worker.js")),
            ("miniflare-stream-object.js", Source::Miniflare("stream/object.worker.js")),
        ],
        extensions: &[SHARED],
        serves: |kind| matches!(kind, BindingKind::Stream { .. }),
        ..NONE
    },
    Product {
        name: "flagship",
        adapter: Some(include_str!("../../../templates/simulators/flagship.js")),
        classes: &["FlagshipObject"],
        modules: &[
            ("miniflare-flagship.js", Source::Miniflare("flagship/binding.worker.js")),
            ("miniflare-flagship-object.js", Source::Miniflare("flagship/object.worker.js")),
        ],
        flags: &[RPC_NAMES],
        serves: |kind| matches!(kind, BindingKind::Flagship { .. }),
        ..NONE
    },
    Product {
        name: "hello-world",
        adapter: Some(include_str!("../../../templates/simulators/hello-world.js")),
        classes: &["HelloWorldObject"],
        modules: &[
            SLOTS,
            ("miniflare-hello-world.js", Source::Miniflare("hello-world/binding.worker.js")),
            ("miniflare-hello-world-object.js", Source::Miniflare("hello-world/object.worker.js")),
        ],
        flags: &[RPC_NAMES],
        serves: |kind| matches!(kind, BindingKind::HelloWorld { .. }),
        ..NONE
    },
    Product {
        name: "remote",
        extensions: &[Library {
            name: "wpt:remote",
            internal: true,
            file: "remote.js",
            source: LibrarySource::Script(Source::Own(include_str!(
                "../../../templates/simulators/remote.js"
            ))),
        }],
        serves: |kind| matches!(kind, BindingKind::Remote { .. }),
        ..NONE
    },
];

/// The products that `bindings` and Workers with these `caches` need, in a fixed order.
pub(super) fn needed(bindings: &[&Binding], caches: &[&str], workflows: bool) -> Vec<&'static Product> {
    PRODUCTS
        .iter()
        .filter(|product| {
            product.cache.is_some_and(|cache| caches.contains(&cache))
                || workflows && product.name == WORKFLOWS
                || bindings.iter().any(|binding| (product.serves)(&binding.kind))
        })
        .collect()
}

/// Miniflare's scripts that are used.
#[cfg(test)]
pub(super) fn scripts() -> Vec<&'static str> {
    let modules = PRODUCTS.iter().flat_map(|product| product.modules);
    let script = |(_, source): &(&str, Source)| match source {
        Source::Miniflare(script) => Some(*script),
        Source::Own(_) => None,
    };
    modules.filter_map(script).collect()
}
