//! `wpt-gen test --watch`: edits of files, and what runs then.

use crate::support::{Project, Running, Signal, send, wait_for};

/// A Worker, a test of it, and a test of a function that it does not use.
fn project() -> Project {
    Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01", "vars": { "WORD": "hello" } }"#,
        )
        .config("{}")
        .file(
            "src/index.ts",
            "import { greet } from './greet';\nexport default { fetch: (_request: Request, env: { WORD: string }) => new Response(greet(env.WORD)) };\n",
        )
        .file("src/greet.ts", "export const greet = (word: string) => `${word} world`;\n")
        .file("src/add.ts", "export const add = (a: number, b: number) => a + b;\n")
        .file(
            "test/worker.test.ts",
            "import { SELF } from 'cloudflare:test';\nimport { expect, it } from 'vitest';\nit('greets', async () => expect(await (await SELF.fetch('https://x/')).text()).toBe('hello world'));\n",
        )
        .file(
            "test/add.test.ts",
            "import { expect, it } from 'vitest';\nimport { add } from '../src/add';\nit('adds', () => expect(add(1, 2)).toBe(3));\nit('inline', () => expect(add(2, 2)).toMatchInlineSnapshot());\n",
        )
}

/// What is said until changes are waited for again.
struct Watched {
    running: Running,
    read: usize,
}

impl Watched {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        Self { running: project.command(arguments).start(), read: 0 }
    }

    /// What the next run has said; `edit` makes it run.
    fn after(&mut self, edit: impl FnOnce()) -> String {
        edit();
        self.next()
    }

    fn next(&mut self) -> String {
        wait_for("the next run", || {
            let said = self.running.said();
            let rest = &said[self.read..];
            let end = rest.find("file changes...\n")? + "file changes...\n".len();
            let text = rest[..end].to_owned();
            self.read += end;
            Some(text)
        })
    }
}

#[track_caller]
fn assert_ran(said: &str, files: &[&str]) {
    let all = ["test/worker.test.ts", "test/add.test.ts", "test/new.test.ts"];
    let ran: Vec<&str> = all.into_iter().filter(|file| said.contains(&format!(" {file} ("))).collect();
    assert_eq!(ran, files, "{said}");
}

#[test]
fn what_a_change_is_about_runs_again() {
    let project = project();
    let mut watched = Watched::start(&project, &["test", "--watch"]);
    let said = watched.next();
    assert!(said.contains(" DEV ") && said.contains(" PASS "), "{said}");
    assert_ran(&said, &["test/worker.test.ts", "test/add.test.ts"]);
    // What the run itself has written is no reason for another.
    assert!(project.read("test/add.test.ts").contains("toMatchInlineSnapshot(`4`)"));

    // The Worker's modules are about the tests that reach the Worker.
    let said = watched.after(|| project.edit("src/greet.ts", "world", "moon"));
    assert!(said.contains(" RERUN  src/greet.ts x1") && said.contains(" FAIL  Tests failed."), "{said}");
    assert_ran(&said, &["test/worker.test.ts"]);
    let said = watched.after(|| project.edit("src/greet.ts", "moon", "world"));
    assert!(said.contains(" RERUN  src/greet.ts x2") && said.contains(" PASS "), "{said}");

    let said = watched.after(|| project.edit("src/add.ts", "a + b", "a - b"));
    assert!(said.contains("Snapshots  1 failed"), "{said}");
    assert_ran(&said, &["test/add.test.ts"]);

    // What does not compile fails the tests that it is about; if that is the Worker, it is shown, and waits.
    let said = watched.after(|| project.edit("src/add.ts", "a - b", "a -"));
    assert!(said.contains("Unexpected token") && said.contains("1 failed"), "{said}");
    let said = watched.after(|| project.edit("src/add.ts", "a -", "a + b"));
    assert!(said.contains(" PASS "), "{said}");
    assert_ran(&said, &["test/add.test.ts"]);
    let said = watched.after(|| project.edit("src/greet.ts", "=>", "= >"));
    assert!(said.contains("Nothing was run."), "{said}");
    assert!(watched.running.complained().contains("src/greet.ts:1:"), "{}", watched.running.complained());
    let said = watched.after(|| project.edit("src/greet.ts", "= >", "=>"));
    assert!(said.contains(" PASS "), "{said}");
    assert_ran(&said, &["test/worker.test.ts"]);

    // Test files come and go, in new folders too.
    let text = "import { expect, it } from 'vitest';\nit('is new', () => expect(1).toBe(1));\n";
    let said = watched.after(|| project.write("test/new.test.ts", text));
    assert_ran(&said, &["test/new.test.ts"]);
    std::fs::remove_file(project.root().join("test/new.test.ts")).unwrap();
    wait_for("the file to be missed", || {
        watched.running.said().contains("Test removed... [ test/new.test.ts ]").then_some(())
    });

    // Configs are about everything.
    let said = watched.after(|| project.edit("wrangler.jsonc", "\"hello\"", "\"hi\""));
    assert_ran(&said, &["test/worker.test.ts", "test/add.test.ts"]);
    assert!(said.contains("1 failed | 1 passed"), "{said}");
    let said = watched.after(|| project.write(".dev.vars", "WORD=hello\n"));
    assert!(said.contains(" PASS "), "{said}");
    let said = watched.after(|| project.config_with_setup());
    assert!(said.contains("Restarting due to config changes...") && said.contains("set up"), "{said}");

    send(watched.running.id(), Signal::INT);
    let outcome = watched.running.finish().expect(130);
    assert!(outcome.stdout.contains("torn down"), "{}", outcome.stdout);
}

impl Project {
    /// A Vitest config with a global setup.
    fn config_with_setup(&self) {
        self.write(
            "setup.ts",
            "export default () => {\n  console.log('set up');\n  return () => console.log('torn down');\n};\n",
        );
        self.edit("vitest.config.ts", "test: {}", "test: { globalSetup: './setup.ts' }");
    }
}

#[test]
fn a_run_is_ended_by_the_signal_to_end() {
    let project = project().file(
        "test/add.test.ts",
        "import { it } from 'vitest';\nit('waits', { timeout: 600_000 }, async () => {\n  console.log('waiting');\n  await new Promise(() => {});\n});\n",
    );
    let watched = Watched::start(&project, &["watch"]);
    wait_for("the test", || watched.running.said().contains("waiting").then_some(()));
    send(watched.running.id(), Signal::TERM);
    watched.running.finish().expect(130);
}
