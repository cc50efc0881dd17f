//! What a wrangler file of a Pages project may hold. Tests run whatever it holds, so all of this is warnings.

use super::Wrangler;
use crate::{
    config::tree::{Entry, Field, Reader},
    diagnostic::Diagnostic,
};

/// The keys that `wrangler pages` accepts.
const KEYS: &[&str] = &[
    "$schema",
    "ai",
    "analytics_engine_datasets",
    "browser",
    "compatibility_date",
    "compatibility_flags",
    "d1_databases",
    "dev",
    "durable_objects",
    "env",
    "hyperdrive",
    "kv_namespaces",
    "limits",
    "mtls_certificates",
    "name",
    "no_bundle",
    "pages_build_output_dir",
    "placement",
    "queues",
    "r2_buckets",
    "send_metrics",
    "services",
    "upload_source_maps",
    "vars",
    "vectorize",
    "version_metadata",
];

/// The environments that each Pages project has.
const ENVIRONMENTS: [&str; 2] = ["preview", "production"];

/// Warns about what `wrangler pages` refuses in the file that `wrangler` was read from.
pub(super) fn report(reader: &mut Reader<'_>, root: &Field<'_>, wrangler: &Wrangler) {
    if wrangler.pages_build_output_dir.is_none() {
        return;
    }
    if root.node.get("name").is_none() {
        let origin = wrangler.pages_build_output_dir.as_ref().map(|folder| &folder.origin);
        let diagnostic = Diagnostic::warning("pages", "a Pages project needs a `name` at the top level");
        reader.diagnostics.push(match origin {
            Some(origin) => origin.label(diagnostic, "this makes it a Pages project"),
            None => diagnostic,
        });
    }
    report_keys(reader, root);
    for environment in root.node.get("env").map_or(&[][..], |node| node.entries()) {
        if ENVIRONMENTS.contains(&environment.key.as_str()) {
            report_keys(reader, &Field::root(&environment.node));
        } else {
            let title = format!("a Pages project has no environment `{}`", environment.key);
            let help = "the environments are `preview` and `production`";
            warn(reader, environment, title, help);
        }
    }
    for consumer in &wrangler.queues.consumers {
        let diagnostic = Diagnostic::warning("pages", "a Pages project cannot consume a queue");
        reader.diagnostics.push(consumer.queue.origin.label(diagnostic, "refused by `wrangler pages`"));
    }
    for object in wrangler.durable_objects.iter().filter(|object| object.script_name.is_none()) {
        let title = format!("the Durable Object binding `{}` needs `script_name`", object.name);
        let diagnostic = object.name.origin.label(Diagnostic::warning("pages", title), "");
        reader.diagnostics.push(diagnostic.help("in a Pages project each class is another Worker's"));
    }
}

fn report_keys(reader: &mut Reader<'_>, table: &Field<'_>) {
    for entry in table.node.entries().iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        let title = format!("a Pages project has no `{}`", entry.key);
        let help = match entry.key.as_str() {
            "main" => "keep `main` for a Worker, or `pages_build_output_dir` for a Pages project",
            _ => "delete it, or deploy the project as a Worker",
        };
        warn(reader, entry, title, help);
    }
}

fn warn(reader: &mut Reader<'_>, entry: &Entry, title: String, help: &str) {
    let origin = reader.key_origin(entry);
    let diagnostic = origin.label(Diagnostic::warning("pages", title), "refused by `wrangler pages`");
    reader.diagnostics.push(diagnostic.help(help));
}
