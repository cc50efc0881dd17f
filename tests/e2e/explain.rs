//! `wpt-gen explain` and `wpt-gen graph`.

use crate::support::Project;

#[test]
fn every_kind_of_name_is_explained() {
    let project = Project::of_example("guestbook");
    for name in [
        "CACHE",
        "compatibility_date",
        "default",
        "wpt:simulators",
        "test/page.test.ts",
        "project:src/page.ts",
    ] {
        let outcome = project.run(&["explain", name]).expect(0);
        assert!(outcome.stdout.starts_with(&format!("{name}: ")), "{outcome}");
    }
    insta::assert_snapshot!(project.run(&["explain", "CACHE"]).stdout, @"
    CACHE: kv binding
      each test file has its own
      why: wrangler.jsonc:7
      to remove it: delete it at wrangler.jsonc:7
    ");
    insta::assert_snapshot!(project.run(&["explain", "default"]).stdout, @"
    default: export of the main module: handler
      object with fetch
      why: src/index.ts:45
      to remove it: delete it at src/index.ts:45
    ");
    insta::assert_snapshot!(project.run(&["explain", "wpt:simulators"]).stdout, @"
    wpt:simulators: service: Worker
      why: the project has bindings that only Cloudflare has (simulators)
      to remove it: delete the bindings that need it
    ");
    let found = project.run(&["explain", "CACHE", "--format", "json"]).expect(0).json();
    assert_eq!(found[""][0]["provenance"]["file"], "wrangler.jsonc");
}

#[test]
fn an_unknown_name_gets_a_suggestion_and_the_list() {
    let project = Project::of_example("guestbook");
    insta::assert_snapshot!(project.run(&["explain", "CASHE"]).expect(2), @"
    exit code 2
    ----- stderr
    error[unknown-name]: nothing in the plan is called `CASHE`
     |
     = help: did you mean `CACHE`?
     = help: there are `compatibility_date`, `API`, `CACHE`, `DB`, `MODERATION`, `TEST_MIGRATIONS`, `TITLE`, `__WPT_CONTROL`, `Moderation`, `default`, `wpt:simulators`, `wpt:storage`, `internet`, `miniflare`, `runner`, `project`, `test/data-imports.test.ts`, `test/entries.test.ts`, `test/isolation-a.test.ts`, `test/isolation-b.test.ts`, `test/migrations.test.ts`, `test/page.test.ts`, `test/reset.test.ts`, `test/self-binding.test.ts`
    ");
}

#[test]
fn the_graph_is_the_summarys() {
    let project = Project::of_example("guestbook");
    project.run(&["gen"]).expect(0);
    let drawn = project.run(&["graph"]).expect(0).stdout;
    assert!(project.read(".wpt/SUMMARY.md").contains(&format!("```mermaid\n{drawn}```\n")), "{drawn}");
    let drawn = project.run(&["graph", "--format", "dot"]).expect(0).stdout;
    assert!(drawn.starts_with("digraph ") && drawn.contains("service0"), "{drawn}");
}
