//! Nothing outlives a run, however it ends. That holds for every run of these tests; here it is the point.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::support::{Gate, Project, Signal, send, wait_for};

/// The private folders of the `wpt-gen` process with this id.
fn run_folders(id: u32) -> Vec<Utf8PathBuf> {
    let prefix = format!("wpt-gen-{id}-");
    let entries = Utf8Path::new("/dev/shm").read_dir_utf8().into_iter().flatten().flatten();
    entries
        .map(camino::Utf8DirEntry::into_path)
        .filter(|path| path.file_name().unwrap().starts_with(&prefix))
        .collect()
}

/// Two files that are under way at the same time, in two processes.
fn waiting_project(gate: &Gate) -> Project {
    Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{ "main": "src/index.ts", "kv_namespaces": [{ "binding": "KV", "id": "kv" }] }"#,
        )
        .file("test/one.test.ts", &gate.test_file())
        .file("test/two.test.ts", &gate.test_file())
}

#[test]
fn nothing_is_left_after_success_and_after_failure() {
    let project = Project::worker();
    for (code, expected) in [(0, 1), (1, 2)] {
        project.write(
            "test/a.test.ts",
            &format!(
                "import {{ expect, it }} from 'vitest';\nit('adds', () => expect({expected}).toBe(1));\n"
            ),
        );
        let running = project.command(&["test"]).start();
        let (id, family) = (running.id(), running.family().clone());
        family.wait_for_program("workerd", 1);
        running.finish().expect(code);
        assert_eq!(family.living().len(), 0);
        assert_eq!(run_folders(id), [""; 0]);
    }
}

#[test]
fn nothing_is_left_after_an_interrupt() {
    for signal in [Signal::INT, Signal::TERM] {
        let gate = Gate::new();
        let project = waiting_project(&gate);
        let running = project.command(&["test", "--max-workers=2"]).start();
        let calls = [gate.wait(), gate.wait()];
        let (id, family) = (running.id(), running.family().clone());
        family.wait_for_program("workerd", 2);
        assert_eq!(run_folders(id).len(), 1);
        send(id, signal);
        running.finish().expect(130);
        drop(calls);
        assert_eq!(family.living().len(), 0);
        assert_eq!(run_folders(id), [""; 0]);
    }
}

#[test]
fn nothing_is_left_after_a_kill() {
    let gate = Gate::new();
    let project = waiting_project(&gate);
    let running = project.command(&["test", "--max-workers=2"]).start();
    let calls = [gate.wait(), gate.wait()];
    let (id, family) = (running.id(), running.family().clone());
    family.wait_for_program("workerd", 2);
    send(id, Signal::KILL);
    let outcome = running.finish();
    drop(calls);
    assert_eq!(outcome.code, None);
    assert_eq!(family.living().len(), 0);

    // What it could not remove itself, the next run does.
    let folders = run_folders(id);
    assert_eq!(folders.len(), 1);
    Project::of_example("hello").run(&["test"]).expect(0);
    wait_for("the folder to be removed", || (!folders[0].exists()).then_some(()));
}

/// The config's evaluation is a Node process.
#[test]
fn nothing_is_left_when_the_config_is_being_evaluated() {
    for (signal, config) in [
        (Signal::INT, "await new Promise((resolve) => setTimeout(resolve, 600_000));\nexport default {};\n"),
        (Signal::KILL, "await new Promise((resolve) => setTimeout(resolve, 600_000));\nexport default {};\n"),
        (
            Signal::KILL,
            "import { writeFileSync } from 'node:fs';\nwriteFileSync('started', '');\nfor (;;);\n",
        ),
    ] {
        let project = Project::worker();
        let marked =
            format!("import {{ writeFileSync as mark }} from 'node:fs';\nmark('evaluating', '');\n{config}");
        project.write("vitest.config.ts", &marked);
        let running = project.command(&["test"]).start();
        wait_for("the config", || project.has("evaluating").then_some(()));
        let family = running.family().clone();
        family.wait_for_program("node", 1);
        send(running.id(), signal);
        running.finish();
        assert_eq!(family.living().len(), 0);
        assert!(fs::read_dir(project.root().join(".wpt")).is_err());
    }
}
