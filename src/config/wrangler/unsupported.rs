//! Bindings of the kinds that are not compiled: found and named, so that none is dropped in silence.

use crate::{
    config::{
        origin::{Origin, Spanned},
        tree::{Field, Fields, Reader, Value},
    },
    diagnostic::Diagnostic,
};

/// Something in the wrangler file that would put a binding, or another Worker's events, into the Worker.
#[derive(Clone, Debug)]
pub struct UnsupportedBinding {
    /// The wrangler key, for example `r2_buckets`.
    pub key: &'static str,
    /// What a person calls it, for example `R2 bucket`.
    pub kind: &'static str,
    /// Its name in `env`, if it has one.
    pub name: Option<Spanned<String>>,
    /// Its place.
    pub origin: Origin,
}

impl UnsupportedBinding {
    /// The error that says so, with the binding's name and line.
    pub fn diagnostic(&self) -> Diagnostic {
        let Self { key, kind, name, origin } = self;
        let (what, place) = match name {
            Some(name) => (format!("{kind} binding `{name}`"), &name.origin),
            None => (format!("`{key}` ({kind})"), origin),
        };
        let diagnostic = Diagnostic::error("unsupported-binding", format!("{what} is not supported yet"));
        place
            .label(diagnostic, "no simulator is compiled for this kind of binding")
            .help("test in a wrangler environment without it: bindings are not inherited by `env.<name>`")
    }
}

/// Where a key may stand and whether an environment inherits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// At the top level only, for all environments.
    TopLevel,
    /// Anywhere; an environment without it has the top level's.
    Inherited,
    /// Anywhere; an environment has only its own.
    NotInherited,
}

/// How the bindings of a kind are written.
#[derive(Clone, Copy)]
enum Shape {
    /// An array of tables, the name under this key.
    List(&'static str),
    /// An array of tables that give no name to the Worker.
    Nameless,
    /// One table, the name under `binding`.
    One,
    /// A table from names to files.
    Files,
    /// A table with such an array under another key: `queues.producers`, `unsafe.bindings`.
    Within(&'static [(&'static str, Shape)]),
}

pub(super) struct Kind {
    pub(super) key: &'static str,
    name: &'static str,
    pub(super) scope: Scope,
    shape: Shape,
}

const fn listed(key: &'static str, name: &'static str) -> Kind {
    Kind { key, name, scope: Scope::NotInherited, shape: Shape::List("binding") }
}

const fn single(key: &'static str, name: &'static str) -> Kind {
    Kind { key, name, scope: Scope::NotInherited, shape: Shape::One }
}

const fn files(key: &'static str, name: &'static str) -> Kind {
    Kind { key, name, scope: Scope::TopLevel, shape: Shape::Files }
}

const fn shaped(key: &'static str, name: &'static str, scope: Scope, shape: Shape) -> Kind {
    Kind { key, name, scope, shape }
}

/// Every key of wrangler 4.156.2 that makes bindings and is not typed, nested keys aside.
pub(super) const KINDS: &[Kind] = &[
    listed("agent_memory", "Agent Memory"),
    single("ai", "AI"),
    listed("ai_search", "AI Search instance"),
    listed("ai_search_namespaces", "AI Search namespace"),
    single("analytics", "Analytics SQL"),
    listed("analytics_engine_datasets", "Analytics Engine dataset"),
    listed("artifacts", "Artifacts"),
    shaped("assets", "static assets", Scope::Inherited, Shape::One),
    single("browser", "browser"),
    shaped("connect", "raw socket", Scope::NotInherited, Shape::Nameless),
    shaped("containers", "container", Scope::NotInherited, Shape::Nameless),
    files("data_blobs", "data blob"),
    listed("dispatch_namespaces", "dispatch namespace"),
    listed("flagship", "Flagship"),
    listed("hyperdrive", "Hyperdrive"),
    single("images", "Images"),
    listed("k2", "K2 stream"),
    shaped("logfwdr", "logfwdr", Scope::Inherited, Shape::Within(&[("bindings", Shape::List("name"))])),
    single("media", "Media Transformations"),
    listed("mtls_certificates", "mTLS certificate"),
    listed("pipelines", "pipeline"),
    shaped(
        "queues",
        "queue",
        Scope::NotInherited,
        Shape::Within(&[("producers", Shape::List("binding")), ("consumers", Shape::Nameless)]),
    ),
    listed("r2_buckets", "R2 bucket"),
    shaped("ratelimits", "rate limit", Scope::NotInherited, Shape::List("name")),
    listed("secrets_store_secrets", "Secrets Store secret"),
    shaped("send_email", "e-mail", Scope::NotInherited, Shape::List("name")),
    shaped("site", "Workers Sites", Scope::TopLevel, Shape::One),
    single("stream", "Stream"),
    shaped("streaming_tail_consumers", "streaming tail consumer", Scope::NotInherited, Shape::Nameless),
    shaped("tail_consumers", "tail consumer", Scope::NotInherited, Shape::Nameless),
    files("text_blobs", "text blob"),
    shaped(
        "unsafe",
        "unsafe",
        Scope::NotInherited,
        Shape::Within(&[("bindings", Shape::List("name")), ("capnp", Shape::One), ("metadata", Shape::One)]),
    ),
    listed("unsafe_hello_world", "hello-world"),
    listed("vectorize", "Vectorize index"),
    single("version_metadata", "version metadata"),
    listed("vpc_networks", "VPC network"),
    listed("vpc_services", "VPC service"),
    files("wasm_modules", "Wasm module"),
    listed("worker_loaders", "Worker Loader"),
    listed("workflows", "workflow"),
];

/// Collects the bindings of all [`KINDS`] that may stand in this table.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    top_level: bool,
) -> Vec<UnsupportedBinding> {
    let mut found = Vec::new();
    for kind in KINDS.iter().filter(|kind| top_level || kind.scope != Scope::TopLevel) {
        if let Some(field) = fields.get(kind.key) {
            collect(reader, kind, kind.shape, &field, &mut found);
        }
    }
    found
}

fn collect(
    reader: &mut Reader<'_>,
    kind: &Kind,
    shape: Shape,
    field: &Field<'_>,
    found: &mut Vec<UnsupportedBinding>,
) {
    let mut push =
        |name, origin| found.push(UnsupportedBinding { key: kind.key, kind: kind.name, name, origin });
    match shape {
        Shape::List(key) => {
            for item in field.items(reader).unwrap_or_default() {
                push(name_under(reader, &item, key), reader.origin(item.node));
            }
        }
        Shape::Nameless => {
            for item in field.items(reader).unwrap_or_default() {
                push(None, reader.origin(item.node));
            }
        }
        Shape::One => {
            if field.entries(reader).is_some() {
                push(name_under(reader, field, "binding"), reader.origin(field.node));
            }
        }
        Shape::Files => {
            for (entry, file) in field.entries(reader).unwrap_or_default() {
                let name = Spanned::new(entry.key.clone(), reader.key_origin(entry));
                push(Some(name), reader.origin(file.node));
            }
        }
        Shape::Within(parts) => {
            let Some(mut fields) = field.fields(reader) else { return };
            for (key, shape) in parts {
                if let Some(part) = fields.get(key) {
                    collect(reader, kind, *shape, &part, found);
                }
            }
            fields.finish(reader);
        }
    }
}

/// The name an item gives its binding; an item without one is still reported, by its place.
fn name_under(reader: &Reader<'_>, item: &Field<'_>, key: &str) -> Option<Spanned<String>> {
    let node = item.node.get(key)?;
    match &node.value {
        Value::String(name) => Some(Spanned::new(name.clone(), reader.origin(node))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed_once_and_in_order() {
        assert!(KINDS.is_sorted_by(|a, b| a.key < b.key));
    }
}
