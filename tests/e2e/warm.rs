//! A second run starts no Node, and gives the same.

use std::{fs, os::unix::fs::PermissionsExt as _};

use camino::Utf8PathBuf;

use crate::support::{Outcome, Project};

/// Stands in place of `node`, and says so when it is started.
fn broken_node(project: &Project) -> Utf8PathBuf {
    project.write(
        "broken-node",
        "#!/bin/sh\necho 'Node was started' >&2\ntouch \"$(dirname \"$0\")/node-was-started\"\nexit 3\n",
    );
    let path = project.root().join("broken-node");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What does not depend on the order in which files end.
fn sorted(outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = outcome.stdout.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn second_run_starts_no_node(project: &Project, warnings: &str) {
    let broken = broken_node(project);
    let without_node = || project.command(&["test"]).env("WPT_NODE", broken.as_str()).run();

    let first = project.run(&["test"]).expect(0);
    let generated = project.read(".wpt/workerd.capnp");
    let second = without_node().expect(0);
    assert_eq!(sorted(&second), sorted(&first));
    assert_eq!((second.stderr.as_str(), first.stderr.as_str()), (warnings, warnings));
    assert_eq!(project.read(".wpt/workerd.capnp"), generated);
    assert!(!project.has("node-was-started"));

    // A change that the config's meaning may depend on starts it again.
    project.write("vitest.config.ts", &format!("{}// changed\n", project.read("vitest.config.ts")));
    let failed = without_node().expect(2);
    assert!(failed.stderr.contains("Node was started"), "{failed}");
    assert!(project.has("node-was-started"));
    assert_eq!(sorted(&project.run(&["test"]).expect(0)), sorted(&first));
    assert_eq!(sorted(&without_node().expect(0)), sorted(&first));
}

#[test]
fn with_vitest_5() {
    second_run_starts_no_node(&Project::of_example("hello"), "");
}

#[test]
fn with_vitest_4() {
    second_run_starts_no_node(&Project::of_example("café counter"), "");
}

/// The config of this example reads the folder of migrations.
#[test]
fn what_the_config_reads_is_watched() {
    let project = Project::of_example("guestbook");
    let broken = broken_node(&project);
    project.run(&["gen"]).expect(0);
    project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(0);
    for change in ["migrations/0002_add_moderation.sql", "migrations/0003_new.sql"] {
        project.write(change, "ALTER TABLE entries ADD COLUMN other TEXT;\n");
        project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(2);
        project.run(&["gen"]).expect(0);
        project.command(&["gen"]).env("WPT_NODE", broken.as_str()).run().expect(0);
    }
}
