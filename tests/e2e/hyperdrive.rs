//! Hyperdrive bindings reach a real `PostgreSQL`.

use crate::support::{Postgres, Project};

const VARIABLE: &str = "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB";

#[test]
fn the_example_passes_with_a_database() {
    let database = Postgres::start();
    let project = Project::of_example("hyperdrive");
    let without = project.run(&["test"]).expect(0);
    assert_eq!(without.summary(), "files: 1 passed (1); tests: 1 passed | 4 skipped (5)");
    for variable in [VARIABLE, "WRANGLER_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB"] {
        for arguments in [&["test"][..], &["test", "--max-workers=1", "--offline", "--verbose"]] {
            let outcome = project.command(arguments).env(variable, &database.url("")).run().expect(0);
            assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 5 passed (5)");
            assert!(!outcome.to_string().contains(Postgres::password()), "{outcome}");
        }
    }
    // As the peer's users give it to all of wrangler's commands.
    project.write(".env", &format!("{VARIABLE}={}\n", database.url("?sslmode=prefer")));
    project.write(".dev.vars", "OTHER=1\n");
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 5 passed (5)");
    assert_eq!(outcome.stderr, "", "without TLS is what `prefer` allows");
    for (path, bytes) in project.files("").iter().filter(|(path, _)| *path != ".env") {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(Postgres::password()), "{path} has the password");
    }
}

/// A password that is to be encrypted is not sent as it is.
#[test]
fn tls_is_refused() {
    let project = Project::of_example("hyperdrive");
    let url = "postgres://me:sesame@db.example.com/shop?sslmode=require";
    let outcome = project.command(&["test"]).env(VARIABLE, url).run().expect(2);
    insta::assert_snapshot!(outcome.stderr, @"
    error[hyperdrive-tls]: the Hyperdrive binding `DB` cannot reach its database by TLS (wrangler.jsonc:8)
     |
     = help: only Cloudflare's Hyperdrive speaks TLS with databases: name one for tests that needs none, and take `sslmode` out or make it `disable`
    ");
}
