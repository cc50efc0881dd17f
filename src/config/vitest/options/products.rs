//! Bindings to Cloudflare's products that are names and ids, or little more.

use super::{
    WorkerOptions,
    records::{ids, object, objects, record, single, texts},
};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Fields, Foreign, Reader, Value},
        vitest::is_mark,
    },
    diagnostic::Diagnostic,
};

/// A secret of a secrets store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSecret {
    /// The store.
    pub store_id: Spanned<String>,
    /// The secret's name in the store.
    pub secret_name: Spanned<String>,
}

/// A binding that sends mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendEmail {
    /// The binding's name.
    pub name: Spanned<String>,
    /// The one address that mail goes to.
    pub destination_address: Option<Spanned<String>>,
    /// The addresses that mail may go to; any if absent.
    pub allowed_destination_addresses: Option<Vec<Spanned<String>>>,
    /// The addresses that mail may come from; any if absent.
    pub allowed_sender_addresses: Option<Vec<Spanned<String>>>,
}

/// An instance or a namespace of AI Search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiSearch {
    /// The namespace.
    pub namespace: Option<Spanned<String>>,
    /// The instance.
    pub instance_name: Option<Spanned<String>>,
}

pub(super) fn read(worker: &mut WorkerOptions, reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    worker.kv_namespaces = ids(reader, fields, "kvNamespaces", &["id"]);
    worker.d1_databases = ids(reader, fields, "d1Databases", &["id"]);
    worker.r2_buckets = ids(reader, fields, "r2Buckets", &["id"]);
    worker.pipelines = ids(reader, fields, "pipelines", &["stream", "pipeline"]);
    worker.hyperdrives = record(reader, fields, "hyperdrives", hyperdrive);
    worker.secrets_store_secrets = objects(reader, fields, "secretsStoreSecrets", |reader, fields| {
        let store_id = fields.required_string(reader, "store_id");
        let secret_name = fields.required_string(reader, "secret_name");
        Some(StoreSecret { store_id: store_id?, secret_name: secret_name? })
    });
    if let Some(field) = fields.get("email") {
        worker.send_email =
            object(reader, &field, |reader, fields| fields.list(reader, "send_email", send_email))
                .unwrap_or_default();
    }
    worker.analytics_engine_datasets = texts(reader, fields, "analyticsEngineDatasets", "dataset");
    worker.vectorize = texts(reader, fields, "vectorize", "index_name");
    worker.dispatch_namespaces = texts(reader, fields, "dispatchNamespaces", "namespace");
    worker.mtls_certificates = texts(reader, fields, "mtlsCertificates", "certificate_id");
    worker.vpc_services = texts(reader, fields, "vpcServices", "service_id");
    worker.vpc_networks = ids(reader, fields, "vpcNetworks", &["tunnel_id", "network_id"]);
    worker.flagship = texts(reader, fields, "flagship", "app_id");
    worker.artifacts = texts(reader, fields, "artifacts", "namespace");
    worker.agent_memory = texts(reader, fields, "agentMemory", "namespace");
    worker.k2 = texts(reader, fields, "k2", "stream");
    worker.ai_search_namespaces =
        objects(reader, fields, "aiSearchNamespaces", |reader, fields| Some(ai_search(reader, fields)));
    worker.ai_search_instances =
        objects(reader, fields, "aiSearchInstances", |reader, fields| Some(ai_search(reader, fields)));
    worker.hello_world = objects(reader, fields, "helloWorld", |reader, fields| {
        Some(fields.bool(reader, "enable_timer").is_some_and(|timer| timer.value))
    });
    let loaders = objects(reader, fields, "workerLoaders", |_, _| Some(()));
    worker.worker_loaders = loaders.into_iter().map(|loader| loader.name).collect();
    worker.ai = single(reader, fields, "ai");
    worker.analytics_sql = single(reader, fields, "analyticsSql");
    worker.browser_rendering = single(reader, fields, "browserRendering");
    worker.images = single(reader, fields, "images");
    worker.stream = single(reader, fields, "stream");
    worker.media = single(reader, fields, "media");
    worker.version_metadata = fields.string(reader, "versionMetadata");
}

fn ai_search(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> AiSearch {
    AiSearch {
        namespace: fields.string(reader, "namespace"),
        instance_name: fields.string(reader, "instance_name"),
    }
}

fn send_email(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<SendEmail> {
    let email = SendEmail {
        name: fields.required_string(reader, "name")?,
        destination_address: fields.string(reader, "destination_address"),
        allowed_destination_addresses: fields.strings(reader, "allowed_destination_addresses"),
        allowed_sender_addresses: fields.strings(reader, "allowed_sender_addresses"),
    };
    if let (Some(one), Some(several)) = (
        &email.destination_address,
        email.allowed_destination_addresses.as_ref().and_then(|several| several.first()),
    ) {
        let title = format!(
            "{} has both `destination_address` and `allowed_destination_addresses`",
            fields.table().quoted()
        );
        let diagnostic = Diagnostic::error("wrong-value", title).help("delete one of them");
        reader.diagnostics.push(several.origin.label(one.origin.label(diagnostic, ""), ""));
    }
    Some(email)
}

/// A connection string, as text or as a URL.
fn hyperdrive(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<String>> {
    let url = match &field.node.value {
        Value::Foreign(Foreign::Url(url)) => Spanned::new(url.clone(), reader.origin(field.node)),
        Value::String(_) => field.string(reader)?,
        _ => {
            reader.wrong_type(field, "a connection string");
            return None;
        }
    };
    if let Some(problem) = connection_problem(&url.value).filter(|_| !is_mark(&url.value)) {
        // The string has a password in it: it is not shown.
        let title = format!("{} is not a connection string of a database", field.quoted());
        let diagnostic = url.origin.label(Diagnostic::error("wrong-value", title), problem);
        let help = "write it as postgres://user:password@host:5432/database, or the same with mysql";
        reader.diagnostics.push(diagnostic.help(help));
        return None;
    }
    Some(url)
}

/// What is missing in a connection string, in Miniflare's order.
fn connection_problem(url: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = url.split_once("://") else { return Some("not a URL") };
    if !["postgres", "postgresql", "mysql"].contains(&scheme) {
        return Some("neither PostgreSQL nor MySQL");
    }
    let (authority, path) = rest.split_once(['/', '?', '#']).unwrap_or((rest, ""));
    let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let missing = [(host, "no host"), (path, "no database"), (user, "no user"), (password, "no password")];
    missing.into_iter().find(|(part, _)| part.is_empty()).map(|(_, problem)| problem)
}

#[cfg(test)]
mod tests {
    use super::connection_problem;

    #[test]
    fn connection_strings_are_whole() {
        for (url, problem) in [
            ("postgres://user:p@ss@localhost:5432/db?sslmode=disable", None),
            ("mysql://u:p@[::1]/db", None),
            ("u:p@host/db", Some("not a URL")),
            ("http://u:p@host/db", Some("neither PostgreSQL nor MySQL")),
            ("postgresql://u:p@/db", Some("no host")),
            ("postgresql://u:p@host", Some("no database")),
            ("postgresql://host/db", Some("no user")),
            ("postgresql://u@host/db", Some("no password")),
        ] {
            assert_eq!(connection_problem(url), problem, "{url}");
        }
    }
}
