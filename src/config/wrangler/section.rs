//! One level of the file, the top or an `env.<name>`: both have the same keys, but for a few.

use super::{
    bindings::{D1Database, DurableObjectBinding, KvNamespace, Secrets, Service, Var},
    build::{Replacement, Rule},
    durable_objects::{Export, Migration},
    unsupported::{self, KINDS, Scope, UnsupportedBinding},
};
use crate::{
    config::{
        date::Date,
        origin::Spanned,
        tree::{Fields, Reader},
    },
    diagnostic::Diagnostic,
};

/// Keys that matter to deployment, to `wrangler dev` or to logs, but not to what a Worker does in a test.
const IGNORED: &[&str] = &[
    "access",
    "account_id",
    "base_dir",
    "build",
    "cache",
    "cloudchamber",
    "compliance_region",
    "find_additional_modules",
    "first_party_worker",
    "limits",
    "logpush",
    "observability",
    "placement",
    "preserve_file_names",
    "preview_urls",
    "previews",
    "python_modules",
    "route",
    "routes",
    "triggers",
    "upload_source_maps",
    "workers_dev",
];

/// Such keys that only the top level has. The last five are written by tools that generate the file.
const IGNORED_TOP_LEVEL: &[&str] = &[
    "$schema",
    "addresses",
    "dependencies_instrumentation",
    "dev",
    "keep_vars",
    "pages_build_output_dir",
    "send_metrics",
    "configPath",
    "definedEnvironments",
    "targetEnvironment",
    "topLevelName",
    "userConfigPath",
];

/// Typed keys that an environment does not inherit.
const TYPED_NOT_INHERITED: &[&str] =
    &["vars", "define", "secrets", "durable_objects", "kv_namespaces", "d1_databases", "services"];

/// What stands at one level; `None` and empty are told apart only where inheritance needs it.
pub(super) struct Section {
    pub(super) name: Option<Spanned<String>>,
    pub(super) main: Option<Spanned<String>>,
    pub(super) compatibility_date: Option<Spanned<Date>>,
    pub(super) compatibility_flags: Option<Vec<Spanned<String>>>,
    pub(super) tsconfig: Option<Spanned<String>>,
    pub(super) jsx_factory: Option<Spanned<String>>,
    pub(super) jsx_fragment: Option<Spanned<String>>,
    pub(super) no_bundle: Option<Spanned<bool>>,
    pub(super) minify: Option<Spanned<bool>>,
    pub(super) keep_names: Option<Spanned<bool>>,
    pub(super) rules: Option<Vec<Rule>>,
    pub(super) migrations: Option<Vec<Migration>>,
    pub(super) exports: Option<Vec<Export>>,
    pub(super) define: Vec<Replacement>,
    pub(super) alias: Vec<Replacement>,
    pub(super) vars: Vec<Var>,
    pub(super) secrets: Option<Secrets>,
    pub(super) kv_namespaces: Vec<KvNamespace>,
    pub(super) d1_databases: Vec<D1Database>,
    pub(super) durable_objects: Vec<DurableObjectBinding>,
    pub(super) services: Vec<Service>,
    pub(super) unsupported: Vec<UnsupportedBinding>,
}

/// The keys an environment does not inherit, typed and not.
pub(super) fn not_inherited() -> impl Iterator<Item = &'static str> {
    let kinds = KINDS.iter().filter(|kind| kind.scope == Scope::NotInherited);
    TYPED_NOT_INHERITED.iter().copied().chain(kinds.map(|kind| kind.key))
}

impl Section {
    /// Reads the keys both levels have. `fields` stays open, for the caller to read the rest and finish.
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, top_level: bool) -> Self {
        fields.ignore(IGNORED);
        report_removed(reader, fields);
        let alias = if top_level {
            fields.ignore(IGNORED_TOP_LEVEL);
            fields.get("alias").and_then(|table| Replacement::read_all(reader, &table))
        } else {
            report_top_level_only(reader, fields);
            None
        };
        Self {
            name: name(reader, fields),
            main: fields.string(reader, "main"),
            compatibility_date: compatibility_date(reader, fields),
            compatibility_flags: fields.strings(reader, "compatibility_flags"),
            tsconfig: fields.string(reader, "tsconfig"),
            jsx_factory: fields.string(reader, "jsx_factory"),
            jsx_fragment: fields.string(reader, "jsx_fragment"),
            no_bundle: fields.bool(reader, "no_bundle"),
            minify: fields.bool(reader, "minify"),
            keep_names: fields.bool(reader, "keep_names"),
            rules: fields.list(reader, "rules", Rule::read),
            migrations: fields.list(reader, "migrations", Migration::read),
            exports: fields.get("exports").and_then(|table| Export::read_all(reader, &table)),
            define: fields
                .get("define")
                .and_then(|table| Replacement::read_all(reader, &table))
                .unwrap_or_default(),
            alias: alias.unwrap_or_default(),
            vars: fields.get("vars").and_then(|table| Var::read_all(reader, &table)).unwrap_or_default(),
            secrets: fields.get("secrets").and_then(|table| Secrets::read(reader, &table)),
            kv_namespaces: fields.list(reader, "kv_namespaces", KvNamespace::read).unwrap_or_default(),
            d1_databases: fields.list(reader, "d1_databases", D1Database::read).unwrap_or_default(),
            durable_objects: fields
                .get("durable_objects")
                .and_then(|table| DurableObjectBinding::read_all(reader, &table))
                .unwrap_or_default(),
            services: fields.list(reader, "services", Service::read).unwrap_or_default(),
            unsupported: unsupported::read_all(reader, fields, top_level),
        }
    }

    /// The tables whose entries wrangler compares between an environment and the top level, with the names in them.
    pub(super) fn compared(&self) -> [(&'static str, Vec<&Spanned<String>>); 3] {
        [
            ("vars", self.vars.iter().map(|var| &var.name).collect()),
            ("define", self.define.iter().map(|define| &define.from).collect()),
            ("durable_objects", self.durable_objects.iter().map(|object| &object.name).collect()),
        ]
    }
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
fn report_removed(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    if let Some(entry) = fields.entry("node_compat") {
        reader.diagnostics.push(
            Diagnostic::error("removed-key", "wrangler 4 no longer has `node_compat`")
                .label(&reader.file, entry.key_span.clone(), "")
                .help("add \"nodejs_compat\" to `compatibility_flags` instead"),
        );
    }
    if let Some(entry) = fields.entry("legacy_env") {
        reader.diagnostics.push(
            Diagnostic::warning("removed-key", "wrangler 4 no longer has `legacy_env`")
                .label(&reader.file, entry.key_span.clone(), "ignored")
                .help("delete it: each environment is a Worker of its own, named `<name>-<environment>`"),
        );
    }
}

fn report_top_level_only(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    let kinds = KINDS.iter().filter(|kind| kind.scope == Scope::TopLevel).map(|kind| kind.key);
    for key in IGNORED_TOP_LEVEL.iter().copied().chain(["alias", "env"]).chain(kinds) {
        let path = &fields.table().path;
        if let Some(entry) = fields.table().node.entry(key) {
            reader.diagnostics.push(
                Diagnostic::warning("top-level-only", format!("`{path}.{key}` has no effect"))
                    .label(&reader.file, entry.key_span.clone(), "ignored")
                    .help(format!("move it out of `{path}`: `{key}` is for all environments")),
            );
            fields.ignore(&[key]);
        }
    }
}
