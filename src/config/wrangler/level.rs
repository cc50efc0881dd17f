//! One level of the file, the top or an `env.<name>`: both have the same keys, but for a few.

use super::{
    Wrangler,
    bindings::{DurableObjectBinding, NamedFile, Var},
    build::{Replacement, Rule},
    durable_objects::{Export, Migration, storage_of_classes},
    keys::top_level_only,
    table::Slot,
};
use crate::{
    config::{
        date::Date,
        origin::Spanned,
        tree::{Field, Fields, Reader},
    },
    diagnostic::Diagnostic,
};

/// Reads the keys of the top level, or of an environment laid over it.
///
/// `generated`: the file was written by a build tool. `fields` stays open, for the caller to read the rest and finish.
pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, generated: bool) -> Wrangler {
    report_removed(reader, fields, generated);
    let migrations = fields.list(reader, "migrations", Migration::read).unwrap_or_default();
    let exports = table(reader, fields, "exports", Export::read_all);
    let storage = storage_of_classes(&migrations, &exports, reader.diagnostics);
    let wrangler = Wrangler {
        file: reader.file.clone(),
        environment: None,
        redirect: None,
        name: name(reader, fields),
        compatibility_date: compatibility_date(reader, fields),
        main: slot(reader, fields, "main"),
        compatibility_flags: slot(reader, fields, "compatibility_flags"),
        tsconfig: slot(reader, fields, "tsconfig"),
        jsx_factory: slot(reader, fields, "jsx_factory"),
        jsx_fragment: slot(reader, fields, "jsx_fragment"),
        no_bundle: slot(reader, fields, "no_bundle"),
        find_additional_modules: slot(reader, fields, "find_additional_modules"),
        base_dir: slot(reader, fields, "base_dir"),
        preserve_file_names: slot(reader, fields, "preserve_file_names"),
        minify: slot(reader, fields, "minify"),
        keep_names: slot(reader, fields, "keep_names"),
        build: slot(reader, fields, "build"),
        pages_build_output_dir: slot(reader, fields, "pages_build_output_dir"),
        kv_namespaces: slot(reader, fields, "kv_namespaces"),
        d1_databases: slot(reader, fields, "d1_databases"),
        r2_buckets: slot(reader, fields, "r2_buckets"),
        services: slot(reader, fields, "services"),
        queues: slot::<Option<_>>(reader, fields, "queues").unwrap_or_default(),
        workflows: slot(reader, fields, "workflows"),
        hyperdrive: slot(reader, fields, "hyperdrive"),
        analytics_engine_datasets: slot(reader, fields, "analytics_engine_datasets"),
        ratelimits: slot(reader, fields, "ratelimits"),
        send_email: slot(reader, fields, "send_email"),
        secrets_store_secrets: slot(reader, fields, "secrets_store_secrets"),
        pipelines: slot(reader, fields, "pipelines"),
        k2: slot(reader, fields, "k2"),
        vectorize: slot(reader, fields, "vectorize"),
        dispatch_namespaces: slot(reader, fields, "dispatch_namespaces"),
        mtls_certificates: slot(reader, fields, "mtls_certificates"),
        worker_loaders: slot(reader, fields, "worker_loaders"),
        vpc_services: slot(reader, fields, "vpc_services"),
        vpc_networks: slot(reader, fields, "vpc_networks"),
        ai_search: slot(reader, fields, "ai_search"),
        ai_search_namespaces: slot(reader, fields, "ai_search_namespaces"),
        agent_memory: slot(reader, fields, "agent_memory"),
        flagship: slot(reader, fields, "flagship"),
        artifacts: slot(reader, fields, "artifacts"),
        unsafe_hello_world: slot(reader, fields, "unsafe_hello_world"),
        ai: slot(reader, fields, "ai"),
        browser: slot(reader, fields, "browser"),
        images: slot(reader, fields, "images"),
        media: slot(reader, fields, "media"),
        stream: slot(reader, fields, "stream"),
        analytics: slot(reader, fields, "analytics"),
        version_metadata: slot(reader, fields, "version_metadata"),
        assets: slot(reader, fields, "assets"),
        site: slot(reader, fields, "site"),
        containers: slot(reader, fields, "containers"),
        connect: slot(reader, fields, "connect"),
        tail_consumers: slot(reader, fields, "tail_consumers"),
        streaming_tail_consumers: slot(reader, fields, "streaming_tail_consumers"),
        logfwdr: slot::<Option<_>>(reader, fields, "logfwdr").unwrap_or_default(),
        unsafe_: slot::<Option<_>>(reader, fields, "unsafe").unwrap_or_default(),
        limits: slot(reader, fields, "limits"),
        placement: slot(reader, fields, "placement"),
        observability: slot(reader, fields, "observability"),
        triggers: slot::<Option<_>>(reader, fields, "triggers").unwrap_or_default(),
        route: slot(reader, fields, "route"),
        routes: slot(reader, fields, "routes"),
        rules: fields.list(reader, "rules", Rule::read).unwrap_or_default(),
        define: table(reader, fields, "define", Replacement::read_all),
        alias: table(reader, fields, "alias", Replacement::read_all),
        vars: table(reader, fields, "vars", Var::read_all),
        secrets: slot(reader, fields, "secrets"),
        durable_objects: table(reader, fields, "durable_objects", DurableObjectBinding::read_all),
        wasm_modules: table(reader, fields, "wasm_modules", NamedFile::read_all),
        text_blobs: table(reader, fields, "text_blobs", NamedFile::read_all),
        data_blobs: table(reader, fields, "data_blobs", NamedFile::read_all),
        migrations,
        exports,
        storage,
    };
    report_both_routes(reader, &wrangler);
    wrangler
}

fn slot<T: Slot + Default>(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> T {
    T::read(reader, fields, key).unwrap_or_default()
}

/// A table that is read into a list.
fn table<'t, T>(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'t>,
    key: &'static str,
    read: fn(&mut Reader<'_>, &Field<'_>) -> Option<Vec<T>>,
) -> Vec<T> {
    fields.get(key).and_then(|table| read(reader, &table)).unwrap_or_default()
}

/// wrangler's rule for names: lower-case letters, digits, `_` and, not first, `-`.
fn name(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Spanned<String>> {
    let name = fields.string(reader, "name")?;
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    if name.value.bytes().all(allowed) && !name.value.starts_with('-') {
        return Some(name);
    }
    let diagnostic = Diagnostic::error("bad-name", format!("`{name}` cannot be the name of a Worker"));
    let diagnostic = name.origin.label(diagnostic, "expected lower-case letters, digits, `-` and `_`");
    reader.diagnostics.push(diagnostic);
    None
}

fn compatibility_date(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Spanned<Date>> {
    let written = fields.string(reader, "compatibility_date")?;
    match written.value.parse() {
        Ok(date) => Some(written.map(|_| date)),
        Err(error) => {
            let diagnostic = Diagnostic::error("bad-date", "`compatibility_date` is not a calendar date");
            reader.diagnostics.push(
                written
                    .origin
                    .label(diagnostic, error.to_string())
                    .help("write it as YYYY-MM-DD, like 2026-01-31"),
            );
            None
        }
    }
}

/// Keys of older wranglers: `node_compat` changed what a Worker can do, `legacy_env` only how it was deployed.
fn report_removed(reader: &mut Reader<'_>, fields: &mut Fields<'_>, generated: bool) {
    if let Some(entry) = fields.entry("node_compat") {
        reader.diagnostics.push(
            Diagnostic::error("removed-key", "wrangler 4 no longer has `node_compat`")
                .label(&reader.file, entry.key_span.clone(), "")
                .help("add \"nodejs_compat\" to `compatibility_flags` instead"),
        );
    }
    if let Some(entry) = fields.entry("legacy_env").filter(|_| !generated) {
        reader.diagnostics.push(
            Diagnostic::error("removed-key", "wrangler 4 no longer has `legacy_env`")
                .label(&reader.file, entry.key_span.clone(), "")
                .help("delete it: each environment is a Worker of its own, named `<name>-<environment>`"),
        );
    }
}

fn report_both_routes(reader: &mut Reader<'_>, wrangler: &Wrangler) {
    if let (Some(route), Some(first)) = (&wrangler.route, wrangler.routes.first()) {
        let diagnostic = Diagnostic::error("conflicting-keys", "both `route` and `routes` are given");
        let diagnostic = route.pattern().origin.label(diagnostic, "a route here");
        let diagnostic = first.pattern().origin.label(diagnostic, "and routes here");
        reader.diagnostics.push(diagnostic.help("keep one of the two"));
    }
}

/// Warns about keys of an environment that wrangler looks up at the top level alone.
pub(super) fn report_top_level_only(reader: &mut Reader<'_>, environment: &Field<'_>) {
    let path = &environment.path;
    for key in top_level_only() {
        if let Some(entry) = environment.node.entry(key) {
            reader.diagnostics.push(
                Diagnostic::warning("top-level-only", format!("`{path}.{key}` has no effect"))
                    .label(&reader.file, entry.key_span.clone(), "ignored")
                    .help(format!("move it out of `{path}`: `{key}` is for all environments")),
            );
        }
    }
}
