//! Graphs of the services: who reaches whom, and by what name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    EmitError, literal,
    reach::{self, IMPLICIT, worker_of},
};
use crate::plan::{Plan, SIMULATORS, UNDER_TEST, Worker};

/// A service. All test Workers are one: they differ in names only.
struct Node {
    id: String,
    /// Its lines.
    label: [String; 2],
}

struct Edge {
    from: String,
    to: String,
    label: String,
}

struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

/// The graph in Mermaid's language, as GitHub draws it in Markdown; ends with a newline.
///
/// # Errors
/// The plan is inconsistent.
pub fn mermaid(plan: &Plan) -> Result<String, EmitError> {
    let Graph { nodes, edges } = graph(plan)?;
    let mut text = "graph LR\n".to_owned();
    for Node { id, label } in nodes {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {id}[\"{}\"]", label.map(|line| for_mermaid(&line)).join("<br>"));
    }
    for Edge { from, to, label } in edges {
        let _ = writeln!(text, "  {from} -->|\"{}\"| {to}", for_mermaid(&label));
    }
    Ok(text)
}

/// The graph in Graphviz's language, DOT; ends with a newline.
///
/// # Errors
/// The plan is inconsistent.
pub fn dot(plan: &Plan) -> Result<String, EmitError> {
    let Graph { nodes, edges } = graph(plan)?;
    let mut text = "digraph services {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for Node { id, label } in nodes {
        let _ = writeln!(text, "  {id} [label=\"{}\"];", label.map(|line| for_dot(&line)).join("\\n"));
    }
    for Edge { from, to, label } in edges {
        let _ = writeln!(text, "  {from} -> {to} [label=\"{}\"];", for_dot(&label));
    }
    text.push_str("}\n");
    Ok(text)
}

fn graph(plan: &Plan) -> Result<Graph, EmitError> {
    let mut workers: Vec<(String, Worker)> = vec![];
    let mut nodes = vec![];
    // By service name, so that references find their node.
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let count = plan.test_workers.len();
    if count > 0 {
        let id = "tests".to_owned();
        let plural = if count == 1 { "" } else { "s" };
        nodes.push(Node {
            id: id.clone(),
            label: [plan.worker.name.clone(), format!("{count} test Worker{plural}")],
        });
        let definition = plan.definition();
        workers.push((id.clone(), plan.instantiate(&definition)?));
        ids.insert(UNDER_TEST.to_owned(), id.clone());
        ids.insert(definition.service, id);
    }
    for (index, service) in plan.services.iter().enumerate() {
        let id = format!("service{index}");
        workers.extend(worker_of(service).map(|worker| (id.clone(), worker.clone())));
        nodes.push(Node { id: id.clone(), label: [service.name.clone(), service.kind.name().to_owned()] });
        ids.insert(service.name.clone(), id);
    }
    for (definition, copy) in plan.auxiliaries(&plan.definition())? {
        ids.extend(ids.get(&definition.name).cloned().map(|id| (copy.name, id)));
    }

    let mut edges = vec![];
    for (from, worker) in &workers {
        for (to, labels) in connections(worker) {
            if let Some(to) = ids.get(to) {
                let label = labels.into_iter().collect::<Vec<_>>().join(", ");
                edges.push(Edge { from: from.clone(), to: to.clone(), label });
            }
        }
    }
    Ok(Graph { nodes, edges })
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
    add(worker.global_outbound.as_ref().map_or(IMPLICIT, |outbound| &outbound.service), "fetch");
    if let Some(outbound) = &worker.cache_api_outbound {
        add(&outbound.service, "caches");
    }
    if !worker.workflows.is_empty() {
        add(SIMULATORS, "workflows");
    }
    for tail in worker.tails.iter().chain(&worker.streaming_tails) {
        add(&tail.service, "tail");
    }
    reached
}

/// Text in a quoted label of Mermaid: what means something to Mermaid, or to the Markdown, HTML or formulas that it draws
/// in labels, is written as an entity.
fn for_mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in literal::comment(text).chars() {
        if matches!(c, '#' | '"' | '<' | '>' | '&' | '`' | '$' | '%' | ';' | '\\' | '*' | '{' | '}') {
            let _ = write!(out, "#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Text in a quoted label of DOT.
fn for_dot(text: &str) -> String {
    literal::comment(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample;

    #[test]
    fn both_languages_say_the_same() {
        let plan = sample::plan();
        insta::assert_snapshot!(format!("{}\n{}", mermaid(&plan).unwrap(), dot(&plan).unwrap()), @r#"
        graph LR
          tests["guestbook<br>2 test Workers"]
          service0["wpt:simulators<br>Worker"]
          service1["wpt:blobs<br>disk"]
          service2["wpt:objects<br>disk"]
          service3["auth<br>auxiliary Worker"]
          service4["unused<br>network"]
          tests -->|"AUTH"| service3
          tests -->|"SELF"| tests
          tests -->|"Durable Objects"| service2
          tests -->|"DB, NOTES"| service0
          service0 -->|"Durable Objects, MINIFLARE_BLOBS"| service1
          service3 -->|"ME"| service3
          service3 -->|"Durable Objects"| service2
          service3 -->|"USERS"| service0
          service3 -->|"COUNTER, GUESTBOOK, tail"| tests

        digraph services {
          rankdir=LR;
          node [shape=box];
          tests [label="guestbook\n2 test Workers"];
          service0 [label="wpt:simulators\nWorker"];
          service1 [label="wpt:blobs\ndisk"];
          service2 [label="wpt:objects\ndisk"];
          service3 [label="auth\nauxiliary Worker"];
          service4 [label="unused\nnetwork"];
          tests -> service3 [label="AUTH"];
          tests -> tests [label="SELF"];
          tests -> service2 [label="Durable Objects"];
          tests -> service0 [label="DB, NOTES"];
          service0 -> service1 [label="Durable Objects, MINIFLARE_BLOBS"];
          service3 -> service3 [label="ME"];
          service3 -> service2 [label="Durable Objects"];
          service3 -> service0 [label="USERS"];
          service3 -> tests [label="COUNTER, GUESTBOOK, tail"];
        }
        "#);
    }

    #[test]
    fn names_cannot_break_a_graph() {
        let mut plan = sample::plan();
        let nasty = "a\"]; end --> b|c| %%{init: {}}%% $$x$$ `y` <script> &amp; #quot; \\n\n[(*_{}]";
        plan.worker.name = nasty.into();
        plan.worker.bindings[6].name = nasty.into();
        let node = regex::Regex::new(r##"^  [a-z0-9]+\["([^"#;&<>`$%]|#[0-9]+;|<br>)*"\]$"##).unwrap();
        let edge =
            regex::Regex::new(r##"^  [a-z0-9]+ -->\|"([^"#;&<>`$%]|#[0-9]+;)*"\| [a-z0-9]+$"##).unwrap();
        for line in mermaid(&plan).unwrap().lines().skip(1) {
            assert!(node.is_match(line) || edge.is_match(line), "{line}");
        }
        let label = regex::Regex::new(r#""([^"\\]|\\.)*""#).unwrap();
        for line in dot(&plan).unwrap().lines().filter(|line| line.contains("label")) {
            assert!(!label.replace_all(line, "").contains(['"', '\\', 'x']), "{line}");
        }
    }
}
