//! Secrets reach the tests, and nothing else: no generated file, no kept result, no line of output.

use crate::support::{Command, Outcome, Project};

/// Files of the user's that hold secrets.
const SOURCES: [&str; 4] = [".dev.vars", ".env", ".env.local", "wrangler.jsonc"];

/// A test that fails unless `env` has these values, and that does not have them in its text.
fn test_file(values: &[(&str, &str)]) -> String {
    let checks: Vec<String> = values
        .iter()
        .map(|(name, value)| {
            let reversed: String = value.chars().rev().collect();
            format!("  expect([...env.{name}].reverse().join('')).toBe('{reversed}');")
        })
        .collect();
    let checks = checks.join("\n");
    format!(
        "import {{ env }} from 'cloudflare:workers';\nimport {{ expect, it }} from 'vitest';\n\
         it('has secrets', () => {{\n{checks}\n}});\n"
    )
}

/// Runs every command, and looks for the values in all that it leaves.
fn assert_kept(project: &Project, values: &[(&str, &str)], prepare: impl Fn(Command) -> Command) {
    let run = |arguments: &[&str]| prepare(project.command(arguments)).run();
    let binding = values[0].0.split('.').next().unwrap();
    let mut outcomes: Vec<Outcome> = vec![run(&["gen"]).expect(0), run(&["test", "--verbose"]).expect(0)];
    for arguments in [
        &["check"][..],
        &["exports"],
        &["graph"],
        &["explain", binding],
        &["gen", "--format", "json"],
        &["explain", binding, "--format", "json"],
    ] {
        outcomes.push(run(arguments).expect(0));
    }
    // Errors, too, show lines of files.
    outcomes.push(run(&["explain", "nothing"]).expect(2));
    project.write("src/index.ts", "export default {");
    outcomes.push(run(&["gen"]).expect(2));
    let files = project.files("");
    assert!(
        files.keys().any(|path| path.starts_with("node_modules/.cache/wpt-gen/")),
        "what is kept is searched"
    );
    for (name, value) in values {
        for outcome in &outcomes {
            assert!(!outcome.to_string().contains(value), "{name} is shown\n{outcome}");
        }
        for (path, bytes) in files.iter().filter(|(path, _)| !SOURCES.contains(&path.as_str())) {
            let found = bytes.windows(value.len()).any(|window| window == value.as_bytes());
            assert!(!found, "{name} is in {path}");
        }
    }
}

#[test]
fn of_dev_vars() {
    let values = [("API_KEY", "planted-in-dev-vars"), ("QUOTED", "planted with spaces")];
    let project = Project::worker()
        .file(".dev.vars", "API_KEY=planted-in-dev-vars\nQUOTED=\"planted with spaces\"\n")
        .file("test/a.test.ts", &test_file(&values));
    assert_kept(&project, &values, |command| command);
}

#[test]
fn of_env_files() {
    let values = [("TOKEN", "planted-in-env"), ("OVER", "planted-in-env-local")];
    let project = Project::worker()
        .file(".env", "TOKEN=planted-in-env\nOVER=planted-and-overridden\n")
        .file(".env.local", "OVER=planted-in-env-local\n")
        .file("test/a.test.ts", &test_file(&values));
    assert_kept(&project, &values, |command| command);
}

#[test]
fn of_the_process() {
    let values = [("FROM_PROCESS", "planted-in-the-process")];
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01", "secrets": { "required": ["FROM_PROCESS"] } }"#,
        )
        .file("test/a.test.ts", &test_file(&values));
    assert_kept(&project, &values, |command| {
        command.env("CLOUDFLARE_INCLUDE_PROCESS_ENV", "true").env("FROM_PROCESS", "planted-in-the-process")
    });
}

#[test]
fn of_connection_strings() {
    let values = [("DB.password", "planted-in-wrangler"), ("OTHER.password", "planted-in-a-variable")];
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
              "hyperdrive": [
                { "binding": "DB", "id": "1", "localConnectionString": "postgres://me:planted-in-wrangler@localhost:5432/app" },
                { "binding": "OTHER", "id": "2" }
              ]
            }"#,
        )
        .file("test/a.test.ts", &test_file(&values));
    assert_kept(&project, &values, |command| {
        let text = "mysql://me:planted-in-a-variable@localhost:3306/app";
        command.env("CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_OTHER", text)
    });
}

/// The evaluated Vitest config is kept, without what it got of the environment.
#[test]
fn of_connection_strings_in_options() {
    let values = [("DB.password", "planted-in-options")];
    let project = Project::worker()
        .pool_config(
            "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { hyperdrives: { DB: process.env.DATABASE_URL ?? '' } } }",
            "{}",
        )
        .file("test/a.test.ts", &test_file(&values));
    assert_kept(&project, &values, |command| {
        command.env("DATABASE_URL", "postgres://me:planted-in-options@localhost:5432/app")
    });
}
