//! Projects under the real Vitest, with our pool: `wpt-gen/vitest`.

use insta::assert_snapshot;

use crate::support::{Gate, Project, Signal, send};

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

const PASSES: &str = "import { expect, it } from 'vitest';\nit('passes', () => expect(1).toBe(1));\n";

/// A Worker that answers `hello`, under our pool.
fn worker() -> Project {
    Project::worker().with_pool().file("package.json", r#"{ "type": "module" }"#)
}

#[test]
fn failures_are_shown_where_they_are_in_the_sources() {
    let project = worker()
        .file("src/fail.ts", "interface Reason { text: string }\n\nexport function fail(reason: Reason): never {\n  throw new Error(reason.text);\n}\n")
        .file(
            "test/a.test.ts",
            "import { expect, it } from 'vitest';
             import { fail } from '../src/fail';

             interface Sum { value: number }

             it('adds', () => {
               const sum: Sum = { value: 1 };
               expect(sum).toEqual({ value: 2 });
             });
             it('throws', () => fail({ text: 'as told' }));
             it('logs', () => console.log('written by a test'));
            ",
        )
        .file("test/b.test.ts", "throw new Error('before any test');\n");
    let outcome = project.vitest(&["run", "--maxWorkers=1"]).run().expect(1);
    assert_eq!(outcome.summary(), "files: 2 failed (2); tests: 2 failed | 1 passed (3)", "{outcome}");
    let errors = format!("{}{}", outcome.stdout, outcome.stderr);
    for text in [
        "stdout | test/a.test.ts > logs\nwritten by a test",
        "AssertionError: expected { value: 1 } to deeply equal { value: 2 }",
        " ❯ test/a.test.ts:8:28",
        "Error: as told",
        " ❯ fail src/fail.ts:4:9",
        " ❯ test/a.test.ts:10:33",
        " FAIL  test/b.test.ts [ test/b.test.ts ]\nError: before any test",
        " ❯ test/b.test.ts:1:7",
    ] {
        assert!(errors.contains(text), "{text}\n{outcome}");
    }
}

#[test]
fn what_hangs_or_loses_its_process_fails_alone() {
    let project = worker()
        .config("{ testTimeout: 400, hookTimeout: 400 }")
        .with_pool()
        .file("test/1-loop.test.ts", "import { it } from 'vitest';\nit('loops', () => { for (;;); });\n")
        .file("test/2-loading.test.ts", "for (;;);\n")
        .file("test/3-after.test.ts", PASSES);
    let outcome = project.vitest(&["run", "--maxWorkers=1", "--sequence.shuffle=false"]).run().expect(1);
    assert_eq!(outcome.summary(), "files: 2 failed | 1 passed (3); tests: 1 passed (2)", "{outcome}");
    let errors = format!("{}{}", outcome.stdout, outcome.stderr);
    let message = "Error: the test file blocked its thread for more than 1400 ms: a loop without end?";
    assert!(errors.contains(message), "{outcome}");
    for file in ["1-loop", "2-loading"] {
        assert!(
            errors.contains(&format!(" FAIL  test/{file}.test.ts [ test/{file}.test.ts ]\n")),
            "{outcome}"
        );
    }
}

#[test]
fn a_process_that_is_killed_fails_its_file() {
    let gate = Gate::new();
    let project = worker().file("test/a.test.ts", &gate.test_file()).file("test/b.test.ts", PASSES);
    let running = project.vitest(&["run", "--maxWorkers=1"]).start();
    let call = gate.wait();
    for process in running.family().wait_for_program("workerd", 1) {
        send(process.id, Signal::KILL);
    }
    let outcome = running.finish().expect(1);
    drop(call);
    assert!(outcome.summary().starts_with("files: 1 failed | 1 passed (2);"), "{outcome}");
    let errors = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(errors.contains("Error: workerd ended while this file ran (signal 9)"), "{outcome}");
}

#[test]
fn nothing_outlives_vitest() {
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let gate = Gate::new();
        let project = worker().file("test/a.test.ts", &gate.test_file());
        let running = project.vitest(&["run"]).start();
        let call = gate.wait();
        send(running.id(), signal);
        let family = running.family().clone();
        running.finish();
        drop(call);
        assert_eq!(family.living().len(), 0, "{signal:?}");
    }
}

#[test]
fn a_project_that_cannot_be_compiled_says_so_once() {
    let project = worker()
        .file("wrangler.jsonc", r#"{ "main": "src/indx.ts", "compatibility_date": "2025-11-01" }"#)
        .file("test/a.test.ts", PASSES)
        .file("test/b.test.ts", PASSES);
    let outcome = project.vitest(&["run"]).run().expect(1);
    let errors = format!("{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(errors.matches("the main module src/indx.ts does not exist").count(), 1, "{outcome}");
    assert!(errors.contains("--> wrangler.jsonc:1:11"), "{outcome}");
    assert_eq!(outcome.summary(), "files: 2 failed (2); tests: no tests", "{outcome}");
}

#[test]
fn projects_have_wrangler_files_of_their_own_beside_tests_of_node() {
    let answers = |name: &str| {
        format!(
            "import {{ exports }} from 'cloudflare:workers';
             import {{ expect, it }} from 'vitest';
             it('answers', async () => expect(await (await exports.default.fetch('http://x/')).text()).toBe('{name}'));
            "
        )
    };
    let mut project = Project::empty().file("package.json", r#"{ "type": "module" }"#).file(
        "vitest.config.ts",
        "import { cloudflareTest } from 'wpt-gen/vitest';
         import { defineConfig } from 'vitest/config';
         const worker = (name: string) => ({
           plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })],
           test: { name, root: `./${name}` },
         });
         const node = { test: { name: 'node', include: ['node/*.test.ts'] } };
         export default defineConfig({ test: { projects: [worker('api'), worker('web'), node] } });
        ",
    );
    for name in ["api", "web"] {
        let wrangler = format!(
            r#"{{ "name": "{name}", "main": "index.ts", "compatibility_date": "2025-11-01", "vars": {{ "NAME": "{name}" }} }}"#
        );
        project = project
            .file(&format!("{name}/wrangler.jsonc"), &wrangler)
            .file(
                &format!("{name}/index.ts"),
                "export default { fetch: (_request, env) => new Response(env.NAME) };\n",
            )
            .file(&format!("{name}/a.test.ts"), &answers(name));
    }
    let project = project.file(
        "node/a.test.ts",
        "import { readFileSync } from 'node:fs';
         import { expect, it } from 'vitest';
         it('reads', () => expect(readFileSync('package.json', 'utf8')).toContain('module'));
        ",
    );
    let outcome = project.vitest(&["run"]).run().expect(0);
    assert_eq!(outcome.summary(), "files: 3 passed (3); tests: 3 passed (3)", "{outcome}");
    assert!(project.has("api/.wpt/plan.json") && project.has("web/.wpt/plan.json"));
    let outcome = project.vitest(&["run", "--project=web"]).run().expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)", "{outcome}");
}

#[test]
fn files_that_share_isolates_run_in_one_session() {
    let shares = "import { expect, it } from 'vitest';
         it('counts', () => {
           globalThis.count = (globalThis.count ?? 0) + 1;
           console.log(`count ${globalThis.count}`);
         });
        ";
    let project = worker().file("test/a.test.ts", shares).file("test/b.test.ts", shares);
    for workers in ["--maxWorkers=1", "--maxWorkers=2"] {
        let outcome = project.vitest(&["run", "--no-isolate", workers]).run().expect(0);
        assert_eq!(outcome.summary(), "files: 2 passed (2); tests: 2 passed (2)", "{outcome}");
        assert_eq!(outcome.stdout.contains("count 2"), workers == "--maxWorkers=1", "{outcome}");
    }
}

#[test]
fn tests_are_listed_without_being_run() {
    let project = worker().file(
        "test/a.test.ts",
        "import { it } from 'vitest';\nit('is there', () => { throw new Error('was run'); });\n",
    );
    let outcome = project.vitest(&["list"]).run().expect(0);
    assert_eq!(outcome.stdout, "test/a.test.ts > is there\n");
}

#[test]
fn other_versions_of_vitest_are_refused_in_one_sentence() {
    let project = worker().file("test/a.test.ts", PASSES).with_vitest_3();
    let outcome = project.vitest(&["run"]).run().expect(1);
    let errors = format!("{}{}", outcome.stdout, outcome.stderr);
    let message = "wpt-gen/vitest works with Vitest 4.1, 5.0 and 5.1; this is Vitest 3.2.7.";
    assert_eq!(errors.matches(message).count(), 1, "{outcome}");
}

#[test]
fn the_command_of_the_package_is_the_executable() {
    let project = worker().file("test/a.test.ts", PASSES);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/runner-js/vitest/bin.mjs");
    let outcome = project.node(script, &["test"]).run().expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)", "{outcome}");
    assert_eq!(project.node(script, &["no-such-command"]).run().code, Some(2));
}

/// As the extensions of editors do: one process that stays, and runs what it is asked for.
#[test]
fn an_editor_collects_runs_and_watches() {
    let project = || {
        worker()
            .file(
                "src/index.ts",
                "import { name } from './name';\nexport default { fetch: () => new Response(name) };\n",
            )
            .file("src/name.ts", "export const name: string = 'one';\n")
            .file(
                "test/a.test.ts",
                "import { exports } from 'cloudflare:workers';
                 import { expect, it } from 'vitest';

                 interface Unused { text: string }

                 it('answers', async () => {
                   expect(await (await exports.default.fetch('http://x/')).text()).toBe('one');
                 });
                ",
            )
            .file(
                "test/b.test.ts",
                "import { expect, it } from 'vitest';\nit('adds', () => expect(1 + 1).toBe(2));\n",
            )
    };
    for project in [project(), project().with_vitest_4(), project().with_vitest_5_0()] {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/support/editor.mjs");
        let arguments = [&project.vitest_module(), "src/name.ts", "'one'", "'two'"];
        let outcome = project.node(script, &arguments).run().expect(0);
        assert_snapshot!(outcome.stdout, @"
        collected test/a.test.ts pending: answers pending; test/b.test.ts pending: adds pending
        located answers 6:18
        ran test/a.test.ts passed: answers passed
        ran again test/b.test.ts passed: adds passed
        ran after the edit test/a.test.ts failed: answers failed
        closed
        ");
    }
}
