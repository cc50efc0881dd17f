//! Options that are known and change nothing under test, and why.

use crate::config::tree::Unread;

const fn unread(path: &'static str, reason: &'static str) -> Unread {
    Unread { path, reason }
}

const STORAGE: &str = "storage lives as long as a run, and is private to it";
const SOCKET: &str = "no socket is opened: tests call the Worker through `exports.default` or `SELF`";
const INSPECTOR: &str = "the inspector is Vitest's option";
const LOG: &str = "what a Worker logs is shown by Vitest's reporters";
const REGISTRY: &str = "tests see only the Workers of the config";
const RUNTIME: &str = "wpt-gen starts and ends workerd itself";
const MODULES: &str = "modules are compiled before a test runs";
const EXPLORER: &str = "there is no explorer";
const HEADERS: &str = "headers of workerd's own HTTP client";
const TLS: &str = "workerd's own choice is used";
const INTERNAL: &str = "Cloudflare's own";

/// Options of the pool.
pub(super) const OF_POOL: &[Unread] = &[
    unread("experimental", "what it once enabled is always enabled"),
    unread("remoteBindings", "everything is local under test"),
    unread("singleWorker", "which files share a process is wpt-gen's choice"),
];

/// Options of a Worker; those of the whole Miniflare stand beside them.
pub(super) const OF_WORKER: &[Unread] = &[
    unread("analyticsEngineDatasetsPersist", STORAGE),
    unread("assets.assetConfig.account_id", INTERNAL),
    unread("assets.assetConfig.debug", INTERNAL),
    unread("assets.assetConfig.has_static_routing", INTERNAL),
    unread("assets.assetConfig.headers", "the folder's `_headers` file is read"),
    unread("assets.assetConfig.redirects", "the folder's `_redirects` file is read"),
    unread("assets.assetConfig.script_id", INTERNAL),
    unread("assets.routerConfig.account_id", INTERNAL),
    unread("assets.routerConfig.debug", INTERNAL),
    unread("assets.routerConfig.has_user_worker", "known from the Worker's main module"),
    unread("assets.routerConfig.script_id", INTERNAL),
    unread("assets.workerName", INTERNAL),
    unread("browserRendering.headful", "tests show no browser"),
    unread("cachePersist", STORAGE),
    unread("cacheWarnUsage", LOG),
    unread("cf", "requests that tests make have the `cf` that the test gives them"),
    unread("connectHandlers", SOCKET),
    unread("containerEngine", "containers do not run under test"),
    unread("cronTriggers", "nothing happens by the clock under test: a test calls `scheduled` itself"),
    unread("d1Persist", STORAGE),
    unread("defaultPersistRoot", STORAGE),
    unread("durableObjects.*.container", "containers do not run under test"),
    unread("durableObjectsPersist", STORAGE),
    unread("email.send_email[].remoteProxyConnectionString", "everything is local under test"),
    unread("enableDevRegistry", REGISTRY),
    unread("handleRuntimeStdio", LOG),
    unread("handleStructuredLogs", LOG),
    unread("handleUncaughtError", LOG),
    unread("helloWorldPersist", STORAGE),
    unread("host", SOCKET),
    unread("https", SOCKET),
    unread("httpsCert", SOCKET),
    unread("httpsCertPath", SOCKET),
    unread("httpsKey", SOCKET),
    unread("httpsKeyPath", SOCKET),
    unread("imagesPersist", STORAGE),
    unread("inspectorHost", INSPECTOR),
    unread("inspectorPort", INSPECTOR),
    unread("isolatedResourcePersistencePath", STORAGE),
    unread("kvPersist", STORAGE),
    unread("liveReload", "there is no page to reload"),
    unread("log", LOG),
    unread("logRequests", LOG),
    unread("outboundService.external.http", HEADERS),
    unread("outboundService.external.https.options", HEADERS),
    unread("port", SOCKET),
    unread("publicUrl", SOCKET),
    unread("r2Buckets.*.s3Credentials", "the bucket has no S3 interface under test"),
    unread("r2Persist", STORAGE),
    unread("resourcePersistencePath", STORAGE),
    unread("resourceTmpPath", STORAGE),
    unread("routes", SOCKET),
    unread("secretsStorePersist", STORAGE),
    unread("serviceBindings.*.external.http", HEADERS),
    unread("serviceBindings.*.external.https.options", HEADERS),
    unread("serviceBindings.*.external.https.tlsOptions.cipherList", TLS),
    unread("serviceBindings.*.external.https.tlsOptions.minVersion", TLS),
    unread("serviceBindings.*.network.tlsOptions.cipherList", TLS),
    unread("serviceBindings.*.network.tlsOptions.minVersion", TLS),
    unread("streamPersist", STORAGE),
    unread("stripCfConnectingIp", SOCKET),
    unread("stripDisablePrettyError", SOCKET),
    unread("structuredWorkerdLogs", LOG),
    unread("telemetry", "nothing is sent anywhere"),
    unread("unsafeDevRegistryDurableObjectProxy", REGISTRY),
    unread("unsafeDevRegistryPath", REGISTRY),
    unread("unsafeDirectSockets", SOCKET),
    unread("unsafeEnableAssetsRpc", "it is always on"),
    unread("unsafeHandleDevRegistryUpdate", REGISTRY),
    unread("unsafeHandleRuntimeRestart", RUNTIME),
    unread("unsafeInspectDurableObjects", INSPECTOR),
    unread("unsafeInspectorProxy", INSPECTOR),
    unread("unsafeLocalExplorer", EXPLORER),
    unread("unsafeModuleFallbackService", MODULES),
    unread("unsafeObservability", EXPLORER),
    unread("unsafeProxySharedSecret", REGISTRY),
    unread("unsafeRegisterWorker", REGISTRY),
    unread("unsafeRuntimeEnv", RUNTIME),
    unread("unsafeStickyBlobs", STORAGE),
    unread("unsafeTriggerHandlers", SOCKET),
    unread("unsafeUseModuleFallbackService", MODULES),
    unread("upstream", SOCKET),
    unread("verbose", LOG),
    unread("workflows.*.external", "whether the Workflow is another Worker's, its `scriptName` says"),
    unread("workflowsPersist", STORAGE),
];
