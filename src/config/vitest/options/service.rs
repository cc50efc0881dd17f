//! Who answers: the other end of a service binding, of outgoing requests, of tail events.

use camino::Utf8PathBuf;
use serde_json::Value as Json;

use super::records::{Base, json, object};
use crate::config::{
    origin::Spanned,
    tree::{Field, Fields, Foreign, Reader, Value},
};

/// Who answers.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceDesignator {
    /// A Worker.
    Worker {
        /// Which.
        name: WorkerName,
        /// Its named entrypoint; the default export if absent.
        entrypoint: Option<Spanned<String>>,
        /// What the entrypoint sees as `ctx.props`.
        props: Option<Spanned<Json>>,
    },
    /// The network, or a part of it.
    Network(Network),
    /// A server.
    External(External),
    /// A folder, served over HTTP.
    Disk {
        /// The folder, relative to the project's root.
        path: Utf8PathBuf,
        /// Whether PUT and DELETE work.
        writable: bool,
    },
    /// A folder of static assets, served as Pages does: what `buildPagesASSETSBinding()` gives.
    PagesAssets {
        /// The folder, relative to the project's root.
        directory: Utf8PathBuf,
    },
    /// A function of the config.
    Function(Function),
}

/// A Worker, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerName {
    /// The Worker that has the option: Miniflare's `kCurrentWorker`.
    Current,
    /// The Worker of this name.
    Named(String),
}

/// A function of the config, which Node has to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Where the pool's options have it: keys, and indices in decimal.
    pub path: Vec<String>,
    /// How it is called.
    pub form: FunctionForm,
}

/// How a function of the config is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionForm {
    /// With a `Request` and the `Miniflare` instance; gives a `Response`.
    Fetch,
    /// With Node's request, response and the `Miniflare` instance.
    Node,
}

/// Which addresses can be reached. Ranges are CIDR blocks, or `public`, `private`, `local`, `network`, `unix`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Address ranges.
    pub allow: Vec<Spanned<String>>,
    /// Ranges taken away from those.
    pub deny: Vec<Spanned<String>>,
    /// How TLS connections are made; none if absent.
    pub tls: Option<Tls>,
}

/// How TLS connections are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whether the authorities that browsers trust are trusted.
    pub trust_browser_cas: bool,
    /// More certificates to trust, in PEM.
    pub trusted_certificates: Vec<String>,
}

/// A server outside workerd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// `host:port`, or `unix:` and a path.
    pub address: Spanned<String>,
    /// How TLS connections are made, if it is reached by HTTPS.
    pub https: Option<Tls>,
    /// The name its certificate must have, if that is not the address.
    pub certificate_host: Option<String>,
}

/// The designator under `key`.
pub(super) fn get(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    base: &Base,
) -> Option<Spanned<ServiceDesignator>> {
    let field = fields.get(key)?;
    read(reader, &field, base)
}

/// The designators of the array under `key`.
pub(super) fn list(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    base: &Base,
) -> Vec<Spanned<ServiceDesignator>> {
    let items = fields.get(key).and_then(|field| field.items(reader)).unwrap_or_default();
    items.iter().filter_map(|item| read(reader, item, base)).collect()
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    field: &Field<'_>,
    base: &Base,
) -> Option<Spanned<ServiceDesignator>> {
    let designator = match &field.node.value {
        Value::Table(_) => object(reader, field, |reader, fields| keyed(reader, fields, base))?,
        Value::Foreign(Foreign::Function(path)) => {
            ServiceDesignator::Function(Function { path: path.clone(), form: FunctionForm::Fetch })
        }
        Value::Foreign(Foreign::Assets(folder)) => {
            ServiceDesignator::PagesAssets { directory: base.path(folder.as_str()) }
        }
        _ => {
            let Some(name) = name(field) else {
                reader.wrong_type(field, "the name of a Worker, an object or a function");
                return None;
            };
            ServiceDesignator::Worker { name, entrypoint: None, props: None }
        }
    };
    Some(Spanned::new(designator, reader.origin(field.node)))
}

fn name(field: &Field<'_>) -> Option<WorkerName> {
    match &field.node.value {
        Value::String(name) => Some(WorkerName::Named(name.clone())),
        // The symbol is `Symbol.for("miniflare.kCurrentWorker")`.
        Value::Foreign(Foreign::Symbol(symbol)) if symbol == "miniflare.kCurrentWorker" => {
            Some(WorkerName::Current)
        }
        _ => None,
    }
}

/// Which of the objects it is, its one distinguishing key says.
fn keyed(reader: &mut Reader<'_>, fields: &mut Fields<'_>, base: &Base) -> Option<ServiceDesignator> {
    if let Some(field) = fields.get("network") {
        return object(reader, &field, |reader, fields| Some(network(reader, fields)))
            .map(ServiceDesignator::Network);
    }
    if let Some(field) = fields.get("external") {
        return object(reader, &field, external).map(ServiceDesignator::External);
    }
    if let Some(field) = fields.get("disk") {
        return object(reader, &field, |reader, fields| {
            let path = fields.required_string(reader, "path")?;
            let writable = fields.bool(reader, "writable").is_some_and(|writable| writable.value);
            Some(ServiceDesignator::Disk { path: base.path(&path.value), writable })
        });
    }
    if let Some(field) = fields.get("node") {
        let Value::Foreign(Foreign::Function(path)) = &field.node.value else {
            reader.wrong_type(&field, "a function");
            return None;
        };
        let function = Function { path: path.clone(), form: FunctionForm::Node };
        return Some(ServiceDesignator::Function(function));
    }
    let field = fields.required(reader, "name")?;
    let Some(name) = name(&field) else {
        reader.wrong_type(&field, "the name of a Worker");
        return None;
    };
    let entrypoint = fields.string(reader, "entrypoint");
    let props = match fields.get("props") {
        Some(field) => {
            field.entries(reader)?;
            json(reader, &field)
        }
        None => None,
    };
    Some(ServiceDesignator::Worker { name, entrypoint, props })
}

fn network(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Network {
    Network {
        allow: fields.strings(reader, "allow").unwrap_or_default(),
        deny: fields.strings(reader, "deny").unwrap_or_default(),
        tls: tls(reader, fields),
    }
}

fn external(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<External> {
    let address = fields.required_string(reader, "address")?;
    let https = fields.get("https").and_then(|field| {
        object(reader, &field, |reader, fields| {
            let host = fields.string(reader, "certificateHost").map(|host| host.value);
            Some((tls(reader, fields).unwrap_or_default(), host))
        })
    });
    let (https, certificate_host) = https.map_or((None, None), |(tls, host)| (Some(tls), host));
    Some(External { address, https, certificate_host })
}

/// `tlsOptions`.
fn tls(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Tls> {
    let field = fields.get("tlsOptions")?;
    object(reader, &field, |reader, fields| {
        let certificates = fields.strings(reader, "trustedCertificates").unwrap_or_default();
        Some(Tls {
            trust_browser_cas: fields.bool(reader, "trustBrowserCas").is_some_and(|trust| trust.value),
            trusted_certificates: certificates.into_iter().map(|certificate| certificate.value).collect(),
        })
    })
}
