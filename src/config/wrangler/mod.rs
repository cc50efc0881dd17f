//! `wrangler.json`, `wrangler.jsonc` and `wrangler.toml`, read into types.
//!
//! Keys and inheritance are those of wrangler 4.164.0 (its `config-schema.json` and its validation): of a named
//! environment, build settings fall back to the top level, bindings and variables do not.

use std::{collections::BTreeMap, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    date::Date,
    origin::Spanned,
    tree::{self, Field, Node, Reader},
};
use crate::diagnostic::{Diagnostics, SourceFile};

mod assets;
mod bindings;
mod build;
mod containers;
mod discover;
mod durable_objects;
mod environment;
mod keys;
mod level;
mod messages;
mod names;
mod pages;
mod products;
mod raw;
mod remote;
mod services;
mod settings;
mod storage;
mod table;
#[cfg(test)]
mod tests;

pub use assets::{Assets, HtmlHandling, NotFoundHandling, RunWorkerFirst, Site};
pub use bindings::{DurableObjectBinding, NamedFile, Secrets, Var};
pub(in crate::config) use build::MODULE_TYPES;
pub use build::{ModuleType, Replacement, Rule};
pub use containers::{Container, SchedulingPolicy};
pub use discover::{FILE_NAMES, Location, REDIRECT_FILE, find, load, load_from};
pub use durable_objects::{
    Export, ExportKind, Migration, RenamedClass, Storage, TransferredClass, WorkflowExport,
};
pub use messages::{
    ConsumerType, K2Stream, LogForwarder, Logfwdr, Pipeline, QueueConsumer, QueueProducer, Queues, SendEmail,
    WorkflowBinding, WorkflowLimits,
};
pub use names::NamedBinding;
pub use products::{
    Ai, AiSearch, Flagship, HelloWorld, Namespace, Product, RateLimit, SimpleRateLimit, VersionMetadata,
};
pub use raw::{Connect, Protocol, Unsafe, UnsafeBinding, UnsafeCapnp, UnsafeDev, UnsafePlugin};
pub use remote::Remote;
pub use services::{
    DispatchNamespace, MtlsCertificate, Outbound, Service, StreamingTailConsumer, TailConsumer, VpcNetwork,
    VpcService, WorkerLoader,
};
pub use settings::{
    Build, EventFilter, EventTarget, EventTargetType, EventTrigger, EventType, Limits, Observability,
    ObservedIssues, ObservedLogs, ObservedTraces, OneOrMany, Placement, PlacementMode, Route, RouteTable,
    Triggers,
};
pub use storage::{
    AnalyticsEngineDataset, Artifacts, D1Database, Hyperdrive, KvNamespace, R2Bucket, SecretsStoreSecret,
    VectorizeIndex,
};

/// A wrangler file as one environment sees it.
///
/// Paths (`main`, `tsconfig`, `migrations_dir`, …) are as written: relative to [`Wrangler::directory`].
#[derive(Clone, Debug)]
pub struct Wrangler {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The selected environment.
    pub environment: Option<String>,
    /// How the file was reached, if a build tool has generated it.
    pub redirect: Option<Redirect>,
    /// The Worker's name: in an environment without its own, the top level's with `-<environment>` added.
    pub name: Option<Spanned<String>>,
    /// The compatibility date.
    pub compatibility_date: Option<Spanned<Date>>,
    /// The entry module.
    pub main: Option<Spanned<String>>,
    /// The compatibility flags.
    pub compatibility_flags: Vec<Spanned<String>>,
    /// The TypeScript configuration the bundler reads.
    pub tsconfig: Option<Spanned<String>>,
    /// The function JSX is compiled to.
    pub jsx_factory: Option<Spanned<String>>,
    /// The component JSX fragments are compiled to.
    pub jsx_fragment: Option<Spanned<String>>,
    /// Whether `main` is deployed as it is.
    pub no_bundle: Option<Spanned<bool>>,
    /// Whether all files that match `rules` are modules, imported or not.
    pub find_additional_modules: Option<Spanned<bool>>,
    /// The folder those files are searched in, and named from.
    pub base_dir: Option<Spanned<String>>,
    /// Whether modules keep their files' names.
    pub preserve_file_names: Option<Spanned<bool>>,
    /// Whether the bundle is minified.
    pub minify: Option<Spanned<bool>>,
    /// Whether functions and classes keep their names when minified or bundled.
    pub keep_names: Option<Spanned<bool>>,
    /// The command to run before the Worker is compiled.
    pub build: Option<Build>,
    /// The folder a Pages project serves; its presence says that this is one.
    pub pages_build_output_dir: Option<Spanned<String>>,
    /// KV namespaces.
    pub kv_namespaces: Vec<KvNamespace>,
    /// D1 databases.
    pub d1_databases: Vec<D1Database>,
    /// R2 buckets.
    pub r2_buckets: Vec<R2Bucket>,
    /// Bindings to Workers.
    pub services: Vec<Service>,
    /// Queues.
    pub queues: Queues,
    /// Workflows.
    pub workflows: Vec<WorkflowBinding>,
    /// Hyperdrive configurations.
    pub hyperdrive: Vec<Hyperdrive>,
    /// Analytics Engine datasets.
    pub analytics_engine_datasets: Vec<AnalyticsEngineDataset>,
    /// Rate limits.
    pub ratelimits: Vec<RateLimit>,
    /// Bindings that send e-mail.
    pub send_email: Vec<SendEmail>,
    /// Secrets of the Secrets Store.
    pub secrets_store_secrets: Vec<SecretsStoreSecret>,
    /// Pipelines.
    pub pipelines: Vec<Pipeline>,
    /// K2 streams.
    pub k2: Vec<K2Stream>,
    /// Vectorize indexes.
    pub vectorize: Vec<VectorizeIndex>,
    /// Dispatch namespaces.
    pub dispatch_namespaces: Vec<DispatchNamespace>,
    /// mTLS certificates.
    pub mtls_certificates: Vec<MtlsCertificate>,
    /// Worker Loaders.
    pub worker_loaders: Vec<WorkerLoader>,
    /// VPC services.
    pub vpc_services: Vec<VpcService>,
    /// VPC networks.
    pub vpc_networks: Vec<VpcNetwork>,
    /// AI Search instances.
    pub ai_search: Vec<AiSearch>,
    /// AI Search namespaces.
    pub ai_search_namespaces: Vec<Namespace>,
    /// Agent Memory namespaces.
    pub agent_memory: Vec<Namespace>,
    /// Flagship apps.
    pub flagship: Vec<Flagship>,
    /// Artifacts namespaces.
    pub artifacts: Vec<Artifacts>,
    /// Hello-world bindings.
    pub unsafe_hello_world: Vec<HelloWorld>,
    /// Workers AI.
    pub ai: Option<Ai>,
    /// Browser Rendering.
    pub browser: Option<Product>,
    /// Images.
    pub images: Option<Product>,
    /// Media Transformations.
    pub media: Option<Product>,
    /// Stream.
    pub stream: Option<Product>,
    /// Analytics SQL.
    pub analytics: Option<Product>,
    /// The Worker's version.
    pub version_metadata: Option<VersionMetadata>,
    /// Static assets.
    pub assets: Option<Assets>,
    /// Workers Sites; top level only.
    pub site: Option<Site>,
    /// Containers.
    pub containers: Vec<Container>,
    /// Raw sockets the Worker listens on.
    pub connect: Vec<Connect>,
    /// Workers that get this one's events.
    pub tail_consumers: Vec<TailConsumer>,
    /// Workers that get this one's events as they happen.
    pub streaming_tail_consumers: Vec<StreamingTailConsumer>,
    /// Log forwarding.
    pub logfwdr: Logfwdr,
    /// `unsafe`: what wrangler passes on as it is.
    pub unsafe_: Unsafe,
    /// Limits of invocations.
    pub limits: Option<Limits>,
    /// Where the Worker runs.
    pub placement: Option<Placement>,
    /// Logs and traces.
    pub observability: Option<Observability>,
    /// What starts the Worker besides requests.
    pub triggers: Triggers,
    /// The one route.
    pub route: Option<Route>,
    /// The routes.
    pub routes: Vec<Route>,
    /// Which files are which kind of module.
    pub rules: Vec<Rule>,
    /// Expressions replaced in the source.
    pub define: Vec<Replacement>,
    /// Modules replaced by others; top level only.
    pub alias: Vec<Replacement>,
    /// Variables.
    pub vars: Vec<Var>,
    /// Declared secrets; `None` if there is no `secrets` table.
    pub secrets: Option<Secrets>,
    /// Bindings to Durable Object classes.
    pub durable_objects: Vec<DurableObjectBinding>,
    /// Files bound as `WebAssembly.Module`s; top level only.
    pub wasm_modules: Vec<NamedFile>,
    /// Files bound as strings; top level only.
    pub text_blobs: Vec<NamedFile>,
    /// Files bound as `ArrayBuffer`s; top level only.
    pub data_blobs: Vec<NamedFile>,
    /// The history of the Durable Object classes.
    pub migrations: Vec<Migration>,
    /// The `exports` table: the other way to declare Durable Object classes.
    pub exports: Vec<Export>,
    storage: BTreeMap<String, Storage>,
}

/// What led to a wrangler file that a build tool has generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The user's own wrangler file, relative to the project root.
    pub user_path: Option<Utf8PathBuf>,
}

/// Reads a wrangler file as `environment` sees it, or its top level.
///
/// Everything wrong is reported. `None` if there is nothing to read: a syntax error, or an environment the file
/// does not have. Otherwise a value that could not be read is left out, and `diagnostics` has the error.
pub fn read(
    file: &Arc<SourceFile>,
    environment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    read_with(file, diagnostics, |reader, root| environment::read(reader, root, environment))
}

/// Reads what stands for a wrangler file, in the tree that such a file would have. See [`read`].
pub(super) fn read_tree(
    file: &Arc<SourceFile>,
    tree: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    read_node(file, Some(tree), diagnostics, |reader, root| environment::read(reader, root, None))
}

/// Reads a wrangler file that a build tool has generated: it has no environments, but is one.
///
/// An `environment` it was not generated for is an error. Else see [`read`].
pub fn read_redirected(
    file: &Arc<SourceFile>,
    redirect: &Redirect,
    environment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    let read =
        |reader: &mut Reader<'_>, root: &Field<'_>| environment::read_redirected(reader, root, environment);
    let wrangler = read_with(file, diagnostics, read)?;
    Some(Wrangler { redirect: Some(redirect.clone()), ..wrangler })
}

fn read_with(
    file: &Arc<SourceFile>,
    diagnostics: &mut Diagnostics,
    read: impl FnOnce(&mut Reader<'_>, &Field<'_>) -> Option<Wrangler>,
) -> Option<Wrangler> {
    let mut syntax = Diagnostics::new();
    let root = tree::parse(file, &mut syntax);
    diagnostics.extend(syntax);
    read_node(file, root.as_ref(), diagnostics, read)
}

fn read_node(
    file: &Arc<SourceFile>,
    root: Option<&Node>,
    diagnostics: &mut Diagnostics,
    read: impl FnOnce(&mut Reader<'_>, &Field<'_>) -> Option<Wrangler>,
) -> Option<Wrangler> {
    let mut found = Diagnostics::new();
    let wrangler = root.and_then(|root| {
        let mut reader = Reader { file: Arc::clone(file), diagnostics: &mut found };
        let root = Field::root(root).with_unread(keys::UNREAD).with_misplaced(keys::MISPLACED);
        let wrangler = read(&mut reader, &root);
        if let Some(wrangler) = &wrangler {
            pages::report(&mut reader, &root, wrangler);
        }
        wrangler
    });
    if let Some(wrangler) = &wrangler {
        names::report_duplicates(wrangler, &mut found);
    }
    found.sort_by_place();
    diagnostics.extend(found);
    wrangler
}

impl Wrangler {
    /// The folder of the file, relative to the project root; paths in the file start here.
    pub fn directory(&self) -> &Utf8Path {
        self.file.path.parent().unwrap_or(Utf8Path::new(""))
    }

    /// The folder of the user's own wrangler file, relative to the project root: `.dev.vars` and `.env` are there.
    pub fn user_directory(&self) -> &Utf8Path {
        match &self.redirect {
            None => self.directory(),
            Some(redirect) => {
                redirect.user_path.as_deref().and_then(Utf8Path::parent).unwrap_or(Utf8Path::new(""))
            }
        }
    }

    /// How a Durable Object class of this Worker stores its data.
    ///
    /// It follows from the whole migration history and the `exports` table. A class in neither is key-value, as
    /// in Miniflare.
    pub fn durable_object_storage(&self, class: &str) -> Storage {
        self.storage.get(class).copied().unwrap_or(Storage::KeyValue)
    }
}
