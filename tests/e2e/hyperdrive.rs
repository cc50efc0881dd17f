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

/// Two Workers with a binding of one name have each its own database and password, and `MySQL`'s are known too.
#[test]
fn every_worker_has_its_own_database() {
    let worker = |name: &str, url: &str| {
        format!(
            r#"{{ "name": {name:?}, "main": "index.ts", "compatibility_date": "2025-11-01", "hyperdrive": [{{ "binding": "DB", "id": "1", "localConnectionString": {url:?} }}]"#
        )
    };
    let show = "export default { fetch: (_: Request, env: Env) => Response.json([env.DB.password, new URL(env.DB.connectionString).protocol, env.DB.port, env.SECRET]) };\n";
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            &format!(
                r#"{}, "services": [{{ "binding": "A", "service": "a-b" }}, {{ "binding": "B", "service": "a_b" }}] }}"#,
                worker("worker", "mysql://me:first@127.0.0.1/shop")
            ),
        )
        .file("index.ts", show)
        .file(".dev.vars", "SECRET=1\nDB_SECRET=own\n")
        .file("a/wrangler.jsonc", &format!("{} }}", worker("a-b", "postgres://me:second@127.0.0.1/shop")))
        .file("a/index.ts", show)
        .file("a/.dev.vars", "SECRET=2\n")
        .file("b/wrangler.jsonc", &format!("{} }}", worker("a_b", "postgresql://me:third@127.0.0.1:33/shop")))
        .file("b/index.ts", show)
        .file("b/.dev.vars", "SECRET=3\n")
        .file(
            "test/a.test.ts",
            r#"import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
it("has its own", async () => {
  const shown = async (worker: Fetcher) => (await worker.fetch("https://worker.test/")).json();
  expect(await shown(exports.default)).toEqual(["first", "mysql:", 3306, "1"]);
  expect(await shown(env.A)).toEqual(["second", "postgres:", 5432, "2"]);
  expect(await shown(env.B)).toEqual(["third", "postgresql:", 5432, "3"]);
});
"#,
        );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}
