//! The options that a Vitest config gives to the Workers pool, of both generations.
//!
//! They come as values of the evaluated config; their places are found in the config's text.

mod assets;
mod products;
mod records;
mod service;
mod source;
mod state;
#[cfg(test)]
mod tests;
mod unread;
mod worker;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

pub use assets::{Assets, RunWorkerFirst};
pub use products::{AiSearch, SendEmail, StoreSecret};
pub use records::{Contents, Named};
pub use service::{External, Function, FunctionForm, Network, ServiceDesignator, Tls, WorkerName};
pub use source::{Module, ModuleContents, Modules};
pub use state::{DurableObject, QueueConsumer, QueueProducer, Ratelimit, Workflow, WorkflowExport};
pub use worker::WorkerOptions;

use crate::{
    config::{
        origin::{Origin, Spanned},
        places::{self, Anchor},
        tree::{Field, Fields, Reader, Value},
    },
    diagnostic::{Diagnostic, Diagnostics, SourceFile},
    plan::ExportKind,
};
use records::{Base, record};
use unread::{OF_POOL, OF_WORKER};

/// What the config says to the pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolOptions {
    /// The Worker's main module, overriding the wrangler file.
    pub main: Option<Spanned<String>>,
    /// The wrangler file, relative to the project's root.
    pub wrangler_config_path: Option<Spanned<String>>,
    /// The environment of the wrangler file.
    pub environment: Option<Spanned<String>>,
    /// Where the `cloudflare.config.ts` is named that stands in place of a wrangler file.
    pub cloudflare_config: Option<Origin>,
    /// `auxiliaryWorkers`: wrangler files of other Workers, relative to the project's root.
    pub auxiliary_workers: Vec<Spanned<Utf8PathBuf>>,
    /// Bindings and settings on top of the wrangler file.
    pub miniflare: MiniflareOptions,
    /// Exports that the analysis cannot see, and their kinds.
    pub additional_exports: Vec<Named<Spanned<ExportKind>>>,
    /// Whether workerd's own messages are shown; they are if absent.
    pub verbose: Option<Spanned<bool>>,
    /// Of the older generation: whether what a *test* stores is undone when it ends.
    pub isolated_storage: Option<Spanned<bool>>,
    /// What has storage of its own: every file, if absent.
    pub isolation: Option<Spanned<Isolation>>,
    /// The config file.
    pub file: Option<Arc<SourceFile>>,
}

/// The `miniflare` option.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MiniflareOptions {
    /// The options of the Worker under test.
    pub worker: WorkerOptions,
    /// `workers`: auxiliary Workers; each has a name.
    pub workers: Vec<WorkerOptions>,
}

/// What has storage of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Every test file.
    File,
    /// Every test too: what it stores is undone when it ends.
    Test,
}

const ISOLATIONS: [(&str, Isolation); 2] = [("file", Isolation::File), ("test", Isolation::Test)];

const EXPORT_KINDS: [(&str, ExportKind); 3] = [
    ("DurableObject", ExportKind::DurableObject),
    ("WorkerEntrypoint", ExportKind::WorkerEntrypoint),
    ("WorkflowEntrypoint", ExportKind::Workflow),
];

impl PoolOptions {
    /// Reads the options that the config `file` of the project at `root` gave.
    pub fn read(
        options: &Json,
        file: &Arc<SourceFile>,
        root: &Utf8Path,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let tree = places::tree(options, file, Anchor::PoolOptions);
        let mut reader = Reader { file: Arc::clone(file), diagnostics };
        let mut pool = Self { file: Some(Arc::clone(file)), ..Self::default() };
        let Value::Table(_) = tree.value else {
            let title = format!(
                "the options of the Workers pool must be an object, not {}",
                tree.kind(reader.language())
            );
            let diagnostic = Diagnostic::error("wrong-type", title);
            reader.diagnostics.push(reader.origin(&tree).label(diagnostic, ""));
            return pool;
        };
        let base = Base::root(root);
        if let Some(mut fields) = Field::root(&tree).with_unread(OF_POOL).fields(&mut reader) {
            pool.read_fields(&mut reader, &mut fields, &base);
            fields.finish(&mut reader);
        }
        pool
    }

    /// What has storage of its own; the `older` generation isolated tests if it was not told otherwise.
    pub fn isolation(&self, older: bool) -> Isolation {
        let isolated_storage = self.isolated_storage.as_ref().map_or(older, |option| option.value);
        let by_generation = if isolated_storage { Isolation::Test } else { Isolation::File };
        self.isolation.as_ref().map_or(by_generation, |option| option.value)
    }

    /// The first place in the config file that has this name.
    pub fn origin(&self, key: &str) -> Option<Origin> {
        places::word(self.file.as_ref()?, key)
    }

    fn read_fields(&mut self, reader: &mut Reader<'_>, fields: &mut Fields<'_>, root: &Base) {
        self.main = fields.string(reader, "main");
        let mut base = root.clone();
        if let Some(field) = fields.get("miniflare") {
            (self.miniflare, base) = miniflare(reader, &field, root);
        }
        if let Some(mut wrangler) = fields.get("wrangler").and_then(|field| field.fields(reader)) {
            let path = wrangler.string(reader, "configPath");
            self.wrangler_config_path = path.map(|path| path.map(|path| base.path(&path).into_string()));
            self.environment = wrangler.string(reader, "environment");
            wrangler.finish(reader);
        }
        self.auxiliary_workers = fields
            .list(reader, "auxiliaryWorkers", |reader, fields| {
                let path = fields.required_string(reader, "configPath")?;
                let file = base.path(&path.value);
                if !base.root.join(&file).is_file() {
                    let diagnostic = Diagnostic::error("missing-file", format!("there is no file {file}"));
                    reader.diagnostics.push(path.origin.label(diagnostic, ""));
                    return None;
                }
                Some(path.map(|_| file))
            })
            .unwrap_or_default();
        self.cloudflare_config = cloudflare_config(reader, fields);
        if let (Some(config), Some(wrangler)) = (&self.cloudflare_config, fields.entry("wrangler")) {
            let title = "`wrangler` can't be used with `config`";
            let diagnostic = reader.key_origin(wrangler).label(Diagnostic::error("two-configs", title), "");
            reader.diagnostics.push(
                config
                    .label(diagnostic, "")
                    .help("set `config` to use `cloudflare.config.ts`, or `wrangler` to use a wrangler file"),
            );
        }
        self.additional_exports =
            record(reader, fields, "additionalExports", |reader, field| field.one_of(reader, &EXPORT_KINDS));
        self.verbose = fields.bool(reader, "verbose");
        self.isolated_storage = fields.bool(reader, "isolatedStorage");
        self.isolation = fields.get("isolation").and_then(|field| field.one_of(reader, &ISOLATIONS));
    }
}

/// The place of the option `config`, or of the older `experimental.newConfig`, if it is not off.
fn cloudflare_config(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Origin> {
    let older = fields.get("experimental").filter(|field| matches!(field.node.value, Value::Table(_)));
    let mut older = older.and_then(|field| field.fields(reader));
    let field = fields.get("config").or_else(|| older.as_mut()?.get("newConfig"))?;
    match &field.node.value {
        Value::Bool(false) => None,
        Value::Bool(true) | Value::Table(_) => Some(reader.origin(field.node)),
        Value::String(path) if !path.is_empty() => Some(reader.origin(field.node)),
        _ => {
            reader.wrong_type(&field, "a boolean or a path");
            None
        }
    }
}

/// The `miniflare` option, and the folder that its paths are relative to.
fn miniflare(reader: &mut Reader<'_>, field: &Field<'_>, root: &Base) -> (MiniflareOptions, Base) {
    let Some(mut fields) = field.clone().with_unread(OF_WORKER).fields(reader) else {
        return (MiniflareOptions::default(), root.clone());
    };
    let workers = fields.get("workers").and_then(|field| field.items(reader)).unwrap_or_default();
    let (worker, base) = WorkerOptions::read(reader, fields, root);
    let workers = workers.iter().filter_map(|field| auxiliary(reader, field, &base)).collect();
    (MiniflareOptions { worker, workers }, base)
}

/// An auxiliary Worker: it needs a name, by which others know it.
fn auxiliary(reader: &mut Reader<'_>, field: &Field<'_>, base: &Base) -> Option<WorkerOptions> {
    let fields = field.clone().with_unread(OF_WORKER).fields(reader)?;
    let (worker, _) = WorkerOptions::read(reader, fields, base);
    if worker.name.as_ref().is_none_or(|name| name.value.is_empty()) {
        let title = format!("`{}` must be non-empty", field.path_of("name"));
        let diagnostic = Diagnostic::error("missing-name", title)
            .help("other Workers are bound to an auxiliary Worker by its `name`");
        reader.diagnostics.push(reader.origin(field.node).label(diagnostic, ""));
        return None;
    }
    Some(worker)
}
