//! Products that only Cloudflare has, and containers: nothing is looked for at the start, and a run that mocks or expects
//! their errors passes.

use crate::support::Project;

const WRANGLER: &str = r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "ai": { "binding": "AI", "remote": true },
  "browser": { "binding": "BROWSER" },
  "mtls_certificates": [{ "binding": "BANK", "certificate_id": "id" }],
  "containers": [{ "class_name": "Box", "image": "./Dockerfile" }],
  "durable_objects": { "bindings": [{ "name": "BOX", "class_name": "Box" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Box"] }]
}"#;

const MAIN: &str = "import { DurableObject } from 'cloudflare:workers';
export class Box extends DurableObject {
  start() { this.ctx.container.start(); }
  is() { return this.ctx.container.running; }
}
export default { fetch: (request, env) => env.BOX.getByName('box').start() };
";

fn project() -> Project {
    Project::worker().file("wrangler.jsonc", WRANGLER).file("src/index.ts", MAIN)
}

#[test]
fn a_run_that_expects_their_errors_passes() {
    let project = project().file(
        "test/remote.test.ts",
        "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';

it('fails when called', async () => {
  await expect(env.AI.run('model', {})).rejects.toThrow('it is Workers AI');
  await expect(env.BROWSER.fetch('http://browser/')).rejects.toThrow('it is Browser Rendering');
  await expect(env.BANK.connect('bank:1').opened).rejects.toThrow('it is an mTLS certificate');
});

it('has classes with containers', async () => {
  await expect(env.BOX.getByName('box').is()).rejects.toThrow('does not run in tests');
  await expect(env.BOX.getByName('box').start()).rejects.toThrow('does not run in tests');
  await expect(exports.default.fetch('https://worker.test/')).rejects.toThrow('The container of `Box`');
});
",
    );
    let outcome = project.run(&["test"]).expect(0);
    assert!(outcome.stderr.contains("`ai.remote` is ignored"), "{outcome}");
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 2 passed (2)");
}

/// A call that nobody waits for is a rejection that nobody handles.
#[test]
fn a_call_that_nobody_waits_for_fails_the_run() {
    let project = project().file(
        "test/remote.test.ts",
        "import { env } from 'cloudflare:workers';
import { it } from 'vitest';

it('is forgotten', async () => {
  void env.BANK.fetch('https://bank.test/');
  await scheduler.wait(10);
});
",
    );
    let outcome = project.run(&["test"]).expect(1);
    assert!(outcome.stderr.contains("Binding BANK needs to be run remotely"), "{outcome}");
}
