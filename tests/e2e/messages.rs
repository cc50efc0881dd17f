//! Queues and workflows: what is no good as an example.

use insta::assert_snapshot;

use crate::support::Project;

/// A workflow `Count` that takes as many steps as it is told, and a test file.
fn count(wrangler: &str, test: &str) -> Project {
    let wrangler = format!(
        r#"{{ "name": "count", "main": "src/index.ts", "compatibility_date": "2026-01-01", {wrangler} }}"#
    );
    Project::worker()
        .file("wrangler.jsonc", &wrangler)
        .file(
            "src/index.ts",
            r#"import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
export class Count extends WorkflowEntrypoint {
  async run({ payload, workflowName }, step) {
    for (let i = 0; i < payload; i++) await step.do(`step ${i}`, async () => i);
    if (payload < 0) throw new NonRetryableError("less than nothing");
    return workflowName;
  }
}
export default { fetch: () => new Response("hello") };
"#,
        )
        .file(
            "test/a.test.ts",
            &format!(
                r#"import {{ env, exports }} from "cloudflare:workers";
import {{ expect, it, vi }} from "vitest";

async function outcome(workflow: Workflow, params: number) {{
  const instance = await workflow.create({{ params }});
  return vi.waitFor(async () => {{
    const status = await instance.status();
    expect(["complete", "errored"]).toContain(status.status);
    return status;
  }}, 20_000);
}}

{test}"#
            ),
        )
}

const LIMITED: &str = r#"
it("has so many steps", async () => {
  expect(await outcome(workflow(), 2)).toMatchObject({ status: "complete", output: "count" });
});

it("has no more", async () => {
  const { status, error } = await outcome(workflow(), 3);
  expect(status).toBe("errored");
  expect(error?.message).toContain("The limit of 2 steps has been reached.");
});
"#;

#[test]
fn instances_keep_to_the_step_limit_of_a_binding() {
    let project = count(
        r#""workflows": [{ "binding": "COUNT", "name": "count", "class_name": "Count", "limits": { "steps": 2 } }]"#,
        &format!("const workflow = () => env.COUNT;\n{LIMITED}"),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn instances_keep_to_the_step_limit_of_exports() {
    let project = count(
        r#""exports": { "Count": { "type": "workflow", "name": "count", "limits": { "steps": 2 } } }"#,
        &format!("const workflow = () => exports.Count;\n{LIMITED}"),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn a_binding_and_ctx_exports_share_instances_and_the_step_limit_of_the_options() {
    let project = count(
        r#""workflows": [{ "binding": "COUNT", "name": "count", "class_name": "Count" }]"#,
        &format!(
            "{LIMITED}
const workflow = () => env.COUNT;
it('shares instances', async () => {{
  const {{ id }} = await exports.Count.create({{ params: 1 }});
  await vi.waitFor(async () => expect((await (await env.COUNT.get(id)).status()).output).toBe('count'), 20_000);
}});
"
        ),
    )
    .pool_config(
        "{ wrangler: { configPath: './wrangler.jsonc' }, miniflare: { workflowExports: { Count: { name: 'count', stepLimit: 2 } } } }",
        "{}",
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn other_workers_have_workflows_on_ctx_exports_too() {
    let project = count(
        r#""services": [{ "binding": "OTHER", "service": "other" }]"#,
        r#"
it("runs", async () => {
  const id = await (await env.OTHER.fetch("http://other/")).text();
  await vi.waitFor(async () => {
    const response = await env.OTHER.fetch(`http://other/${id}`);
    expect(await response.json()).toMatchObject({ status: "complete", output: "sent by letters" });
  }, 20_000);
});
"#,
    )
    .file(
        "other/wrangler.jsonc",
        r#"{ "name": "other", "main": "index.ts", "compatibility_date": "2026-01-01",
  "exports": { "Letter": { "type": "workflow", "name": "letters" } } }"#,
    )
    .file(
        "other/index.ts",
        r#"import { WorkflowEntrypoint } from "cloudflare:workers";
export class Letter extends WorkflowEntrypoint {
  async run(event, step) { return step.do("send", async () => `sent by ${event.workflowName}`); }
}
export default {
  async fetch(request, env, ctx) {
    const id = new URL(request.url).pathname.slice(1);
    if (!id) return new Response((await ctx.exports.Letter.create()).id);
    return Response.json(await (await ctx.exports.Letter.get(id)).status());
  },
};
"#,
    )
    .pool_config(
        "{ wrangler: { configPath: './wrangler.jsonc' }, auxiliaryWorkers: [{ configPath: './other/wrangler.jsonc' }] }",
        "{}",
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn a_workflow_has_one_class() {
    let project = count(
        r#"
  "exports": { "Count": { "type": "workflow", "name": "count" } },
  "workflows": [{ "binding": "COUNT", "name": "count", "class_name": "Recount" }]"#,
        "",
    );
    let source = project.read("src/index.ts");
    project.write("src/index.ts", &format!("{source}export class Recount extends WorkflowEntrypoint {{}}\n"));
    assert_snapshot!(project.run(&["gen"]).expect(2).stderr, @r#"
    error[workflow-name]: the workflow `count` has two classes, `Recount` and `Count`
     --> wrangler.jsonc:2:16
      |
    2 |   "exports": { "Count": { "type": "workflow", "name": "count" } },
      |                ^^^^^^^
      |
      = help: give each class a name of its own
    "#);
}

#[test]
fn the_worker_s_flag_keeps_the_message_of_errors_that_are_not_retried() {
    let project = |flags: &str, message: &str| {
        count(
            &format!(
                r#""compatibility_flags": [{flags}],
  "workflows": [{{ "binding": "COUNT", "name": "count", "class_name": "Count" }}]"#
            ),
            &format!(
                "it('fails', async () => {{
  const {{ error }} = await outcome(env.COUNT, -1);
  expect(error?.message).toContain({message:?});
}});
"
            ),
        )
    };
    project("", "a step threw an NonRetryableError").run(&["test"]).expect(0);
    let flag = r#""workflows_preserve_non_retryable_error_message""#;
    project(flag, "less than nothing").run(&["test"]).expect(0);
}

#[test]
fn a_class_as_the_default_export_gets_messages_and_mail() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "kv_namespaces": [{ "binding": "NOTES", "id": "notes" }],
  "queues": {
    "producers": [{ "binding": "JOBS", "queue": "jobs" }],
    "consumers": [{ "queue": "jobs", "max_batch_timeout": 0 }],
  },
}"#,
        )
        .file(
            "src/index.ts",
            r#"import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  async queue(batch) {
    for (const { body } of batch.messages) await this.env.NOTES.put(`job ${body}`, batch.queue);
    batch.ackAll();
  }
  async email(message) { await message.forward(`not-${message.to}`); }
}
"#,
        )
        .file(
            "test/a.test.ts",
            r#"import { env, exports } from "cloudflare:workers";
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import Worker from "../src";

const message = (body: string) => ({ id: "1", timestamp: new Date(), attempts: 1, body });

it("is delivered to", async () => {
  await env.JOBS.send("sent");
  await vi.waitFor(async () => expect(await env.NOTES.get("job sent")).toBe("jobs"), 20_000);
});

it("is called through exports", async () => {
  expect(await exports.default.queue("jobs", [message("called")])).toMatchObject({ outcome: "ok", ackAll: true });
  expect(await env.NOTES.get("job called")).toBe("jobs");
});

it("is called directly", async () => {
  const ctx = createExecutionContext();
  const batch = createMessageBatch("jobs", [message("direct")]);
  await new Worker(ctx, env).queue(batch);
  expect(await getQueueResult(batch, ctx)).toMatchObject({ outcome: "ok", ackAll: true });
});

it("gets mail", async () => {
  const forwarded: string[] = [];
  await exports.default.email({ from: "a@x.example", to: "b@x.example", forward: (to: string) => void forwarded.push(to) });
  expect(forwarded).toEqual(["not-b@x.example"]);
});
"#,
        );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 4 passed (4)");
}

#[test]
fn nobody_pulls_messages() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "queues": {
    "producers": [{ "binding": "ARCHIVE", "queue": "archive" }],
    "consumers": [{ "queue": "archive", "type": "http_pull" }],
  },
}"#,
        )
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';
import { it } from 'vitest';
it('sends', () => env.ARCHIVE.send('old news'));
",
        );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
    assert_snapshot!(outcome.stderr, @r#"
    warning[pull-consumer]: nobody pulls the messages of the queue `archive` in tests
     --> wrangler.jsonc:5:49
      |
    5 |     "consumers": [{ "queue": "archive", "type": "http_pull" }],
      |                                                 ^^^^^^^^^^^ only Cloudflare can be pulled from
      |
      = help: what is sent to the queue is dropped; spy on `send()` to see it
    "#);
}

#[test]
fn no_message_is_delivered_when_its_test_file_is_over() {
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
              "queues": { "producers": [{ "binding": "ORDERS", "queue": "orders" }] }
            }"#,
        )
        .pool_config(
            "{
              wrangler: { configPath: './wrangler.jsonc' },
              miniflare: { workers: [{
                name: 'consumer', modules: true, queueConsumers: { orders: { maxBatchTimeout: 1 } },
                script: 'export default { queue() { console.log(\"delivered late\"); } }',
              }] },
            }",
            "{}",
        )
        .file(
            "test/a.test.ts",
            "import { env } from 'cloudflare:workers';
import { it } from 'vitest';
it('sends', () => env.ORDERS.send('pen'));
",
        )
        .file(
            "test/b.test.ts",
            "import { it } from 'vitest';
it('takes longer than the batch', () => new Promise((resolve) => setTimeout(resolve, 2500)));
",
        );
    let run = project.run(&["test", "--max-workers=1"]).expect(0);
    assert!(!run.stdout.contains("delivered late"), "{run}");
}
