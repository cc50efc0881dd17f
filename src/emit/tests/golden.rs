//! Golden files of the forms that people read, in the top-level `snapshots/`.

use serde_json::json;

use super::super::{json as plan_json, summary, text};
use crate::plan::{Binding, BindingKind, Plan, Provenance, Slot, TestWorker, sample};

fn golden(name: &str, contents: &str) {
    insta::with_settings!({ snapshot_path => "../../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, contents);
    });
}

#[test]
fn text_of_a_guest_book() {
    let text::Config { page, details } = text::config(&sample::plan()).unwrap();
    golden("emit-text", &page);
    golden("emit-text-details", &details);
}

#[test]
fn summary_of_a_guest_book() {
    golden("emit-summary", &summary::markdown(&sample::plan()).unwrap());
}

#[test]
fn json_of_a_guest_book_reads_back() {
    let plan = sample::plan();
    let text = plan_json::plan(&plan);
    assert!(text.ends_with("}\n"));
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan.for_review());
    golden("emit-json", &text);
}

#[test]
fn plans_of_other_versions_are_refused() {
    let text = plan_json::plan(&sample::plan()).replacen("\"version\": 1", "\"version\": 2", 1);
    let error = serde_json::from_str::<Plan>(&text).unwrap_err().to_string();
    assert!(
        error.starts_with("this plan has version 2, but this wpt-gen reads version 1; run `wpt-gen gen`"),
        "{error}"
    );
}

#[test]
fn the_summary_survives_markup_in_names() {
    let mut plan = sample::plan();
    plan.worker.name = "a_b <script> \"q\" #1".into();
    plan.worker.bindings = vec![Binding {
        name: "A|`B`".into(),
        kind: BindingKind::Json { value: json!("x".repeat(80)) },
        provenance: Provenance::rule("r", "because | of\n*this*"),
    }];
    plan.test_workers = vec![TestWorker {
        service: "all".into(),
        slots: vec![Slot {
            name: "s".into(),
            project: "unit".into(),
            test_files: vec!["a.test.ts".into(), "b.test.ts".into()],
        }],
    }];
    let page = summary::markdown(&plan).unwrap();
    let lines: Vec<_> = page
        .lines()
        .filter(|line| ["A\\|", "a\\_b", ".test.ts", "tests["].iter().any(|part| line.contains(part)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    # a\_b \<script\> "q" \#1: what the tests run
    | `nodejs_als` | test/api.test.ts imports node:async\_hooks (`test-graph-needs-als`) |
    | `` A\|`B` `` | json | `"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` | because \| of \*this\* (`r`) |
    * `a.test.ts`
    * `b.test.ts`
      tests["a_b #60;script#62; #34;q#34; #35;1<br>1 test Worker"]
    "#);
}
