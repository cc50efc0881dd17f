//! `SUMMARY.md`: one page about the plan for reviewers, with a graph of the services.
//!
//! The page is `templates/summary.md`; this file prepares what it shows.

use camino::Utf8Path;
use minijinja::{Environment, Value, value::Serde};
use serde::{Deserialize as _, Serialize};

use super::{EmitError, graph, literal};
use crate::plan::{
    Binding, BindingKind, Difference, Export, Plan, Provenance, ServiceTarget, VitePlugin, Vitest,
    WorkerUnderTest,
};

const TEMPLATE: &str = include_str!("../../templates/summary.md");

/// The summary in Markdown.
///
/// # Errors
/// The plan is inconsistent.
pub fn markdown(plan: &Plan) -> Result<String, EmitError> {
    let mut environment = Environment::new();
    environment.add_filter("code", |text: &str| code(text));
    environment.add_filter("prose", |text: &str| prose(text));
    environment.add_filter("line", |text: &str| line(text));
    environment.add_filter("why", |provenance: Value| why(&provenance));
    let plan = &plan.for_review();
    let page = Page {
        worker: &plan.worker,
        vitest: &plan.vitest,
        parity: &plan.parity,
        bindings: plan.worker.bindings.iter().map(row).collect(),
        exports: plan.worker.exports.iter().map(export_row).collect(),
        own_isolates: plan.own_isolates.as_ref(),
        plugins: &plan.vite_plugins,
        files: plan.test_files().map(Utf8Path::as_str).collect(),
        graph: graph::mermaid(plan)?,
    };
    let page = environment.render_str(TEMPLATE, Serde(&page))?;
    Ok(format!("{}\n", page.trim_end()))
}

/// What the template is filled in with.
#[derive(Serialize)]
struct Page<'a> {
    worker: &'a WorkerUnderTest,
    vitest: &'a Vitest,
    parity: &'a [Difference],
    bindings: Vec<Row<'a>>,
    exports: Vec<ExportRow<'a>>,
    #[serde(rename = "ownIsolates")]
    own_isolates: Option<&'a Provenance>,
    plugins: &'a [VitePlugin],
    files: Vec<&'a str>,
    graph: String,
}

/// A row of the table of bindings.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'static str,
    value: String,
    provenance: &'a Provenance,
}

fn row(binding: &Binding) -> Row<'_> {
    Row {
        name: &binding.name,
        kind: binding.kind.name(),
        value: value(&binding.kind),
        provenance: &binding.provenance,
    }
}

/// What a binding holds, in a few words of Markdown.
fn value(kind: &BindingKind) -> String {
    match kind {
        BindingKind::Text { value } => code(&abridged(&serde_json::Value::from(value.as_str()).to_string())),
        BindingKind::Json { value } => code(&abridged(&value.to_string())),
        BindingKind::Secret { variable } => format!("{} of the environment", code(variable)),
        BindingKind::TextModule { source }
        | BindingKind::DataModule { source }
        | BindingKind::WasmModule { source } => code(source.path().as_str()),
        BindingKind::Kv { id }
        | BindingKind::R2 { id }
        | BindingKind::D1 { id }
        | BindingKind::Queue { id, .. }
        | BindingKind::Images { id }
        | BindingKind::Stream { id }
        | BindingKind::Flagship { id }
        | BindingKind::HelloWorld { id, .. }
        | BindingKind::WorkerLoader { id: Some(id) }
        | BindingKind::Pipeline { pipeline: id }
        | BindingKind::AnalyticsEngine { dataset: id } => code(id),
        BindingKind::Workflow { id, class, target, .. } => {
            format!("{}: {} of {}", code(id), code(class), worker(target))
        }
        BindingKind::RateLimit { id, limit, period } => format!("{limit} in {period} s ({})", code(id)),
        BindingKind::Email { destination, destinations, .. } => {
            let addresses = destination.iter().chain(destinations.iter().flatten());
            let addresses = addresses.map(|address| code(address)).collect::<Vec<_>>().join(", ");
            if addresses.is_empty() { "to anyone".to_owned() } else { format!("to {addresses}") }
        }
        BindingKind::StoredSecret { id, secret } => format!("{} of {}", code(secret), code(id)),
        BindingKind::Hyperdrive { scheme, database, service, .. } => {
            format!("{} database {} at {}", line(scheme), code(database), code(service))
        }
        BindingKind::VersionMetadata => "of no version".to_owned(),
        BindingKind::WorkerLoader { id: None } | BindingKind::UnsafeEval => String::new(),
        BindingKind::Remote { product } => format!("{}: every call fails", line(product)),
        BindingKind::DurableObject { class, service: None } => code(class),
        BindingKind::DurableObject { class, service: Some(service) } => {
            format!("{} of {}", code(class), code(service))
        }
        BindingKind::Service { target, entrypoint, .. } | BindingKind::KvService { target, entrypoint } => {
            let target = worker(target);
            match entrypoint {
                Some(entrypoint) => format!("{} of {target}", code(entrypoint)),
                None => target,
            }
        }
        BindingKind::Wrapped { module, .. } => code(module),
    }
}

/// A Worker that a binding names.
fn worker(target: &ServiceTarget) -> String {
    match target {
        ServiceTarget::SelfWorker => "itself".to_owned(),
        ServiceTarget::Named(name) => code(name),
    }
}

/// The beginning of a long value.
fn abridged(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A row of the table of exports.
#[derive(Serialize)]
struct ExportRow<'a> {
    name: &'a str,
    kind: &'static str,
    evidence: String,
    provenance: &'a Provenance,
}

fn export_row(export: &Export) -> ExportRow<'_> {
    let Export { name, kind, evidence, provenance, view } = export;
    let view = view.as_ref().map_or_else(String::new, |reason| format!("; behind a view: {reason}"));
    ExportRow { name, kind: kind.name(), evidence: format!("{evidence}{view}"), provenance }
}

/// A provenance for a table cell.
fn why(provenance: &Value) -> Result<String, minijinja::Error> {
    Ok(match Provenance::deserialize(provenance.clone())? {
        source @ Provenance::Source { .. } => code(&source.to_string()),
        Provenance::Rule { rule, reason } => format!("{} ({})", prose(&reason), code(&rule)),
    })
}

/// A reason: its backticks are meant, as long as each has its partner.
fn prose(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return line(text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { line(part) }).collect()
}

/// Text as code in a table cell. A fence longer than any run of backticks inside keeps them.
fn code(text: &str) -> String {
    let text = literal::comment(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text as it is in a table cell or paragraph: one line, none of its characters markup.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in literal::comment(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_of_a_reason_are_markup_and_nothing_else_is() {
        assert_eq!(prose("`a_b()` of c_d"), "`a_b()` of c\\_d");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(prose("`a|b`"), "`a\\|b`");
    }
}
