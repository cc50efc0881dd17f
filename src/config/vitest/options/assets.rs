//! Static assets, and Workers Sites before them.

use camino::Utf8PathBuf;

use super::{
    WorkerOptions,
    records::{Base, object},
};
use crate::config::{
    origin::Spanned,
    tree::{Fields, Reader, Value},
};

/// The option `assets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The folder, relative to the project's root.
    pub directory: Spanned<Utf8PathBuf>,
    /// The binding that serves them.
    pub binding: Option<Spanned<String>>,
    /// When the Worker answers before the assets do.
    pub run_worker_first: Option<Spanned<RunWorkerFirst>>,
    /// How paths of HTML files are written: `auto-trailing-slash` and so on.
    pub html_handling: Option<Spanned<String>>,
    /// What is served where nothing is found: `none`, `404-page`, `single-page-application`.
    pub not_found_handling: Option<Spanned<String>>,
    /// The path below which they are.
    pub base_path: Option<Spanned<String>>,
}

/// When a Worker answers before its assets do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunWorkerFirst {
    /// Always or never.
    Always(bool),
    /// For paths that these patterns match.
    Paths(Vec<Spanned<String>>),
}

const HTML_HANDLING: [(&str, &str); 4] = [
    ("auto-trailing-slash", "auto-trailing-slash"),
    ("drop-trailing-slash", "drop-trailing-slash"),
    ("force-trailing-slash", "force-trailing-slash"),
    ("none", "none"),
];
const NOT_FOUND_HANDLING: [(&str, &str); 3] =
    [("none", "none"), ("404-page", "404-page"), ("single-page-application", "single-page-application")];

pub(super) fn read(
    worker: &mut WorkerOptions,
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    base: &Base,
) {
    worker.site_path = base.get(reader, fields, "sitePath");
    worker.site_include = fields.strings(reader, "siteInclude").unwrap_or_default();
    worker.site_exclude = fields.strings(reader, "siteExclude").unwrap_or_default();
    worker.assets = fields.get("assets").and_then(|field| {
        let assets = object(reader, &field, |reader, fields| assets(reader, fields, base))?;
        Some(Spanned::new(assets, reader.origin(field.node)))
    });
}

fn assets(reader: &mut Reader<'_>, fields: &mut Fields<'_>, base: &Base) -> Option<Assets> {
    fields.required(reader, "directory")?;
    let mut assets = Assets {
        directory: base.get(reader, fields, "directory")?,
        binding: fields.string(reader, "binding"),
        run_worker_first: run_worker_first(reader, fields),
        html_handling: None,
        not_found_handling: None,
        base_path: None,
    };
    if let Some(field) = fields.get("routerConfig") {
        object(reader, &field, |reader, fields| {
            let first = fields.bool(reader, "invoke_user_worker_ahead_of_assets");
            let first = first.map(|first| first.map(RunWorkerFirst::Always));
            assets.run_worker_first = assets.run_worker_first.take().or(first);
            Some(())
        });
    }
    if let Some(field) = fields.get("assetConfig") {
        object(reader, &field, |reader, fields| {
            let mut choice = |key, choices: &[(&str, &'static str)]| {
                let choice = fields.get(key)?.one_of(reader, choices)?;
                Some(choice.map(str::to_owned))
            };
            assets.html_handling = choice("html_handling", &HTML_HANDLING);
            assets.not_found_handling = choice("not_found_handling", &NOT_FOUND_HANDLING);
            assets.base_path = fields.string(reader, "base_path");
            Some(())
        });
    }
    Some(assets)
}

fn run_worker_first(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Spanned<RunWorkerFirst>> {
    let field = fields.get("run_worker_first")?;
    let first = match field.node.value {
        Value::Array(_) => RunWorkerFirst::Paths(field.strings(reader)?),
        _ => RunWorkerFirst::Always(field.bool(reader)?.value),
    };
    Some(Spanned::new(first, reader.origin(field.node)))
}
