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
    let top = level::read(reader, &mut fields, false);
    let environments = fields.get("env");
    let wrangler = match environment {
        None => Some(top),
        Some(name) => match select(reader, environments.as_ref(), &top, name) {
            Selected::Environment(selected) => read_over(reader, root, &selected, name, &top),
            // All environments of a Pages project are the one project.
            Selected::TopLevel if top.pages_build_output_dir.is_some() => {
                Some(Wrangler { environment: Some(name.to_owned()), ..top })
            }
            Selected::TopLevel => Some(with_environment(top, name)),
            Selected::Nothing => None,
        },
    };
    fields.finish(reader);
    wrangler
}

/// Reads a file that a build tool has generated for one environment, which is its top level.
pub(super) fn read_redirected(
    reader: &mut Reader<'_>,
    root: &Field<'_>,
    environment: Option<&str>,
) -> Option<Wrangler> {
    let mut fields = root.fields(reader)?;
    let mut top = level::read(reader, &mut fields, true);
    let environments = fields.get("env").and_then(|field| field.entries(reader)).unwrap_or_default();
    if let Some((first, _)) = environments.first() {
        let diagnostic =
            Diagnostic::error("bad-redirect", "a generated wrangler file cannot have environments");
        let origin = reader.key_origin(first);
        reader.diagnostics.push(
            origin
                .label(diagnostic, "")
                .help("this is a fault of the tool that generated it: tell its authors"),
        );
    }
    let target = fields.string(reader, "targetEnvironment");
    if let (Some(name), Some(target)) = (environment, target.filter(|_| top.pages_build_output_dir.is_none()))
        && target.value != name
    {
        let title = format!("the project was built for the environment `{target}`, not for `{name}`");
        reader.diagnostics.push(
            target
                .origin
                .label(Diagnostic::error("bad-redirect", title), "")
                .help(format!("build it again with `{name}`, or select `{target}`")),
        );
    }
    fields.finish(reader);
    top.environment = environment.map(str::to_owned);
    Some(top)
}

/// What `environment` leads to.
enum Selected<'t> {
    /// The table of the environment.
    Environment(Field<'t>),
    /// The top level: there are no environments.
    TopLevel,
    /// Nothing; that has been reported.
    Nothing,
}

/// The level under another environment's name.
fn with_environment(level: Wrangler, environment: &str) -> Wrangler {
    let name = level.name.map(|name| name.map(|name| format!("{name}-{environment}")));
    Wrangler { name, environment: Some(environment.to_owned()), ..level }
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
    let own = level::read(&mut inner, &mut fields, false);
    fields.finish(&mut inner);
    level::report_top_level_only(&mut inner, selected);
    report_not_inherited(&mut inner, root, selected, top, &own);
    report_own_definitions(&mut inner, selected, top, &own);
    reader.diagnostics.extend_new(found);
    Some(match selected.node.get("name") {
        Some(_) => Wrangler { environment: Some(name.to_owned()), ..own },
        None => with_environment(own, name),
    })
}

/// Finds the environment called `name`. A file without any environment is used as it is, with a warning.
fn select<'t>(
    reader: &mut Reader<'_>,
    environments: Option<&Field<'t>>,
    top: &Wrangler,
    name: &str,
) -> Selected<'t> {
    let path = &reader.file.path;
    let title = format!("`{path}` has no environment `{name}`");
    let Some(environments) = environments else {
        // Each Pages project has a preview and a production environment, written or not.
        if top.pages_build_output_dir.is_none() {
            let diagnostic = Diagnostic::warning("unknown-environment", title);
            reader
                .diagnostics
                .push(diagnostic.help(format!("it has none at all: add `env.{name}`, or select none")));
        }
        return Selected::TopLevel;
    };
    let Some(entries) = environments.entries(reader) else { return Selected::Nothing };
    if let Some((_, field)) = entries.iter().find(|(entry, _)| entry.key == name) {
        return Selected::Environment(field.clone());
    }
    if top.pages_build_output_dir.is_some() {
        return Selected::TopLevel;
    }
    let mut diagnostic = Diagnostic::error("unknown-environment", title);
    for (entry, _) in &entries {
        diagnostic = diagnostic.label(&reader.file, entry.key_span.clone(), "");
    }
    let names = || entries.iter().map(|(entry, _)| entry.key.as_str());
    if let Some(near) = nearest(name, names()) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    let quoted: Vec<_> = names().map(|name| format!("`{name}`")).collect();
    reader.diagnostics.push(match quoted.as_slice() {
        [] => diagnostic.help(format!("`env` is empty: add `env.{name}`, or select none")),
        names => diagnostic.help(format!("the environments are {}", names.join(", "))),
    });
    Selected::Nothing
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

/// Warns about a definition that the top level, which has some, has not got: wrangler takes it for a mistake.
fn report_own_definitions(reader: &mut Reader<'_>, selected: &Field<'_>, top: &Wrangler, own: &Wrangler) {
    let new = |from: &&Spanned<String>| !top.define.iter().any(|define| define.from.value == from.value);
    let only_own = own.define.iter().map(|define| &define.from).filter(new);
    for from in only_own.filter(|_| !top.define.is_empty()) {
        let title = format!("`{}.define` has `{from}`, which the top level has not", selected.path);
        let diagnostic = from.origin.label(Diagnostic::warning("not-inherited", title), "");
        reader.diagnostics.push(diagnostic.help(format!("add `{from}` to the top level's `define`")));
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
