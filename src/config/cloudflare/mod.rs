//! `cloudflare.config.ts`: what a project has in place of a wrangler file, as a script.
//!
//! `runner-js/node/cloudflare-config.mjs` evaluates it. What it gives is checked in its own words and then becomes the tree of a
//! wrangler file that says the same, which keeps the places; so everything after this knows wrangler files only.
//! Keys and kinds are those that `@cloudflare/vitest-plugin` 1.5.0 takes.

mod bindings;
mod convert;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    origin::Origin,
    places::{self, Anchor},
    tree::{Entry, Field, Fields, Node, Reader, Value},
    wrangler::{self, Wrangler},
};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, SourceFile};
use bindings::Expected;
use convert::{Converter, Table, snake_case};

/// The file that the option `config: true` means.
pub const FILE_NAME: &str = "cloudflare.config.ts";

/// What the evaluation of a Vitest config says of the `cloudflare.config.ts` that it names.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluated {
    /// The file; absolute.
    pub file: Utf8PathBuf,
    #[serde(default)]
    missing: Option<Missing>,
    #[serde(default)]
    config: Json,
    /// Whether the file exports the Worker itself, as before version 1.5.0 of the plugin.
    #[serde(default)]
    is_worker: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Missing {
    File,
    Export,
}

/// Keys that mean nothing to a test: they are about deployment, or Cloudflare's network.
const UNREAD: &[&str] = &[
    "accountId",
    "complianceRegion",
    "type",
    "worker.access",
    "worker.cache",
    "worker.domains",
    "worker.firstPartyWorker",
    "worker.limits",
    "worker.logpush",
    "worker.observability",
    "worker.placement",
    "worker.previewUrls",
    "worker.type",
    "worker.unsafe",
    "worker.workersDev",
];

/// Reads the evaluated config. `option` is where the pool's options name it. `assets` says whether they give static assets a
/// folder: without one the config's settings of them mean nothing.
///
/// Everything wrong is reported; `None` if there is no Worker in it.
pub fn read(
    evaluated: &Evaluated,
    file: &Arc<SourceFile>,
    option: Option<&Origin>,
    mode: &str,
    assets: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    if let Some(missing) = evaluated.missing {
        let diagnostic = missing.diagnostic(evaluated, file);
        diagnostics.push(match (missing, option) {
            (Missing::File, Some(option)) => option.label(diagnostic, "named here"),
            _ => diagnostic,
        });
        return None;
    }
    let tree = tree(evaluated, file);
    let mut found = Diagnostics::new();
    let converted = convert(&tree, file, assets, &mut found);
    let sound = !found.has_errors();
    diagnostics.extend(found.into_iter().map(|diagnostic| match diagnostic.severity {
        Severity::Error => {
            Diagnostic { title: format!("Invalid `{FILE_NAME}`: {}", diagnostic.title), ..diagnostic }
        }
        Severity::Warning => diagnostic,
    }));
    let converted = converted.filter(|_| sound)?;
    let mut wrangler = wrangler::read_tree(file, &converted, diagnostics)?;
    // Local variables are those of the mode.
    wrangler.environment = Some(mode.to_owned());
    Some(wrangler)
}

/// The config as a tree: a Worker that is exported itself becomes the one of a config.
fn tree(evaluated: &Evaluated, file: &Arc<SourceFile>) -> Node {
    if !evaluated.is_worker {
        return places::tree(&evaluated.config, file, Anchor::DefaultExport);
    }
    let worker = places::tree(&evaluated.config["worker"], file, Anchor::DefaultExport);
    let span = worker.span.clone();
    let entry = Entry { key: "worker".to_owned(), key_span: span.clone(), node: worker };
    Node { span, value: Value::Table(vec![entry]) }
}

impl Missing {
    fn diagnostic(self, evaluated: &Evaluated, file: &Arc<SourceFile>) -> Diagnostic {
        match self {
            Self::File => {
                let title =
                    format!("`config` is enabled but no `{FILE_NAME}` was found at {}", evaluated.file);
                Diagnostic::error("missing-file", title)
            }
            Self::Export => {
                let title = format!("`{FILE_NAME}` must have a default worker export");
                Diagnostic::error("missing-export", title).label(file, 0..0, "nothing is exported by default").help(
                    "write `export default defineConfig({ worker: { name, compatibilityDate, entrypoint } })`",
                )
            }
        }
    }
}

fn convert(tree: &Node, file: &Arc<SourceFile>, assets: bool, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut reader = Reader { file: Arc::clone(file), diagnostics };
    let mut fields = Field::root(tree).with_unread(UNREAD).fields(&mut reader)?;
    let worker = fields.get("worker");
    fields.finish(&mut reader);
    let Some(worker) = worker else {
        let title = "it must define a Worker using the `worker` property";
        let diagnostic = Diagnostic::error("missing-key", title);
        reader.diagnostics.push(reader.origin(tree).label(diagnostic, "there is no `worker` here"));
        return None;
    };
    let mut fields = worker.fields(&mut reader)?;
    let mut converter = Converter { reader: &mut reader, out: Table::new(), assets };
    converter.worker(&mut fields);
    let Converter { out, .. } = converter;
    fields.finish(&mut reader);
    Some(out.into_node())
}

impl Converter<'_, '_> {
    fn worker(&mut self, fields: &mut Fields<'_>) {
        let mut own = Table::new().into_node();
        for (name, wrangler, expected) in [
            ("name", "name", Expected::RequiredText),
            ("compatibilityDate", "compatibility_date", Expected::RequiredText),
            ("compatibilityFlags", "compatibility_flags", Expected::Texts),
            ("entrypoint", "main", Expected::Text),
        ] {
            self.key(fields, name, wrangler, expected, &mut own);
        }
        for entry in own.entries() {
            self.out.set(&[&entry.key], entry.key_span.clone(), entry.node.clone());
        }
        if let Some(field) = fields.get("assets")
            && self.assets
        {
            self.out.set(&["assets"], field.node.span.clone(), snake_case(field.node, &[]));
        }
        let environment = fields.get("env").and_then(|field| field.entries(self.reader));
        for (entry, field) in environment.unwrap_or_default() {
            self.binding(entry, &field);
        }
        let exports = fields.get("exports").and_then(|field| field.entries(self.reader));
        for (entry, field) in exports.unwrap_or_default() {
            let renamed = snake_case(field.node, &[]);
            self.out.set(&["exports", &entry.key], entry.key_span.clone(), renamed);
        }
        let triggers = fields.get("triggers").and_then(|field| field.items(self.reader));
        for field in triggers.unwrap_or_default() {
            self.trigger(&field);
        }
        let tails = fields.get("tailConsumers").and_then(|field| field.items(self.reader));
        for field in tails.unwrap_or_default() {
            self.tail(&field);
        }
    }

    /// Queues have consumers, and the clock calls; all other triggers come from the network.
    fn trigger(&mut self, field: &Field<'_>) {
        let Some(mut fields) = field.fields(self.reader) else { return };
        let Some(kind) = fields.required_string(self.reader, "type") else { return };
        match kind.value.as_str() {
            "queue" if fields.required_string(self.reader, "name").is_some() => {
                let mut consumer = snake_case(field.node, &[("name", "queue")]);
                if let Value::Table(entries) = &mut consumer.value {
                    entries.retain(|entry| entry.key != "type");
                }
                self.out.push(&["queues", "consumers"], consumer);
            }
            "scheduled" if fields.required_string(self.reader, "schedule").is_some() => {
                if let Some(schedule) = field.node.get("schedule") {
                    self.out.push(&["triggers", "crons"], schedule.clone());
                }
            }
            _ => {}
        }
    }

    fn tail(&mut self, field: &Field<'_>) {
        let Some(mut fields) = field.fields(self.reader) else { return };
        let streaming = fields.bool(self.reader, "streaming").is_some_and(|streaming| streaming.value);
        let mut item = Node { span: field.node.span.clone(), ..Table::new().into_node() };
        self.key(&mut fields, "worker", "service", Expected::RequiredText, &mut item);
        let to = if streaming { "streaming_tail_consumers" } else { "tail_consumers" };
        self.out.push(&[to], item);
        fields.finish(self.reader);
    }
}
