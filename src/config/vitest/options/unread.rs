//! Options that are known and change nothing under test, and why.

/// Options of the pool.
pub(super) const OF_POOL: &[&str] = &[
    // Everything is local under test.
    "remoteBindings",
    // Which files share a process is wpt-gen's choice.
    "singleWorker",
];

/// Options of a Worker; those of the whole Miniflare stand beside them.
pub(super) const OF_WORKER: &[&str] = &[
    // Storage lives as long as a run, and is private to it.
    "analyticsEngineDatasetsPersist",
    "cachePersist",
    "d1Persist",
    "defaultPersistRoot",
    "durableObjectsPersist",
    "helloWorldPersist",
    "imagesPersist",
    "isolatedResourcePersistencePath",
    "kvPersist",
    "r2Persist",
    "resourcePersistencePath",
    "resourceTmpPath",
    "secretsStorePersist",
    "streamPersist",
    "unsafeStickyBlobs",
    "workflowsPersist",
    // No socket is opened: tests call the Worker through `exports.default` or `SELF`.
    "connectHandlers",
    "host",
    "https",
    "httpsCert",
    "httpsCertPath",
    "httpsKey",
    "httpsKeyPath",
    "port",
    "publicUrl",
    "routes",
    "stripCfConnectingIp",
    "stripDisablePrettyError",
    "unsafeDirectSockets",
    "unsafeTriggerHandlers",
    "upstream",
    // Cloudflare's own.
    "assets.assetConfig.account_id",
    "assets.assetConfig.debug",
    "assets.assetConfig.has_static_routing",
    "assets.assetConfig.script_id",
    "assets.routerConfig.account_id",
    "assets.routerConfig.debug",
    "assets.routerConfig.script_id",
    "assets.workerName",
    // What a Worker logs is shown by Vitest's reporters.
    "cacheWarnUsage",
    "handleRuntimeStdio",
    "handleStructuredLogs",
    "handleUncaughtError",
    "log",
    "logRequests",
    "structuredWorkerdLogs",
    "verbose",
    // Tests see only the Workers of the config.
    "enableDevRegistry",
    "unsafeDevRegistryDurableObjectProxy",
    "unsafeDevRegistryPath",
    "unsafeHandleDevRegistryUpdate",
    "unsafeProxySharedSecret",
    "unsafeRegisterWorker",
    // The inspector is Vitest's option.
    "inspectorHost",
    "inspectorPort",
    "unsafeInspectDurableObjects",
    "unsafeInspectorProxy",
    // Headers of workerd's own HTTP client.
    "outboundService.external.http",
    "outboundService.external.https.options",
    "serviceBindings.*.external.http",
    "serviceBindings.*.external.https.options",
    // Workerd's own choice is used.
    "serviceBindings.*.external.https.tlsOptions.cipherList",
    "serviceBindings.*.external.https.tlsOptions.minVersion",
    "serviceBindings.*.network.tlsOptions.cipherList",
    "serviceBindings.*.network.tlsOptions.minVersion",
    // Objects that are idle end as in production; a test that must not wait for that ends them itself.
    "additionalUnboundDurableObjects[].unsafePreventEviction",
    "durableObjects.*.unsafePreventEviction",
    // Containers do not run under test.
    "containerEngine",
    "durableObjects.*.container",
    // Wpt-gen starts and ends workerd itself.
    "unsafeHandleRuntimeRestart",
    "unsafeRuntimeEnv",
    // There is no explorer.
    "unsafeLocalExplorer",
    "unsafeObservability",
    // Modules are compiled before a test runs.
    "unsafeModuleFallbackService",
    "unsafeUseModuleFallbackService",
    // The folder's `_headers` file is read.
    "assets.assetConfig.headers",
    // The folder's `_redirects` file is read.
    "assets.assetConfig.redirects",
    // Known from the Worker's main module.
    "assets.routerConfig.has_user_worker",
    // Tests show no browser.
    "browserRendering.headful",
    // Requests that tests make have the `cf` that the test gives them.
    "cf",
    // Nothing happens by the clock under test: a test calls `scheduled` itself.
    "cronTriggers",
    // Everything is local under test.
    "email.send_email[].remoteProxyConnectionString",
    // There is no page to reload.
    "liveReload",
    // The bucket has no S3 interface under test.
    "r2Buckets.*.s3Credentials",
    // Nothing is sent anywhere.
    "telemetry",
    // It is always on.
    "unsafeEnableAssetsRpc",
    // Whether the Workflow is another Worker's, its `scriptName` says.
    "workflows.*.external",
];
