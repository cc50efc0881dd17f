use std::{fmt::Write as _, ops::Range, sync::Arc};

use serde_json::{Value as Json, json};

use super::{Anchor, tree};
use crate::{
    config::tree::{Node, Value},
    diagnostic::SourceFile,
};

/// Each key and item of `value`, as its path, its line, and the text of its place.
fn places(text: &str, value: &Json, anchor: Anchor) -> String {
    let file = Arc::new(SourceFile::new("vitest.config.ts", text));
    let mut lines = String::new();
    list(&tree(value, &file, anchor), "", &file, &mut lines);
    lines
}

fn list(node: &Node, path: &str, file: &SourceFile, lines: &mut String) {
    let shown = |span: &Range<usize>| {
        let text: String = file.text[span.clone()].chars().take(30).collect();
        format!("{} {}", file.position(span.start).line, text.replace('\n', "⏎"))
    };
    let mut below = vec![];
    for entry in node.entries() {
        below.push((format!("{path}.{}", entry.key), &entry.key_span, &entry.node));
    }
    if let Value::Array(items) = &node.value {
        for (index, item) in items.iter().enumerate() {
            below.push((format!("{path}[{index}]"), &item.span, item));
        }
    }
    for (path, span, node) in below {
        writeln!(lines, "{path} {}", shown(span)).unwrap();
        list(node, &path, file, lines);
    }
}

#[test]
fn literals_are_followed_through_calls_variables_and_spreads() {
    let text = "import { cloudflareTest as workers } from '@cloudflare/vitest-plugin';
const shared = { kvNamespaces: ['B', 'A'] } as const;
const A = { name: 'decoy' };
export default defineConfig(async () => {
  const bindings = { A: 1 };
  return {
    plugins: [
      workers({
        main: './a.ts',
        miniflare: { ...shared, bindings, 'r2Buckets': (['F'] satisfies string[]) },
      }),
    ],
  };
});
";
    let value = json!({
        "main": "./a.ts",
        "miniflare": { "kvNamespaces": ["B", "A"], "bindings": { "A": 1 }, "r2Buckets": ["F"] },
    });
    insta::assert_snapshot!(places(text, &value, Anchor::PoolOptions), @"
    .main 9 main
    .miniflare 10 miniflare
    .miniflare.kvNamespaces 2 kvNamespaces
    .miniflare.kvNamespaces[0] 2 'B'
    .miniflare.kvNamespaces[1] 2 'A'
    .miniflare.bindings 10 bindings
    .miniflare.bindings.A 5 A
    .miniflare.r2Buckets 10 'r2Buckets'
    .miniflare.r2Buckets[0] 10 'F'
    ");
}

#[test]
fn options_come_from_functions_and_from_the_older_generations_config() {
    let text = "function options({ inject }) {
  if (inject('a')) return { main: './x.ts' };
  return { main: './y.ts', miniflare: { workers: [{ name: 'w' }, ...others] } };
}
export default defineWorkersConfig({ test: { poolOptions: { workers: options } } });
";
    let value =
        json!({ "main": "./y.ts", "miniflare": { "workers": [{ "name": "w" }, { "name": "other" }] } });
    insta::assert_snapshot!(places(text, &value, Anchor::PoolOptions), @"
    .main 3 main
    .miniflare 3 miniflare
    .miniflare.workers 3 workers
    .miniflare.workers[0] 3 { name: 'w' }
    .miniflare.workers[0].name 3 name
    .miniflare.workers[1] 3 [{ name: 'w' }, ...others]
    .miniflare.workers[1].name 3 name
    ");
}

#[test]
fn of_several_projects_the_likest_is_meant() {
    let text = "const one = cloudflareTest({ main: './one.ts', miniflare: { kvNamespaces: ['KV'] } });
const two = cloudflareTest({ main: './two.ts', miniflare: { kvNamespaces: ['KV'] } });
";
    for (main, line) in [("./one.ts", ".main 1 main\n"), ("./two.ts", ".main 2 main\n")] {
        let found = places(text, &json!({ "main": main }), Anchor::PoolOptions);
        assert_eq!(found, line);
    }
}

#[test]
fn what_cannot_be_followed_has_the_place_of_its_name_or_of_what_holds_it() {
    let text = "import miniflare from './shared';
export default { plugins: [cloudflareTest({ miniflare })], note: 'KV_ONE twice twice' };
";
    let value = json!({ "miniflare": { "kvNamespaces": ["A"], "bindings": { "KV_ONE": 1, "twice": 2 } } });
    insta::assert_snapshot!(places(text, &value, Anchor::PoolOptions), @"
    .miniflare 2 miniflare
    .miniflare.kvNamespaces 2 miniflare
    .miniflare.kvNamespaces[0] 2 miniflare
    .miniflare.bindings 2 miniflare
    .miniflare.bindings.KV_ONE 2 KV_ONE
    .miniflare.bindings.twice 2 miniflare
    ");
}

#[test]
fn a_default_export_may_be_a_function() {
    let text =
        "export default function (context) {\n  return define({ worker: { name: context.mode } });\n}\n";
    let value = json!({ "worker": { "name": "test" } });
    assert_eq!(places(text, &value, Anchor::DefaultExport), ".worker 2 worker\n.worker.name 2 name\n");
}

#[test]
fn a_variable_that_stands_for_itself_ends() {
    let text = "const a = { ...a, b: a }; export default a;";
    let value = json!({ "b": { "b": { "c": 1 } } });
    let found = places(text, &value, Anchor::DefaultExport);
    assert!(found.starts_with(".b 1 b\n.b.b 1 b\n"), "{found}");
    assert_eq!(places("not ( valid", &json!({ "a": 1 }), Anchor::DefaultExport), ".a 1 \n");
}
