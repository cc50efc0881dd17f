//! Every key of the file: who inherits it, and which keys nothing is read from.

use crate::config::tree::Scope;

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

/// The keys that nothing is read from, because they have no meaning for a local run; why, says `docs/wrangler-keys.md`.
pub(super) const UNREAD: &[&str] = &[
    "$schema",
    "access",
    "account_id",
    "addresses",
    "cache",
    "cloudchamber",
    "compliance_region",
    "configPath",
    "containers[].authorized_keys",
    "containers[].constraints",
    "containers[].image_build_context",
    "containers[].image_vars",
    "containers[].images",
    "containers[].instance_type",
    "containers[].observability",
    "containers[].rollout_active_grace_period",
    "containers[].rollout_step_percentage",
    "containers[].ssh",
    "containers[].trusted_user_ca_keys",
    "d1_databases[].database_internal_env",
    "d1_databases[].jurisdiction",
    "definedEnvironments",
    "dependencies_instrumentation",
    "dev",
    "durable_objects.code_update_strategy",
    "exports.*.cache",
    "exports.*.concurrency",
    "exports.*.container",
    "exports.*.default_retention",
    "exports.*.jurisdiction",
    "exports.*.renamed_to",
    "exports.*.schedules",
    "exports.*.transfer_from",
    "exports.*.transferred_to",
    "first_party_worker",
    "keep_vars",
    "logpush",
    "preview_urls",
    "previews",
    "python_modules",
    "r2_buckets[].local_dev",
    "send_metrics",
    "services[].dev",
    "targetEnvironment",
    "topLevelName",
    "upload_source_maps",
    "userConfigPath",
    "workers_dev",
    "workflows[].concurrency",
    "workflows[].default_retention",
    "workflows[].jurisdiction",
    "workflows[].schedules",
];

/// Keys that people write one table too high or too low; only names that say which table is meant.
pub(super) const MISPLACED: &[&str] = &[
    "account_id",
    "assets.html_handling",
    "assets.not_found_handling",
    "assets.run_worker_first",
    "compatibility_date",
    "compatibility_flags",
    "d1_databases[].database_id",
    "d1_databases[].database_name",
    "d1_databases[].migrations_dir",
    "d1_databases[].migrations_table",
    "d1_databases[].preview_database_id",
    "durable_objects.bindings[].class_name",
    "hyperdrive[].localConnectionString",
    "kv_namespaces[].preview_id",
    "limits.cpu_ms",
    "main",
    "migrations[].deleted_classes",
    "migrations[].new_classes",
    "migrations[].new_sqlite_classes",
    "migrations[].renamed_classes",
    "queues.consumers",
    "queues.consumers[].dead_letter_queue",
    "queues.consumers[].max_batch_size",
    "queues.consumers[].max_batch_timeout",
    "queues.producers",
    "r2_buckets[].bucket_name",
    "r2_buckets[].preview_bucket_name",
    "triggers.crons",
    "workers_dev",
    "workflows[].class_name",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        assert!(NOT_INHERITED.is_sorted_by(|a, b| a < b));
        assert!(TOP_LEVEL.is_sorted_by(|a, b| a < b));
        assert!(UNREAD.is_sorted_by(|a, b| a < b));
        assert!(MISPLACED.is_sorted_by(|a, b| a < b));
    }
}
