//! `wpt-gen serve` and `gen --target serve`: the Worker without its tests, over a real socket.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use crate::support::{LIMIT, Project, Running, Signal, send, wait_for, workerd};

/// A Worker that counts visits, with another Worker's help.
fn project() -> Project {
    Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "web", "main": "src/index.ts", "compatibility_date": "2025-11-01",
  "kv_namespaces": [{ "binding": "VISITS", "id": "visits" }],
  "services": [{ "binding": "GREETER", "service": "greeter" }],
  "env": { "de": { "kv_namespaces": [{ "binding": "VISITS", "id": "visits" }], "services": [{ "binding": "GREETER", "service": "greeter-de" }] } }
}
"#,
        )
        .file(".dev.vars", "TOKEN=not-shown\n")
        .file(
            "src/index.ts",
            r#"interface Env { VISITS: KVNamespace; GREETER: Fetcher; TOKEN: string }
export default {
  async fetch(request, env) {
    const count = Number(await env.VISITS.get("count")) + 1;
    await env.VISITS.put("count", String(count));
    const greeting = await (await env.GREETER.fetch(request.url)).text();
    return new Response(`${greeting} ${count} ${env.TOKEN.length}`);
  },
} satisfies ExportedHandler<Env>;
"#,
        )
        .file(
            "workers/greeter/wrangler.toml",
            "name = \"greeter\"\nmain = \"index.ts\"\ncompatibility_date = \"2025-11-01\"\nvars = { WORD = \"Hello\" }\n[env.de.vars]\nWORD = \"Hallo\"\n",
        )
        .file(
            "workers/greeter/index.ts",
            "export default { fetch: (request: Request, env: { WORD: string }) => new Response(env.WORD) };\n",
        )
}

/// The address that a server says it is ready on.
fn address(server: &Running) -> String {
    wait_for("the server's address", || {
        let said = server.said();
        let (_, address) = said.split_once("http://")?;
        Some(address.lines().next()?.to_owned())
    })
}

/// What a server answers.
fn get(address: &str) -> Option<String> {
    get_path(address, "/")
}

fn get_path(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
}

#[test]
fn it_is_reloaded_keeps_its_storage_and_ends_with_the_interrupt() {
    let project = project();
    let server = project.command(&["serve", "--port", "0"]).start();
    let at = address(&server);
    assert_eq!(get(&at).as_deref(), Some("Hello 1 9"));
    project.edit("workers/greeter/wrangler.toml", "\"Hello\"", "\"Good day\"");
    let answer = wait_for("the new greeting", || get(&at).filter(|answer| answer.starts_with("Good day")));
    assert!(answer.ends_with(" 9") && !answer.starts_with("Good day 1 "), "{answer}");
    // What cannot be compiled is said; the version before is still there.
    project.edit("src/index.ts", "Number(", "Number((");
    wait_for("the error", || server.complained().contains("still serving the version before").then_some(()));
    assert!(get(&at).is_some());
    send(server.id(), Signal::INT);
    let outcome = server.finish().expect(0);
    assert!(!outcome.stdout.contains("not-shown") && !outcome.stderr.contains("not-shown"));

    project.edit("src/index.ts", "Number((", "Number(");
    let server = project.command(&["serve", "--port", "0", "--env", "de"]).start();
    let answer = get(&address(&server)).unwrap();
    assert!(answer.starts_with("Hallo ") && !answer.starts_with("Hallo 1 "), "{answer}");
}

#[test]
fn a_worker_of_assets_alone_is_served() {
    let project = Project::empty()
        .file(
            "wrangler.toml",
            "name = \"pages\"\ncompatibility_date = \"2025-11-01\"\n[assets]\ndirectory = \"public\"\nnot_found_handling = \"single-page-application\"\n",
        )
        .file("public/index.html", "start");
    let server = project.command(&["serve", "--port", "0"]).start();
    let at = address(&server);
    assert_eq!(get(&at).as_deref(), Some("start"));
    assert_eq!(get_path(&at, "/some/page").as_deref(), Some("start"));
}

#[test]
fn a_bound_worker_with_assets_is_reached_through_them() {
    let project = Project::empty()
        .file(
            "wrangler.toml",
            "name = \"front\"\nmain = \"index.js\"\ncompatibility_date = \"2025-11-01\"\n[[services]]\nbinding = \"SITE\"\nservice = \"site\"\n",
        )
        .file("index.js", "export default { fetch: (request, env) => env.SITE.fetch(request) };\n")
        .file(
            "site/wrangler.toml",
            "name = \"site\"\nmain = \"index.js\"\ncompatibility_date = \"2025-11-01\"\n[assets]\ndirectory = \"public\"\n",
        )
        .file("site/index.js", "export default { fetch: () => new Response('worker') };\n")
        .file("site/public/page.html", "page");
    let server = project.command(&["serve", "--port", "0"]).start();
    let at = address(&server);
    assert_eq!(get_path(&at, "/page").as_deref(), Some("page"));
    assert_eq!(get_path(&at, "/other").as_deref(), Some("worker"));
}

#[test]
fn build_commands_of_all_workers_run() {
    let project = project();
    let built = r#""main": "dist/index.ts", "build": { "command": "mkdir -p dist && cp src/index.ts dist" }"#;
    project.edit("wrangler.jsonc", r#""main": "src/index.ts""#, built);
    project.edit(
        "workers/greeter/wrangler.toml",
        "main = \"index.ts\"",
        "main = \"dist/index.ts\"\nbuild = { command = \"mkdir -p dist && cp index.ts dist\" }",
    );
    let ran = project.run(&["gen", "--target", "serve"]).expect(0);
    assert_eq!(ran.stderr.matches("running `").count(), 2, "{}", ran.stderr);
}

#[test]
fn what_gen_takes_holds_for_what_is_served_too() {
    let project = project();
    let generated = project.run(&["gen", "--target", "serve", "--format", "json"]).expect(0);
    let written: serde_json::Value = serde_json::from_str(&generated.stdout).unwrap();
    assert_eq!(written["worker"], "web");
    project.edit("wrangler.jsonc", r#""service": "greeter" }]"#, r#""service": "greeting" }]"#);
    let refused = project.run(&["gen", "--target", "serve", "--format", "json"]).expect(2);
    let problem: serde_json::Value = serde_json::from_str(refused.stderr.lines().next().unwrap()).unwrap();
    assert_eq!(problem["severity"], "error");
    let refused = project.run(&["gen", "--target", "serve", "--strict"]).expect(2);
    assert_eq!(refused.stderr, "error: --strict is about tests, and cannot be used with --target serve\n");
}

#[test]
fn plain_workerd_serves_what_is_generated() {
    struct Server(Child);
    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let project = project();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    project.run(&["gen", "--target", "serve", "--port", &port]).expect(0);
    let config = project.read(".wpt/serve/workerd.capnp");
    assert!(!config.contains("not-shown") && !config.contains(project.root().as_str()), "{config}");
    let server = Command::new(workerd())
        .args(["serve", "--experimental", ".wpt/serve/workerd.capnp"])
        .env("WPT_SECRET_TOKEN", "four")
        .current_dir(project.root())
        .stdin(Stdio::null())
        .spawn();
    let _server = Server(server.unwrap());
    let answer = wait_for("workerd", || get(&format!("127.0.0.1:{port}")));
    assert_eq!(answer, "Hello 1 4");
}

#[test]
fn without_a_wrangler_file_there_is_nothing_to_serve() {
    let outcome = Project::empty().run(&["serve", "--port", "0"]).expect(2);
    insta::assert_snapshot!(outcome.stderr, @r#"
    error[no-wrangler-file]: this project has no wrangler file
     |
     = help: add one of `wrangler.json`, `wrangler.jsonc`, `wrangler.toml`, or name the file: `--wrangler PATH`
    "#);
}

#[test]
fn workflows_of_exports_run() {
    let project = Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "web", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "exports": { "Letter": { "type": "workflow", "name": "letters" } }
}
"#,
        )
        .file(
            "src/index.ts",
            r#"import { WorkflowEntrypoint } from "cloudflare:workers";
export class Letter extends WorkflowEntrypoint {
  async run(event, step) { return step.do("send", async () => `sent by ${event.workflowName}`); }
}
export default {
  async fetch(request, env, ctx) {
    const instance = await ctx.exports.Letter.create();
    for (;;) {
      const { status, output } = await instance.status();
      if (status === "complete") return new Response(output);
      await scheduler.wait(10);
    }
  },
};
"#,
        );
    let server = project.command(&["serve", "--port", "0"]).start();
    assert_eq!(get(&address(&server)).as_deref(), Some("sent by letters"));
}
