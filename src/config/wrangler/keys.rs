//! Every key of the file: who inherits it, and which keys nothing is read from.

use crate::config::tree::{Scope, Unread};

/// The keys of the top level that an environment does not inherit.
const NOT_INHERITED: &[&str] = &[
    "agent_memory",
    "ai",
    "ai_search",
    "ai_search_namespaces",
    "analytics",
    "analytics_engine_datasets",
    "artifacts",
    "browser",
    "cloudchamber",
    "connect",
    "containers",
    "d1_databases",
    "define",
    "dispatch_namespaces",
    "durable_objects",
    "flagship",
    "hyperdrive",
    "images",
    "k2",
    "kv_namespaces",
    "media",
    "mtls_certificates",
    "pipelines",
    "queues",
    "r2_buckets",
    "ratelimits",
    "secrets",
    "secrets_store_secrets",
    "send_email",
    "services",
    "stream",
    "streaming_tail_consumers",
    "tail_consumers",
    "unsafe",
    "unsafe_hello_world",
    "vars",
    "vectorize",
    "version_metadata",
    "vpc_networks",
    "vpc_services",
    "worker_loaders",
    "workflows",
];

/// The keys that only the top level has.
const TOP_LEVEL: &[&str] = &[
    "$schema",
    "addresses",
    "alias",
    "configPath",
    "data_blobs",
    "definedEnvironments",
    "dependencies_instrumentation",
    "dev",
    "env",
    "keep_vars",
    "pages_build_output_dir",
    "send_metrics",
    "site",
    "targetEnvironment",
    "text_blobs",
    "topLevelName",
    "userConfigPath",
    "wasm_modules",
];

/// Where wrangler looks a key up for an environment.
pub(super) fn scope(key: &str) -> Scope {
    if NOT_INHERITED.binary_search(&key).is_ok() {
        Scope::NotInherited
    } else if TOP_LEVEL.binary_search(&key).is_ok() {
        Scope::TopLevel
    } else {
        Scope::Inherited
    }
}

/// The keys that an environment does not inherit.
pub(super) fn not_inherited() -> impl Iterator<Item = &'static str> {
    NOT_INHERITED.iter().copied()
}

/// The keys that have no effect in an environment.
pub(super) fn top_level_only() -> impl Iterator<Item = &'static str> {
    TOP_LEVEL.iter().copied()
}

const fn unread(path: &'static str, reason: &'static str) -> Unread {
    Unread { path, reason }
}

const DEPLOYMENT: &str = "for deployment";
const DEV_SERVER: &str = "for the server of `wrangler dev`";
const GENERATED: &str = "written by the tool that generated the file";

/// The keys that nothing is read from, because they have no meaning for a local run.
pub(super) const UNREAD: &[Unread] = &[
    unread("$schema", "for editors"),
    unread("access", "simulates Cloudflare Access in front of `wrangler dev`"),
    unread("account_id", DEPLOYMENT),
    unread("addresses", DEPLOYMENT),
    unread("cache", "Cloudflare's cache in front of the Worker"),
    unread("cloudchamber", DEPLOYMENT),
    unread("compliance_region", DEPLOYMENT),
    unread("configPath", GENERATED),
    unread("containers[].authorized_keys", DEPLOYMENT),
    unread("containers[].constraints", DEPLOYMENT),
    unread("containers[].image_build_context", "tests build no images"),
    unread("containers[].image_vars", "tests build no images"),
    unread("containers[].images", "tests build no images"),
    unread("containers[].instance_type", DEPLOYMENT),
    unread("containers[].observability", DEPLOYMENT),
    unread("containers[].rollout_active_grace_period", DEPLOYMENT),
    unread("containers[].rollout_step_percentage", DEPLOYMENT),
    unread("containers[].ssh", DEPLOYMENT),
    unread("containers[].trusted_user_ca_keys", DEPLOYMENT),
    unread("d1_databases[].database_internal_env", DEPLOYMENT),
    unread("d1_databases[].jurisdiction", DEPLOYMENT),
    unread("definedEnvironments", GENERATED),
    unread("dependencies_instrumentation", "telemetry of `wrangler deploy`"),
    unread("dev", DEV_SERVER),
    unread(
        "durable_objects.code_update_strategy",
        "only a deployment replaces the code under a running object",
    ),
    unread("exports.*.cache", "Cloudflare's cache in front of the entrypoint"),
    unread("exports.*.concurrency", "the local engine does not limit it"),
    unread("exports.*.container", "tests run no containers"),
    unread("exports.*.default_retention", DEPLOYMENT),
    unread("exports.*.jurisdiction", DEPLOYMENT),
    unread("exports.*.limits", DEPLOYMENT),
    unread("exports.*.name", DEPLOYMENT),
    unread("exports.*.renamed_to", DEPLOYMENT),
    unread("exports.*.schedules", DEPLOYMENT),
    unread("exports.*.transfer_from", DEPLOYMENT),
    unread("exports.*.transferred_to", DEPLOYMENT),
    unread("first_party_worker", DEPLOYMENT),
    unread("keep_vars", DEPLOYMENT),
    unread("logpush", DEPLOYMENT),
    unread("preview_urls", DEPLOYMENT),
    unread("previews", "settings of preview deployments"),
    unread("python_modules", "which Python packages are deployed"),
    unread("r2_buckets[].local_dev", DEV_SERVER),
    unread("send_metrics", "telemetry of wrangler"),
    unread("services[].dev", "a plugin of `wrangler dev`"),
    unread("targetEnvironment", GENERATED),
    unread("topLevelName", GENERATED),
    unread("upload_source_maps", DEPLOYMENT),
    unread("userConfigPath", GENERATED),
    unread("workers_dev", DEPLOYMENT),
    unread("workflows[].concurrency", "the local engine does not limit it"),
    unread("workflows[].default_retention", DEPLOYMENT),
    unread("workflows[].jurisdiction", DEPLOYMENT),
    unread("workflows[].schedules", "nothing starts instances by the clock in a test"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        assert!(NOT_INHERITED.is_sorted_by(|a, b| a < b));
        assert!(TOP_LEVEL.is_sorted_by(|a, b| a < b));
        assert!(UNREAD.is_sorted_by(|a, b| a.path < b.path));
    }
}
