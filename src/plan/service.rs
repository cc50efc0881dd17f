//! What a workerd process consists of besides test Workers: services, sockets and extensions.

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ModuleSource, Provenance, TestWorker, Worker};

/// Something that can be bound to, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The name, unique in the plan, test Workers included.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ServiceKind,
    /// Why it is there.
    pub provenance: Provenance,
}

/// What a service is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ServiceKind {
    /// A Worker that all test Workers share.
    Worker(Box<Worker>),
    /// A Worker of the user's that is not under test: every slot has its own copy, under the slot's name, so that
    /// test files share neither its globals nor its storage.
    Auxiliary(Box<Worker>),
    /// A directory served over HTTP.
    Disk {
        /// Whether PUT and DELETE work.
        writable: bool,
        /// Relative to the directory workerd is started in; the launcher overrides it.
        #[schemars(with = "String")]
        path: Utf8PathBuf,
    },
    /// A folder of the user's, served over HTTP: names that start with a dot too.
    Folder {
        /// Relative to the project root, with forward slashes; the launcher gives workerd the absolute path.
        #[schemars(with = "String")]
        path: Utf8PathBuf,
        /// Whether PUT and DELETE work.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        writable: bool,
    },
    /// Outgoing connections.
    Network {
        /// Address ranges, or `public`, `private`, `local`.
        allow: Vec<String>,
        /// The same, taking away from `allow`.
        deny: Vec<String>,
        /// Whether TLS certificates are checked against the authorities that browsers trust.
        trust_browser_cas: bool,
        /// More certificates to trust, in PEM.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        trusted_certificates: Vec<String>,
    },
    /// A server reached over TCP, without TLS.
    Tcp {
        /// `host:port`.
        address: String,
    },
    /// A function of the Vitest config, served by Node: the launcher says where.
    Node {
        /// Where the function is, for example `miniflare.outboundService`.
        option: String,
        /// Whether it gets Node's own request and response, not a `Request`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        native: bool,
    },
    /// A server reached over HTTP.
    External {
        /// `host:port`, or nothing if the launcher gives the address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
        /// How TLS connections are made; plain HTTP if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        https: Option<Https>,
    },
}

/// How a server is reached over HTTPS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Https {
    /// Whether the server's certificate is checked against the authorities that browsers trust.
    pub trust_browser_cas: bool,
    /// More certificates to trust, in PEM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_certificates: Vec<String>,
    /// The name that the server's certificate must have; that of its address if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_host: Option<String>,
}

impl ServiceKind {
    /// The words for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Worker(_) => "Worker",
            Self::Auxiliary(_) => "auxiliary Worker",
            Self::Disk { .. } => "disk",
            Self::Folder { .. } => "folder",
            Self::Network { .. } => "network",
            Self::Tcp { .. } => "TCP server",
            Self::Node { .. } => "function in Node",
            Self::External { .. } => "external server",
        }
    }
}

/// A socket that workerd listens on.
///
/// Generated files say `127.0.0.1:0`; the launcher gives the address that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Socket {
    /// The name that workerd's `--socket-addr` refers to; no `=` in it.
    pub name: String,
    /// The service that answers.
    pub service: String,
    /// The entrypoint that answers; the default export if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<String>,
    /// Where it listens, `host:port`, if that is known before it is launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Socket {
    /// The socket over which the host talks to a test Worker's runner.
    pub fn for_test_worker(worker: &TestWorker) -> Self {
        Self {
            name: worker.service.clone(),
            service: worker.service.clone(),
            entrypoint: Some(super::RUNNER_ENTRYPOINT.to_owned()),
            address: None,
        }
    }
}

/// Modules that every Worker of the process can import and that cost nothing where they are not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extension {
    /// A name for people, for example `runner`.
    pub name: String,
    /// The modules. Absent in the committed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<ExtensionModule>,
    /// Why it is there.
    pub provenance: Provenance,
}

/// An ES module of an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtensionModule {
    /// The full specifier, for example `wpt:runner`.
    pub name: String,
    /// Whether only other extension modules and wrapped bindings can import it.
    pub internal: bool,
    /// Where its contents are.
    pub source: ModuleSource,
}
