//! The bindings of `worker.env`: the kinds, their keys, and what wrangler calls both.

use super::convert::{Converter, Field, Fields, named};
use crate::{
    config::tree::{Entry, Value},
    diagnostic::{Diagnostic, nearest},
};

/// A kind of binding: `type`, the wrangler key that its bindings go to, and what goes where.
struct Kind {
    name: &'static str,
    to: To,
    keys: &'static [Key],
}

/// A key of a binding.
struct Key {
    name: &'static str,
    wrangler: &'static str,
    expected: Expected,
}

/// Where bindings of a kind stand in a wrangler file.
enum To {
    /// In the array at the path, with their names under the key.
    List(&'static [&'static str], &'static str),
    /// In a table of their own.
    Single(&'static str),
    /// Among the variables.
    Variable,
    /// Among the required secrets.
    Secret,
    /// In the settings of the static assets.
    Assets,
}

/// What the value of a key must be.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    Text,
    RequiredText,
    Number,
    Texts,
    Table,
}

use Expected::{Number, RequiredText, Table, Text, Texts};
use To::{List, Single};

const fn key(name: &'static str, wrangler: &'static str, expected: Expected) -> Key {
    Key { name, wrangler, expected }
}

const fn kind(name: &'static str, to: To, keys: &'static [Key]) -> Kind {
    Kind { name, to, keys }
}

const KINDS: &[Kind] = &[
    kind("agent-memory", List(&["agent_memory"], "binding"), &[key("namespace", "namespace", RequiredText)]),
    kind("ai", Single("ai"), &[]),
    kind("ai-search", List(&["ai_search"], "binding"), &[key("name", "instance_name", RequiredText)]),
    kind(
        "ai-search-namespace",
        List(&["ai_search_namespaces"], "binding"),
        &[key("namespace", "namespace", RequiredText)],
    ),
    kind("analytics", Single("analytics"), &[]),
    kind(
        "analytics-engine-dataset",
        List(&["analytics_engine_datasets"], "binding"),
        &[key("name", "dataset", Text)],
    ),
    kind("artifacts", List(&["artifacts"], "binding"), &[key("namespace", "namespace", RequiredText)]),
    kind("assets", To::Assets, &[]),
    kind("browser", Single("browser"), &[]),
    kind(
        "d1",
        List(&["d1_databases"], "binding"),
        &[key("id", "database_id", Text), key("name", "database_name", Text)],
    ),
    kind(
        "dispatch-namespace",
        List(&["dispatch_namespaces"], "binding"),
        &[key("namespace", "namespace", Text)],
    ),
    kind(
        "durable-object",
        List(&["durable_objects", "bindings"], "name"),
        &[key("exportName", "class_name", RequiredText), key("worker", "script_name", RequiredText)],
    ),
    kind("flagship", List(&["flagship"], "binding"), &[key("id", "app_id", Text)]),
    kind("hyperdrive", List(&["hyperdrive"], "binding"), &[key("id", "id", RequiredText)]),
    kind("images", Single("images"), &[]),
    kind("json", To::Variable, &[]),
    kind("k2", List(&["k2"], "binding"), &[key("stream", "stream", RequiredText)]),
    kind("kv", List(&["kv_namespaces"], "binding"), &[key("id", "id", Text)]),
    kind(
        "logfwdr",
        List(&["logfwdr", "bindings"], "name"),
        &[key("destination", "destination", RequiredText)],
    ),
    kind("media", Single("media"), &[]),
    kind(
        "mtls-certificate",
        List(&["mtls_certificates"], "binding"),
        &[key("id", "certificate_id", RequiredText)],
    ),
    kind("pipeline", List(&["pipelines"], "binding"), &[key("name", "stream", RequiredText)]),
    kind(
        "queue",
        List(&["queues", "producers"], "binding"),
        &[key("name", "queue", Text), key("deliveryDelay", "delivery_delay", Number)],
    ),
    kind("r2", List(&["r2_buckets"], "binding"), &[key("name", "bucket_name", Text)]),
    kind(
        "rate-limit",
        List(&["ratelimits"], "name"),
        &[key("namespace", "namespace_id", RequiredText), key("simple", "simple", Table)],
    ),
    kind("secret", To::Secret, &[]),
    kind(
        "secrets-store-secret",
        List(&["secrets_store_secrets"], "binding"),
        &[key("storeId", "store_id", RequiredText), key("secretName", "secret_name", RequiredText)],
    ),
    kind(
        "send-email",
        List(&["send_email"], "name"),
        &[
            key("destinationAddress", "destination_address", Text),
            key("allowedDestinationAddresses", "allowed_destination_addresses", Texts),
            key("allowedSenderAddresses", "allowed_sender_addresses", Texts),
        ],
    ),
    kind("stream", Single("stream"), &[]),
    kind("text", To::Variable, &[]),
    kind("vectorize", List(&["vectorize"], "binding"), &[key("name", "index_name", RequiredText)]),
    kind("version-metadata", Single("version_metadata"), &[]),
    kind(
        "vpc-network",
        List(&["vpc_networks"], "binding"),
        &[key("tunnelId", "tunnel_id", Text), key("networkId", "network_id", Text)],
    ),
    kind("vpc-service", List(&["vpc_services"], "binding"), &[key("id", "service_id", RequiredText)]),
    kind(
        "worker",
        List(&["services"], "binding"),
        &[
            key("worker", "service", RequiredText),
            key("exportName", "entrypoint", Text),
            key("props", "props", Table),
        ],
    ),
    kind("worker-loader", List(&["worker_loaders"], "binding"), &[]),
    kind(
        "workflow",
        List(&["workflows"], "binding"),
        &[
            key("name", "name", RequiredText),
            key("exportName", "class_name", RequiredText),
            key("worker", "script_name", RequiredText),
        ],
    ),
];

impl Converter<'_, '_> {
    /// A binding of `worker.env`, whose name is the entry's key.
    pub(super) fn binding(&mut self, entry: &Entry, field: &Field<'_>) {
        let Some(mut fields) = field.fields(self.reader) else { return };
        let Some(field) = fields.required(self.reader, "type") else { return };
        let Some(written) = field.string(self.reader) else { return };
        // What only Cloudflare itself binds has any keys.
        if let Some(kind) = written.value.strip_prefix("unsafe:") {
            let name = ("name", Value::String(entry.key.clone()));
            let item = named(entry, [name, ("type", Value::String(kind.to_owned()))]);
            return self.out.push(&["unsafe", "bindings"], item);
        }
        let Some(kind) = KINDS.iter().find(|kind| kind.name == written.value) else {
            let title = format!("{} cannot be `{written}`", field.quoted());
            let diagnostic = Diagnostic::error("wrong-value", title);
            let diagnostic = written.origin.label(diagnostic, "not a kind of binding");
            self.reader.diagnostics.push(match nearest(&written.value, KINDS.iter().map(|kind| kind.name)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic,
            });
            return;
        };
        self.lower(kind, entry, &mut fields);
        fields.finish(self.reader);
    }

    fn lower(&mut self, kind: &Kind, entry: &Entry, fields: &mut Fields<'_>) {
        let name = || Value::String(entry.key.clone());
        match kind.to {
            To::List(path, name_key) => {
                let mut item = named(entry, [(name_key, name())]);
                self.keys(kind, fields, &mut item);
                self.out.push(path, item);
            }
            To::Single(table) => {
                let mut item = named(entry, [("binding", name())]);
                self.keys(kind, fields, &mut item);
                self.out.set(&[table], entry.key_span.clone(), item);
            }
            To::Variable => {
                let Some(value) = fields.required(self.reader, "value") else { return };
                if kind.name == "text" && value.string(self.reader).is_none() {
                    return;
                }
                self.out.set(&["vars", &entry.key], entry.key_span.clone(), value.node.clone());
            }
            To::Secret => self.out.push(&["secrets", "required"], super::convert::at_key(entry, name())),
            To::Assets => {
                if self.assets {
                    let name = super::convert::at_key(entry, name());
                    self.out.set(&["assets", "binding"], entry.key_span.clone(), name);
                }
            }
        }
    }

    fn keys(&mut self, kind: &Kind, fields: &mut Fields<'_>, item: &mut crate::config::tree::Node) {
        for key in kind.keys {
            self.key(fields, key.name, key.wrangler, key.expected, item);
        }
        let Some(dev) = fields.get("dev") else { return };
        let Some(mut dev) = dev.fields(self.reader) else { return };
        // Everything is local under test.
        let _ = dev.bool(self.reader, "remote");
        if kind.name == "hyperdrive" {
            self.key(&mut dev, "connectionString", "localConnectionString", Text, item);
        }
        if kind.name == "r2" {
            let _ = dev.get("experimentalS3Credentials");
        }
        dev.finish(self.reader);
    }
}
