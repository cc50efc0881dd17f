//! Options that are known and change nothing under test, and why.

use crate::{
    config::{
        origin::Spanned,
        tree::{Fields, Reader},
    },
    diagnostic::Diagnostic,
};

/// Miniflare's options that have no meaning for a test, and why. Using one is a warning.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("kvPersist", STORAGE),
    ("r2Persist", STORAGE),
    ("d1Persist", STORAGE),
    ("cachePersist", STORAGE),
    ("durableObjectsPersist", STORAGE),
    ("workflowsPersist", STORAGE),
    ("secretsStorePersist", STORAGE),
    ("analyticsEngineDatasetsPersist", STORAGE),
    ("helloWorldPersist", STORAGE),
    ("imagesPersist", STORAGE),
    ("streamPersist", STORAGE),
    ("defaultPersistRoot", STORAGE),
    ("resourcePersistencePath", STORAGE),
    ("isolatedResourcePersistencePath", STORAGE),
    ("resourceTmpPath", STORAGE),
    ("host", SOCKET),
    ("port", SOCKET),
    ("https", SOCKET),
    ("httpsKey", SOCKET),
    ("httpsKeyPath", SOCKET),
    ("httpsCert", SOCKET),
    ("httpsCertPath", SOCKET),
    ("publicUrl", SOCKET),
    ("upstream", SOCKET),
    ("routes", SOCKET),
    ("unsafeDirectSockets", SOCKET),
    ("connectHandlers", SOCKET),
    ("stripCfConnectingIp", SOCKET),
    ("stripDisablePrettyError", SOCKET),
    ("unsafeTriggerHandlers", SOCKET),
    ("cf", "requests that tests make have the `cf` that the test gives them"),
    ("cronTriggers", "nothing happens by the clock under test: a test calls `scheduled` itself"),
    ("inspectorPort", INSPECTOR),
    ("inspectorHost", INSPECTOR),
    ("unsafeInspectorProxy", INSPECTOR),
    ("unsafeInspectDurableObjects", INSPECTOR),
    ("liveReload", "there is no page to reload"),
    ("log", LOG),
    ("verbose", LOG),
    ("logRequests", LOG),
    ("cacheWarnUsage", LOG),
    ("handleStructuredLogs", LOG),
    ("handleRuntimeStdio", LOG),
    ("structuredWorkerdLogs", LOG),
    ("handleUncaughtError", LOG),
    ("telemetry", "nothing is sent anywhere"),
    ("unsafeDevRegistryPath", REGISTRY),
    ("unsafeDevRegistryDurableObjectProxy", REGISTRY),
    ("unsafeHandleDevRegistryUpdate", REGISTRY),
    ("unsafeRegisterWorker", REGISTRY),
    ("enableDevRegistry", REGISTRY),
    ("unsafeProxySharedSecret", REGISTRY),
    ("unsafeStickyBlobs", STORAGE),
    ("unsafeEnableAssetsRpc", "it is always on"),
    ("unsafeLocalExplorer", "there is no explorer"),
    ("unsafeObservability", "there is no explorer"),
    ("unsafeHandleRuntimeRestart", RUNTIME),
    ("unsafeRuntimeEnv", RUNTIME),
    ("unsafeModuleFallbackService", MODULES),
    ("unsafeUseModuleFallbackService", MODULES),
    ("containerEngine", "containers do not run under test"),
];

const STORAGE: &str = "storage lives as long as a run, and is private to it";
const SOCKET: &str = "no socket is opened: tests call the Worker through `exports.default` or `SELF`";
const INSPECTOR: &str = "the inspector is Vitest's option: `--inspect`";
const LOG: &str = "what the Worker logs is shown by Vitest's reporters";
const REGISTRY: &str = "tests see only the Workers of the config";
const RUNTIME: &str = "wpt-gen starts and ends workerd itself";
const MODULES: &str = "modules are compiled before a test runs";

/// The other options that are given.
pub(super) fn meaningful(reader: &Reader<'_>, fields: &Fields<'_>) -> Vec<Spanned<String>> {
    let entries = fields.table().node.entries().iter();
    entries
        .filter(|entry| WITHOUT_EFFECT.iter().all(|(option, _)| *option != entry.key))
        .map(|entry| Spanned::new(entry.key.clone(), reader.key_origin(entry)))
        .collect()
}

/// Warns of the options that change nothing.
pub(super) fn warn(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    for (option, reason) in WITHOUT_EFFECT {
        let Some(entry) = fields.entry(option) else { continue };
        let path = fields.table().path_of(option);
        let title = format!("`{path}` has no effect under test");
        let diagnostic = Diagnostic::warning("ignored-option", title);
        reader.diagnostics.push(reader.key_origin(entry).label(diagnostic, *reason));
    }
}
