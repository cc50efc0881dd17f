//! Auxiliary Workers: found by name in a workspace, compiled from TypeScript, one of each for every test file.

use insta::assert_snapshot;

use crate::support::Project;

const VITEST_CONFIG: &str = "import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
export default defineConfig({ plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })] });
";

const AUTH: &str = r#"import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import greeting from "./greeting.txt";

interface Env { USERS: KVNamespace; TOKEN: string; WEB: Fetcher; ME: Fetcher }
let calls = 0;
const seen: string[] = [];

export class Sessions extends DurableObject<Env> {
  async add(n: number): Promise<number> {
    const total = ((await this.ctx.storage.get<number>("total")) ?? 0) + n;
    await this.ctx.storage.put("total", total);
    return total;
  }
}
export class Login extends WorkerEntrypoint<Env> {
  async greet(name: string): Promise<string> {
    const before = await this.env.USERS.get("name");
    await this.env.USERS.put("name", name);
    return `${greeting.trim()} ${name}, call ${++calls}, before ${before}, realm ${this.ctx.props.realm}, token ${this.env.TOKEN}`;
  }
  async web(): Promise<string> { return (await this.env.WEB.fetch("http://web/from-auth")).text(); }
  async me(): Promise<string> { return (await this.env.ME.fetch("http://me/")).text(); }
  async seen(): Promise<string[]> { return seen; }
}
export default {
  fetch: () => new Response("auth"),
  tail: (events: TraceItem[]) => { for (const { outcome, event } of events) seen.push(`${outcome} ${event?.request?.url}`); },
} satisfies ExportedHandler<Env>;
"#;

const TEST: &str = r#"import { env, exports } from "cloudflare:workers";
import { expect, it, vi } from "vitest";

it("reaches the other Worker", async () => {
  expect(await env.AUTH.greet("Ada")).toBe("Hello Ada, call 1, before null, realm staff, token not-shown");
  expect(await env.AUTH.greet("Bob")).toBe("Hello Bob, call 2, before Ada, realm staff, token not-shown");
  expect(await (await env.PLAIN.fetch("http://auth/")).text()).toBe("auth");
  const session = env.SESSIONS.getByName("a");
  expect([await session.add(2), await session.add(3)]).toEqual([2, 5]);
});
it("is reached by the other Worker", async () => {
  expect(await env.AUTH.web()).toBe("web /from-auth");
  expect(await env.AUTH.me()).toBe("auth");
  await (await exports.default.fetch("http://web/tailed")).text();
  await vi.waitFor(async () => expect(await env.AUTH.seen()).toContain("ok http://web/tailed"));
});
"#;

/// A workspace of two Workers that name each other.
fn workspace() -> Project {
    Project::empty()
        .file("package.json", r#"{ "private": true, "workspaces": ["workers/*"] }"#)
        .file("workers/web/vitest.config.ts", VITEST_CONFIG)
        .file(
            "workers/web/wrangler.jsonc",
            r#"{
  "name": "web", "main": "src/index.ts", "compatibility_date": "2025-11-01",
  "services": [
    { "binding": "AUTH", "service": "auth", "entrypoint": "Login", "props": { "realm": "staff" } },
    { "binding": "PLAIN", "service": "auth" }
  ],
  "durable_objects": {
    "bindings": [{ "name": "SESSIONS", "class_name": "Sessions", "script_name": "auth" }]
  },
  "tail_consumers": [{ "service": "auth" }]
}
"#,
        )
        .file(
            "workers/web/src/index.ts",
            "export default { fetch: (request: Request) => new Response('web ' + new URL(request.url).pathname) };\n",
        )
        .file("workers/web/test/a.test.ts", TEST)
        .file("workers/web/test/b.test.ts", TEST)
        .file(
            "workers/auth/wrangler.toml",
            r#"name = "auth"
main = "src/worker.ts"
compatibility_date = "2025-10-01"
kv_namespaces = [{ binding = "USERS", id = "users" }]
services = [{ binding = "WEB", service = "web" }, { binding = "ME", service = "auth" }]
migrations = [{ tag = "v1", new_sqlite_classes = ["Sessions"] }]
"#,
        )
        .file("workers/auth/.dev.vars", "TOKEN=not-shown\n")
        .file("workers/auth/src/worker.ts", AUTH)
        .file("workers/auth/src/greeting.txt", "Hello\n")
}

#[test]
fn a_worker_of_the_workspace_is_compiled_and_every_test_file_has_its_own() {
    let project = workspace();
    let outcome = project.run(&["test", "--root", "workers/web"]).expect(0);
    assert_eq!(outcome.summary(), "files: 2 passed (2); tests: 4 passed (4)");
    for file in ["workerd.capnp", "details.capnp", "plan.json", "SUMMARY.md"] {
        assert!(!project.read(&format!("workers/web/.wpt/{file}")).contains("not-shown"), "{file}");
    }
    // An edit of the other Worker counts at the next run.
    project.edit("workers/auth/src/greeting.txt", "Hello", "Good day");
    project.run(&["test", "--root", "workers/web"]).expect(1);
}

#[test]
fn an_environment_of_the_other_worker_is_meant_by_its_name() {
    let project = workspace();
    project.edit(
        "workers/web/wrangler.jsonc",
        r#""service": "auth" }
  ]"#,
        r#""service": "auth", "environment": "staging" }
  ]"#,
    );
    project.write(
        "workers/auth/wrangler.toml",
        &(project.read("workers/auth/wrangler.toml") + "[env.staging]\nmain = \"src/staging.ts\"\n"),
    );
    project
        .write("workers/auth/src/staging.ts", "export default { fetch: () => new Response('staging') };\n");
    for file in ["a", "b"] {
        project.edit(
            &format!("workers/web/test/{file}.test.ts"),
            ".toBe(\"auth\");\n  const",
            ".toBe(\"staging\");\n  const",
        );
    }
    project.run(&["test", "--root", "workers/web"]).expect(0);
}

#[test]
fn a_worker_that_is_nowhere_is_named_with_the_places_that_were_searched() {
    let project = workspace();
    project.edit(
        "workers/web/wrangler.jsonc",
        r#""PLAIN", "service": "auth""#,
        r#""PLAIN", "service": "auht""#,
    );
    let outcome = project.run(&["gen", "--root", "workers/web"]).expect(2);
    assert_snapshot!(outcome.stderr, @r#"
    error[unknown-worker]: no Worker named `auht`
     --> wrangler.jsonc:5:38
      |
    5 |     { "binding": "PLAIN", "service": "auht" }
      |                                      ^^^^^^ the service binding `PLAIN` needs it
      |
      = help: did you mean `auth`?
      = help: searched the workspaces of ../../package.json (`workers/*`) and the project's own folders: found ../auth/wrangler.toml, wrangler.jsonc
      = help: add a wrangler file with this `name` there, list one elsewhere in the option `auxiliaryWorkers`, or add the Worker to `miniflare.workers`
    "#);
}

#[test]
fn two_files_that_claim_one_name_are_both_shown() {
    let project = workspace();
    project.write("workers/auth2/wrangler.jsonc", "{ \"name\": \"auth\", \"main\": \"x.ts\" }\n");
    let outcome = project.run(&["gen", "--root", "workers/web"]).expect(2);
    assert_snapshot!(outcome.stderr, @r#"
    error[ambiguous-worker]: two wrangler files are of a Worker named `auth`
     --> wrangler.jsonc:4:37
      |
    4 |     { "binding": "AUTH", "service": "auth", "entrypoint": "Login", "props": { "realm": "staff" } },
      |                                     ^^^^^^ the service binding `AUTH` needs one
      |
     ::: ../auth/wrangler.toml:1:8
      |
    1 | name = "auth"
      |        ------ this Worker
      |
     ::: ../auth2/wrangler.jsonc:1:11
      |
    1 | { "name": "auth", "main": "x.ts" }
      |           ------ this Worker
      |
      = help: give each Worker a name of its own
    "#);
}

#[test]
fn what_the_other_worker_does_not_export_is_an_error() {
    let project = workspace();
    project.edit("workers/web/wrangler.jsonc", r#""Login""#, r#""Logon""#);
    project.edit("workers/web/wrangler.jsonc", r#""Sessions""#, r#""Rooms""#);
    let outcome = project.run(&["gen", "--root", "workers/web"]).expect(2);
    assert_snapshot!(outcome.stderr, @r#"
    error[missing-export]: `auth` exports no entrypoint `Logon`
     --> wrangler.jsonc:4:59
      |
    4 |     { "binding": "AUTH", "service": "auth", "entrypoint": "Logon", "props": { "realm": "staff" } },
      |                                                           ^^^^^^^ not exported by ../auth/src/worker.ts
      |
      = help: did you mean `Login`?

    error[missing-export]: `auth` exports no class `Rooms`
     --> wrangler.jsonc:8:54
      |
    8 |     "bindings": [{ "name": "SESSIONS", "class_name": "Rooms", "script_name": "auth" }]
      |                                                      ^^^^^^^ not exported by ../auth/src/worker.ts
      |
      = help: it exports `Login`, `Sessions`, `default`
    "#);
}

#[test]
fn what_cannot_be_bundled_is_shown_as_esbuild_says_it() {
    let project = workspace();
    project.edit("workers/auth/src/worker.ts", "./greeting.txt", "./greetings.txt");
    let outcome = project.run(&["gen", "--root", "workers/web"]).expect(2);
    assert_snapshot!(outcome.stderr, @r#"
    error[bundle]: the Worker `auth` cannot be bundled
                   ✘ [ERROR] Could not resolve "./greetings.txt"

                       src/worker.ts:2:21:
                         2 │ import greeting from "./greetings.txt";
                           ╵                      ~~~~~~~~~~~~~~~~~
     --> ../auth/wrangler.toml:2:8
      |
    2 | main = "src/worker.ts"
      |        ^^^^^^^^^^^^^^^
    "#);
}

const QUEUE_TEST: &str = r#"import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
it("gets the message", async () => {
  await env.JOBS.send("one");
  await vi.waitFor(async () => expect(await env.KEPT.get("message")).toBe("one"), 4000);
});
"#;

/// A Worker that sends to a queue, and another that it does not name, which gets the messages.
fn queue() -> Project {
    Project::empty()
        .file("package.json", r#"{ "private": true, "workspaces": ["workers/*"] }"#)
        .file("workers/web/vitest.config.ts", VITEST_CONFIG)
        .file(
            "workers/web/wrangler.jsonc",
            r#"{
  "name": "web", "main": "index.ts", "compatibility_date": "2025-11-01",
  "kv_namespaces": [{ "binding": "KEPT", "id": "kept" }],
  "queues": { "producers": [{ "binding": "JOBS", "queue": "jobs" }] },
  "env": { "production": { "queues": { "consumers": [{ "queue": "jobs" }] } } }
}
"#,
        )
        .file("workers/web/index.ts", "export default {};\n")
        .file("workers/web/test/a.test.ts", QUEUE_TEST)
        .file(
            "workers/jobs/wrangler.jsonc",
            r#"{
  "name": "jobs", "main": "index.ts", "compatibility_date": "2025-11-01",
  "kv_namespaces": [{ "binding": "KEPT", "id": "kept" }],
  "queues": { "consumers": [{ "queue": "jobs", "max_batch_timeout": 0 }] }
}
"#,
        )
        .file(
            "workers/jobs/index.ts",
            "export default { queue: (batch, env) => env.KEPT.put('message', batch.messages[0].body) };\n",
        )
}

#[test]
fn a_worker_that_nobody_names_gets_the_messages_of_a_queue() {
    let outcome = queue().run(&["test", "--root", "workers/web"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn of_two_consumers_of_a_queue_one_has_to_be_listed() {
    let project = queue().file(
        "workers/more/wrangler.jsonc",
        "{ \"name\": \"more\", \"queues\": { \"consumers\": [{ \"queue\": \"jobs\" }] } }\n",
    );
    assert_snapshot!(project.run(&["gen", "--root", "workers/web"]).expect(0).stderr, @r#"
    warning[ambiguous-consumer]: several Workers consume the queue `jobs`, so none gets its messages
     --> ../jobs/wrangler.jsonc:2:11
      |
    2 |   "name": "jobs", "main": "index.ts", "compatibility_date": "2025-11-01",
      |           ^^^^^^ this Worker
      |
     ::: ../more/wrangler.jsonc:1:11
      |
    1 | { "name": "more", "queues": { "consumers": [{ "queue": "jobs" }] } }
      |           ------ this Worker
      |
      = help: list the file of one of them in the option `auxiliaryWorkers`
    "#);
    let listed = "wrangler.jsonc' }, auxiliaryWorkers: [{ configPath: '../jobs/wrangler.jsonc' }]";
    project.edit("workers/web/vitest.config.ts", "wrangler.jsonc' }", listed);
    project.run(&["test", "--root", "workers/web"]).expect(0);
}

#[test]
fn a_workflow_of_another_worker_runs() {
    let project = queue();
    project.edit(
        "workers/web/wrangler.jsonc",
        r#"  "env""#,
        r#"  "workflows": [{ "binding": "SHIP", "name": "ship", "class_name": "Ship", "script_name": "jobs" }],
  "env""#,
    );
    project.write(
        "workers/jobs/index.ts",
        r#"import { WorkflowEntrypoint } from "cloudflare:workers";
export class Ship extends WorkflowEntrypoint {
  async run(event, step) { return step.do("ship", async () => `shipped ${event.payload}`); }
}
export default { queue() {} };
"#,
    );
    project.write(
        "workers/web/test/a.test.ts",
        r#"import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
it("runs", async () => {
  const instance = await env.SHIP.create({ params: "tea" });
  await vi.waitFor(async () => expect(await instance.status()).toMatchObject({ status: "complete", output: "shipped tea" }), 4000);
});
"#,
    );
    project.run(&["test", "--root", "workers/web"]).expect(0);
}

#[test]
fn a_tail_that_is_nowhere_gets_no_events() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "tail_consumers": [{ "service": "logs" }]
}"#,
        )
        .file("test/a.test.ts", "import { it } from 'vitest';\nit('runs', () => {});\n");
    let run = project.run(&["test"]).expect(0);
    assert_snapshot!(run.stderr, @r#"
    warning[unknown-worker]: no Worker named `logs`
     --> wrangler.jsonc:3:35
      |
    3 |   "tail_consumers": [{ "service": "logs" }]
      |                                   ^^^^^^ the tail consumer `logs` is left out: its events go nowhere
      |
      = help: searched the folders beside the project and the project's own folders: found wrangler.jsonc
      = help: add a wrangler file with this `name` there, list one elsewhere in the option `auxiliaryWorkers`, or add the Worker to `miniflare.workers`
    "#);
    // Who is called has to be there, whoever names it first.
    project.edit(
        "wrangler.jsonc",
        "\"tail_",
        "\"services\": [{ \"binding\": \"LOGS\", \"service\": \"logs\" }],\n  \"tail_",
    );
    assert!(
        project.run(&["test"]).expect(2).stderr.contains("error[unknown-worker]: no Worker named `logs`")
    );
}
