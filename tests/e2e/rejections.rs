//! Promises that are rejected: those that somebody handles fail nothing, wherever the error was thrown; the others fail the run.

use crate::support::Project;

/// A Worker whose parts fail in every way.
fn project() -> Project {
    Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01",
  "durable_objects": { "bindings": [{ "name": "BOX", "class_name": "Box" }, { "name": "BAD", "class_name": "Bad" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Box", "Bad"] }],
  "services": [{ "binding": "API", "service": "worker", "entrypoint": "Api" }]
}"#,
        )
        .file("src/index.ts", WORKER)
        .config("{}")
}

const WORKER: &str = r"import { DurableObject, WorkerEntrypoint, RpcTarget } from 'cloudflare:workers';
class Target extends RpcTarget { fail() { throw new Error('target'); } async afail() { throw new Error('atarget'); } ok() { return 1; } }
export class Box extends DurableObject {
  async fetch(request) {
    const path = new URL(request.url).pathname;
    if (path === '/throw') throw new Error('box fetch');
    if (path === '/waituntil') { this.ctx.waitUntil((async () => { await scheduler.wait(1); throw new Error('box waituntil'); })()); return new Response('ok'); }
    if (path === '/stream') return new Response(new ReadableStream({ async pull(c) { await scheduler.wait(1); c.error(new Error('box stream')); } }));
    return new Response('box');
  }
  fail() { throw new Error('box sync'); }
  async afail() { await scheduler.wait(1); throw new Error('box async'); }
  target() { return new Target(); }
  failtarget() { throw new Error('no target'); }
  call(fn) { return fn(); }
  ok() { return 'ok'; }
  abort() { this.ctx.abort('box aborted'); }
  async alarm() { throw new Error('box alarm'); }
  async setAlarm() { await this.ctx.storage.setAlarm(Date.now()); }
  async bcw() { return this.ctx.blockConcurrencyWhile(async () => { throw new Error('box bcw'); }); }
  async other(env) { return this.env.BAD.getByName('x').foo(); }
  async otherCaught() { try { await this.env.BAD.getByName('x').foo(); } catch (e) { return 'caught ' + e.message; } }
  txn() { return this.ctx.storage.transaction(async () => { throw new Error('box txn'); }); }
}
export class Bad extends DurableObject { constructor(ctx, env) { super(ctx, env); throw new Error('bad constructor'); } foo() {} }
export class Api extends WorkerEntrypoint {
  fail() { throw new Error('api sync'); }
  async afail() { await scheduler.wait(1); throw new Error('api async'); }
  target() { return new Target(); }
  async fetch() { throw new Error('api fetch'); }
  get bad() { throw new Error('api getter'); }
}
export default {
  async fetch(request, env, ctx) {
    const path = new URL(request.url).pathname;
    if (path === '/box') return env.BOX.getByName('a').fetch('http://x/throw');
    if (path === '/waituntil') { ctx.waitUntil(Promise.reject(new Error('handler waituntil'))); return new Response('ok'); }
    if (path === '/waituntil-rpc') { ctx.waitUntil(env.BOX.getByName('a').afail()); return new Response('ok'); }
    if (path === '/catch') { try { await env.BOX.getByName('a').afail(); } catch (e) { return new Response(e.message); } }
    throw new Error('handler');
  },
};
";

const HANDLED: &str = r#"import { env, exports } from 'cloudflare:workers';
import { runInDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
const box = (name = 'a') => env.BOX.getByName(name);
it("an RPC call that throws", async () => { await expect(box().fail()).rejects.toThrow('box sync'); });
it("an RPC call that rejects", async () => { await expect(box().afail()).rejects.toThrow('box async'); });
it("a function that calls", async () => { await expect(() => box().afail()).rejects.toThrow('box async'); });
it("a request to an object", async () => { await expect(box().fetch('http://x/throw')).rejects.toThrow('box fetch'); });
it("a request through the Worker", async () => { await expect(exports.default.fetch('http://x/box')).rejects.toThrow('box fetch'); });
it("a handler", async () => { await expect(exports.default.fetch('http://x/')).rejects.toThrow('handler'); });
it("an object's waitUntil", async () => { expect(await (await box().fetch('http://x/waituntil')).text()).toBe('ok'); await scheduler.wait(20); });
it("a handler's waitUntil", async () => { expect(await (await exports.default.fetch('http://x/waituntil')).text()).toBe('ok'); await scheduler.wait(20); });
it("an RPC call given to waitUntil", async () => { expect(await (await exports.default.fetch('http://x/waituntil-rpc')).text()).toBe('ok'); await scheduler.wait(20); });
it("a call that the Worker catches", async () => { expect(await (await exports.default.fetch('http://x/catch')).text()).toBe('box async'); });
it("a body", async () => { await expect((await box().fetch('http://x/stream')).text()).rejects.toThrow('box stream'); });
it("what a pipelined call is made on", async () => { await expect(box().failtarget().ok()).rejects.toThrow('no target'); });
it("a pipelined call", async () => { await expect(box().target().fail()).rejects.toThrow('target'); });
it("a pipelined call in a function", async () => { await expect(async () => { await box().failtarget().ok(); }).rejects.toThrow('no target'); });
it("a pipelined call in a try block", async () => { try { await box().failtarget().ok(); expect.unreachable(); } catch (e) { expect(e.message).toBe('no target'); } });
it("methods of an RPC target", async () => { using t = await box().target(); await expect(t.fail()).rejects.toThrow('target'); await expect(t.afail()).rejects.toThrow('atarget'); });
it("a function that the object calls", async () => { await expect(box().call(() => { throw new Error('cb'); })).rejects.toThrow('cb'); await expect(box().call(async () => { throw new Error('acb'); })).rejects.toThrow('acb'); });
it("an object that aborts", async () => { await expect(box('ab').abort()).rejects.toThrow('box aborted'); });
it("other calls of an object that aborts", async () => { const s = box('ab2'); const p = runInDurableObject(s, () => new Promise(() => {})); const q = s.abort(); await expect(p).rejects.toThrow(); await expect(q).rejects.toThrow('box aborted'); });
it("blockConcurrencyWhile", async () => { await expect(box('bcw').bcw()).rejects.toThrow('box bcw'); });
it("a constructor", async () => { await expect(env.BAD.getByName('a').foo()).rejects.toThrow('bad constructor'); await expect(env.BAD.getByName('a').fetch('http://x')).rejects.toThrow('bad constructor'); });
it("several calls of a constructor that throws", async () => { const s = env.BAD.getByName('a'); const r = await Promise.allSettled([s.foo(), s.foo(), s.foo()]); expect(r.map((x) => x.status)).toEqual(['rejected', 'rejected', 'rejected']); });
it("runInDurableObject of a constructor that throws", async () => { await expect(runInDurableObject(env.BAD.getByName('a'), () => {})).rejects.toThrow('bad constructor'); });
it("a call between objects", async () => { await expect(box().other()).rejects.toThrow('bad constructor'); expect(await box().otherCaught()).toBe('caught bad constructor'); });
it("a transaction", async () => { await expect(box('txn').txn()).rejects.toThrow('box txn'); });
it("an alarm", async () => { await box('al').setAlarm(); await scheduler.wait(200); });
it("an entrypoint", async () => { await expect(env.API.fail()).rejects.toThrow('api sync'); await expect(env.API.afail()).rejects.toThrow('api async'); await expect(env.API.fetch('http://x')).rejects.toThrow('api fetch'); });
it("an entrypoint of exports", async () => { await expect(exports.Api.fail()).rejects.toThrow('api sync'); });
it("a getter", async () => { await expect(async () => await env.API.bad).rejects.toThrow('api getter'); await expect(env.API.bad).rejects.toThrow('api getter'); });
it("a method that is missing", async () => { await expect(env.API.nothing()).rejects.toThrow('does not implement'); await expect(box().nothing()).rejects.toThrow('does not implement'); await expect(async () => await box().nothing).rejects.toThrow(); });
it("an expectation of the other outcome", async () => { await expect(box().ok()).resolves.toBe('ok'); await expect(async () => { await expect(box().ok()).rejects.toThrow(); }).rejects.toThrow('promise resolved'); });
it("calls in Promise.all", async () => { await expect(Promise.all([box().fail(), box().afail(), env.BAD.getByName('z').foo()])).rejects.toThrow(); await scheduler.wait(20); });
it("catch()", async () => { expect(await box().fail().catch((e) => e.message)).toBe('box sync'); });
it("then()", async () => { expect(await box().fail().then(() => 1, (e) => e.message)).toBe('box sync'); });
it("finally()", async () => { let f = 0; await expect(box().fail().finally(() => { f = 1; })).rejects.toThrow('box sync'); expect(f).toBe(1); });
it("a call that is looked at late", async () => { const p = box().fail(); await scheduler.wait(100); await expect(p).rejects.toThrow('box sync'); });
"#;

#[test]
fn handled_ones_fail_nothing() {
    let run = project().file("test/handled.test.ts", HANDLED).run(&["test"]).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 36 passed (36)");
    assert_eq!(run.stderr, "");
}

#[test]
fn unhandled_ones_fail_the_run() {
    let run = project()
        .file(
            "test/unhandled.test.ts",
            "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('forgets a call', async () => {
  void env.BOX.getByName('a').fail();
  await env.BOX.getByName('a').ok();
});
it('handles another', async () => {
  await expect(env.BOX.getByName('a').fail()).rejects.toThrow('box sync');
});
",
        )
        .run(&["test"])
        .expect(1);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 2 passed (2)");
    assert!(run.stderr.contains("Vitest caught 1 unhandled error"), "{run}");
    assert!(run.stderr.contains("Error: box sync"), "{run}");
    assert!(run.stderr.contains("The last test to run before this error was \"forgets a call\""), "{run}");
}
