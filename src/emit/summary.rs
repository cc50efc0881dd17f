//! `SUMMARY.md`: one page about the plan for reviewers, with a graph of the services.
//!
//! The page is `templates/summary.md`; this file prepares what it shows.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Environment, Value, value::Serde};
use serde::Serialize;

use super::{EmitError, literal, reach};
use crate::plan::{
    Binding, BindingKind, Difference, Plan, Provenance, ServiceKind, ServiceTarget, UNDER_TEST, Vitest,
    Worker, WorkerUnderTest,
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
    let (nodes, edges) = graph(plan)?;
    let page = Page {
        worker: &plan.worker,
        vitest: &plan.vitest,
        parity: &plan.parity,
        bindings: plan.worker.bindings.iter().map(row).collect(),
        projects: plan.test_workers.iter().flat_map(|test| &test.slots).any(|slot| !slot.project.is_empty()),
        files: files(plan),
        nodes,
        edges,
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
    files: Vec<FileRow<'a>>,
    /// Whether any project has a name.
    projects: bool,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
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
        BindingKind::Kv { id } | BindingKind::D1 { id } => code(id),
        BindingKind::DurableObject { class, service: None } => code(class),
        BindingKind::DurableObject { class, service: Some(service) } => {
            format!("{} of {}", code(class), code(service))
        }
        BindingKind::Service { target, entrypoint, .. }
        | BindingKind::KvService { target, entrypoint, .. } => {
            let target = match target {
                ServiceTarget::SelfWorker => "itself".to_owned(),
                ServiceTarget::Named(name) => code(name),
            };
            match entrypoint {
                Some(entrypoint) => format!("{} of {target}", code(entrypoint)),
                None => target,
            }
        }
        BindingKind::Wrapped { module, .. } => code(module),
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

/// A row of the table of test files.
#[derive(Serialize)]
struct FileRow<'a> {
    path: &'a str,
    worker: &'a str,
    slot: &'a str,
    project: &'a str,
}

fn files(plan: &Plan) -> Vec<FileRow<'_>> {
    let mut rows = Vec::new();
    for test in &plan.test_workers {
        for slot in &test.slots {
            rows.extend(slot.test_files.iter().map(|file| FileRow {
                path: file.as_str(),
                worker: &test.service,
                slot: &slot.name,
                project: &slot.project,
            }));
        }
    }
    rows
}

/// A service in the graph. All test Workers are one node: they differ in names only.
#[derive(Serialize)]
struct Node {
    id: String,
    label: String,
}

#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    label: String,
}

fn graph(plan: &Plan) -> Result<(Vec<Node>, Vec<Edge>), EmitError> {
    let mut workers: Vec<(String, Worker)> = Vec::new();
    let mut nodes = Vec::new();
    // By service name, so that references find their node.
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    if let Some(first) = plan.test_workers.first() {
        let count = plan.test_workers.len();
        let plural = if count == 1 { "" } else { "s" };
        let label = format!("{}<br>{count} test Worker{plural}", mermaid(&plan.worker.name));
        nodes.push(Node { id: "tests".to_owned(), label });
        ids.insert(UNDER_TEST.to_owned(), "tests".to_owned());
        ids.extend(plan.test_workers.iter().map(|test| (test.service.clone(), "tests".to_owned())));
        workers.push(("tests".to_owned(), plan.instantiate(first)?));
    }
    for (index, service) in plan.services.iter().enumerate() {
        let id = format!("service{index}");
        let kind = match &service.kind {
            ServiceKind::Worker(worker) => {
                workers.push((id.clone(), (**worker).clone()));
                "Worker"
            }
            ServiceKind::Auxiliary(worker) => {
                workers.push((id.clone(), (**worker).clone()));
                "auxiliary Worker"
            }
            ServiceKind::Node { .. } => "function in Node",
            ServiceKind::Disk { .. } => "disk",
            ServiceKind::Folder { .. } => "folder",
            ServiceKind::Network { .. } => "network",
            ServiceKind::External { .. } => "external server",
        };
        nodes.push(Node { id: id.clone(), label: format!("{}<br>{kind}", mermaid(&service.name)) });
        ids.insert(service.name.clone(), id);
    }
    let copies = plan.test_workers.first().map(|first| plan.auxiliaries(first)).transpose()?;
    for (definition, copy) in copies.into_iter().flatten() {
        ids.extend(ids.get(&definition.name).cloned().map(|id| (copy.name, id)));
    }

    let mut edges = Vec::new();
    for (from, worker) in &workers {
        for (to, labels) in connections(worker) {
            if let Some(to) = ids.get(to) {
                let label = labels.into_iter().collect::<Vec<_>>().join(", ");
                edges.push(Edge { from: from.clone(), to: to.clone(), label: mermaid(&label) });
            }
        }
    }
    Ok((nodes, edges))
}

/// What a Worker reaches, and the names it does so by.
fn connections(worker: &Worker) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut add = |to, label| {
        reached.entry(to).or_default().insert(label);
    };
    for binding in &worker.bindings {
        reach::targets(&binding.kind, &mut |to| add(to, &binding.name));
    }
    if let Some(disk) = &worker.durable_object_storage {
        add(disk, "Durable Objects");
    }
    if let Some(outbound) = &worker.global_outbound {
        add(&outbound.service, "fetch");
    }
    if let Some(outbound) = &worker.cache_api_outbound {
        add(&outbound.service, "caches");
    }
    for tail in worker.tails.iter().chain(&worker.streaming_tails) {
        add(&tail.service, "tail");
    }
    reached
}

/// A provenance for a table cell.
fn why(provenance: &Value) -> Result<String, minijinja::Error> {
    let field = |name: &str| provenance.get_attr(name).map(|value| value.to_string());
    if provenance.get_attr("rule")?.is_undefined() {
        return Ok(code(&format!("{}:{}", field("file")?, field("line")?)));
    }
    Ok(format!("{} ({})", prose(&field("reason")?), code(&field("rule")?)))
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

/// Text in a quoted label of the graph, where `#` starts an entity.
fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in literal::comment(text).chars() {
        match c {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            c => out.push(c),
        }
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
