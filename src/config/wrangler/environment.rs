//! Selects an environment and lays it over the top level, by wrangler's rules of inheritance.

use super::{
    Wrangler,
    durable_objects::storage_of_classes,
    section::{Section, not_inherited},
    unsupported::{KINDS, Scope, UnsupportedBinding},
};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Node, Reader},
    },
    diagnostic::{Diagnostic, nearest},
};

/// Reads the whole file as `environment` sees it; `None` if it has no such environment or is no table.
pub(super) fn read(reader: &mut Reader<'_>, root: &Field<'_>, environment: Option<&str>) -> Option<Wrangler> {
    let mut fields = root.fields(reader)?;
    let top = Section::read(reader, &mut fields, true);
    let environments = fields.get("env");
    let wrangler = match environment {
        None => Some(finish(reader, None, top)),
        Some(name) => select(reader, environments.as_ref(), name).and_then(|selected| {
            let mut fields = selected.fields(reader)?;
            let own = Section::read(reader, &mut fields, false);
            fields.finish(reader);
            report_not_inherited(reader, root.node, &selected, &top, &own);
            let merged = merge(top, own, selected.node, name);
            Some(finish(reader, Some(name.to_owned()), merged))
        }),
    };
    fields.finish(reader);
    wrangler
}

/// The table of the environment called `name`.
fn select<'t>(reader: &mut Reader<'_>, environments: Option<&Field<'t>>, name: &str) -> Option<Field<'t>> {
    let entries = match environments {
        Some(environments) => environments.entries(reader)?,
        None => Vec::new(),
    };
    if let Some((_, field)) = entries.iter().find(|(entry, _)| entry.key == name) {
        return Some(field.clone());
    }
    let path = &reader.file.path;
    let mut diagnostic =
        Diagnostic::error("unknown-environment", format!("`{path}` has no environment `{name}`"));
    for (entry, _) in &entries {
        diagnostic = diagnostic.label(&reader.file, entry.key_span.clone(), "");
    }
    let names = || entries.iter().map(|(entry, _)| entry.key.as_str());
    if let Some(near) = nearest(name, names()) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    reader.diagnostics.push(if entries.is_empty() {
        diagnostic.help(format!("it has none at all: add `env.{name}`, or select none"))
    } else {
        let quoted: Vec<_> = names().map(|name| format!("`{name}`")).collect();
        diagnostic.help(format!("the environments are {}", quoted.join(", ")))
    });
    None
}

fn merge(top: Section, own: Section, selected: &Node, environment: &str) -> Section {
    let named = |name: Spanned<String>| name.map(|name| format!("{name}-{environment}"));
    Section {
        name: own.name.or(top.name.map(named)),
        main: own.main.or(top.main),
        compatibility_date: own.compatibility_date.or(top.compatibility_date),
        compatibility_flags: own.compatibility_flags.or(top.compatibility_flags),
        tsconfig: own.tsconfig.or(top.tsconfig),
        jsx_factory: own.jsx_factory.or(top.jsx_factory),
        jsx_fragment: own.jsx_fragment.or(top.jsx_fragment),
        no_bundle: own.no_bundle.or(top.no_bundle),
        minify: own.minify.or(top.minify),
        keep_names: own.keep_names.or(top.keep_names),
        rules: own.rules.or(top.rules),
        migrations: own.migrations.or(top.migrations),
        exports: own.exports.or(top.exports),
        alias: top.alias,
        unsupported: inherit_unsupported(top.unsupported, own.unsupported, selected),
        ..own
    }
}

fn inherit_unsupported(
    top: Vec<UnsupportedBinding>,
    own: Vec<UnsupportedBinding>,
    selected: &Node,
) -> Vec<UnsupportedBinding> {
    let inherited = top.into_iter().filter(|binding| {
        KINDS.iter().find(|kind| kind.key == binding.key).is_some_and(|kind| match kind.scope {
            Scope::TopLevel => true,
            Scope::Inherited => selected.get(kind.key).is_none(),
            Scope::NotInherited => false,
        })
    });
    inherited.chain(own).collect()
}

fn finish(reader: &mut Reader<'_>, environment: Option<String>, section: Section) -> Wrangler {
    let migrations = section.migrations.unwrap_or_default();
    let exports = section.exports.unwrap_or_default();
    let storage = storage_of_classes(&migrations, &exports, reader.diagnostics);
    let mut unsupported = section.unsupported;
    unsupported.sort_by_key(|binding| binding.origin.span.start);
    Wrangler {
        file: reader.file.clone(),
        environment,
        name: section.name,
        main: section.main,
        compatibility_date: section.compatibility_date,
        compatibility_flags: section.compatibility_flags.unwrap_or_default(),
        tsconfig: section.tsconfig,
        jsx_factory: section.jsx_factory,
        jsx_fragment: section.jsx_fragment,
        no_bundle: section.no_bundle,
        minify: section.minify,
        keep_names: section.keep_names,
        rules: section.rules.unwrap_or_default(),
        define: section.define,
        alias: section.alias,
        vars: section.vars,
        secrets: section.secrets,
        kv_namespaces: section.kv_namespaces,
        d1_databases: section.d1_databases,
        durable_objects: section.durable_objects,
        services: section.services,
        migrations,
        exports,
        unsupported,
        storage,
    }
}

/// Warns, as wrangler does, about what the top level has and the environment will be without.
fn report_not_inherited(
    reader: &mut Reader<'_>,
    root: &Node,
    selected: &Field<'_>,
    top: &Section,
    own: &Section,
) {
    let path = &selected.path;
    for key in not_inherited() {
        if let (Some(entry), None) = (root.entry(key), selected.node.get(key)) {
            reader.diagnostics.push(
                Diagnostic::warning("not-inherited", format!("`{path}` is without the top level's `{key}`"))
                    .label(&reader.file, entry.key_span.clone(), "environments do not inherit this")
                    .help(format!("add `{key}` to `{path}`")),
            );
        }
    }
    for ((key, top), (_, own)) in top.compared().into_iter().zip(own.compared()) {
        if selected.node.get(key).is_none() {
            continue;
        }
        for missing in top.into_iter().filter(|name| !own.iter().any(|own| own.value == name.value)) {
            let title = format!("`{path}.{key}` is without the top level's `{missing}`");
            let diagnostic = Diagnostic::warning("not-inherited", title);
            reader.diagnostics.push(
                missing
                    .origin
                    .label(diagnostic, "environments do not inherit this")
                    .help(format!("add `{missing}` to `{path}.{key}`")),
            );
        }
    }
}
