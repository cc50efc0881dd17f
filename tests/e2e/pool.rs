//! Projects under the real Vitest, with our pool: `wpt-gen/vitest`.

use crate::support::Project;

#[track_caller]
fn passes(project: &Project, version: &str, summary: &str) {
    let outcome = project.vitest(&["run"]).run().expect(0);
    assert_eq!(outcome.summary(), summary, "{outcome}");
    assert!(outcome.stdout.contains(&format!(" RUN  v{version}.")), "{outcome}");
}

#[test]
fn one_changed_import_is_the_whole_migration() {
    for (example, summary) in [
        ("hello", "files: 4 passed (4); tests: 5 passed (5)"),
        ("two-workers", "files: 2 passed (2); tests: 4 passed (4)"),
        ("guestbook", "files: 8 passed (8); tests: 27 passed (27)"),
        ("storage", "files: 6 passed (6); tests: 68 passed (68)"),
    ] {
        passes(&Project::of_example(example).with_pool(), "5.1", summary);
    }
}

#[test]
fn every_supported_vitest_runs_the_tests() {
    let objects = || Project::of_example("durable-objects").with_pool();
    let summary = "files: 4 passed (4); tests: 49 passed (49)";
    passes(&objects().with_vitest_4(), "4.1", summary);
    passes(&objects().with_vitest_5_0(), "5.0", summary);
    let cafe = Project::of_example("café counter").with_pool();
    passes(&cafe, "4.1", "files: 11 passed (11); tests: 31 passed (31)");
}
