//! Selects an environment and lays it over the top level, by wrangler's rules of inheritance.

use super::{
    Wrangler,
    keys::{not_inherited, scope},
    level,
};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Reader},
    },
    diagnostic::{Diagnostic, Diagnostics, nearest},
};

/// Reads the whole file as `environment` sees it; `None` if it has no such environment or is no table.
pub(super) fn read(reader: &mut Reader<'_>, root: &Field<'_>, environment: Option<&str>) -> Option<Wrangler> {
    let mut fields = root.fields(reader)?;
    let top = level::read(reader, &mut fields);
    let environments = fields.get("env");
    let wrangler = match environment {
        None => Some(top),
        Some(name) => select(reader, environments.as_ref(), name)
            .and_then(|selected| read_over(reader, root, &selected, name, &top)),
    };
    fields.finish(reader);
    wrangler
}

/// Reads an environment laid over the top level, of which everything has been reported already.
fn read_over(
    reader: &mut Reader<'_>,
    root: &Field<'_>,
    selected: &Field<'_>,
    name: &str,
    top: &Wrangler,
) -> Option<Wrangler> {
    let mut found = Diagnostics::new();
    let mut inner = Reader { file: reader.file.clone(), diagnostics: &mut found };
    let mut fields = selected.fields_over(&mut inner, root, scope)?;
    let mut own = level::read(&mut inner, &mut fields);
    fields.finish(&mut inner);
    level::report_top_level_only(&mut inner, selected);
    report_not_inherited(&mut inner, root, selected, top, &own);
    reader.diagnostics.extend_new(found);
    if selected.node.get("name").is_none() {
        own.name = own.name.map(|top| top.map(|top| format!("{top}-{name}")));
    }
    own.environment = Some(name.to_owned());
    Some(own)
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

/// Warns, as wrangler does, about what the top level has and the environment will be without.
fn report_not_inherited(
    reader: &mut Reader<'_>,
    root: &Field<'_>,
    selected: &Field<'_>,
    top: &Wrangler,
    own: &Wrangler,
) {
    let path = &selected.path;
    for key in not_inherited() {
        if let (Some(entry), None) = (root.node.entry(key), selected.node.get(key)) {
            reader.diagnostics.push(
                Diagnostic::warning("not-inherited", format!("`{path}` is without the top level's `{key}`"))
                    .label(&reader.file, entry.key_span.clone(), "environments do not inherit this")
                    .help(format!("add `{key}` to `{path}`")),
            );
        }
    }
    for ((key, top), (_, own)) in compared(top).into_iter().zip(compared(own)) {
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

/// The tables whose entries wrangler compares between an environment and the top level, with the names in them.
fn compared(level: &Wrangler) -> [(&'static str, Vec<&Spanned<String>>); 3] {
    [
        ("vars", level.vars.iter().map(|var| &var.name).collect()),
        ("define", level.define.iter().map(|define| &define.from).collect()),
        ("durable_objects", level.durable_objects.iter().map(|object| &object.name).collect()),
    ]
}
