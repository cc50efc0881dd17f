//! Whatever a test file leaves behind, the next one cannot tell its isolate from a new one.

use crate::support::Project;

const WRANGLER: &str = r#"{
  "name": "leaks",
  "main": "src/index.ts",
  "compatibility_date": "2025-11-01",
  "vars": { "LIST": ["one"], "TEXT": "text" },
  "kv_namespaces": [{ "binding": "KV", "id": "kv" }],
  "d1_databases": [{ "binding": "DB", "database_name": "db", "database_id": "db" }],
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
  "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Counter"] }],
}"#;

const WORKER: &str = r#"
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  memory = 0;
  async add() {
    this.memory++;
    await this.ctx.storage.put("count", (await this.stored()) + 1);
  }
  async stored(): Promise<number> {
    return (await this.ctx.storage.get("count")) ?? 0;
  }
  sum = async () => 0;
  async total() {
    return this.memory + (await this.stored());
  }
}

export let requests = { count: 0 };

export default {
  async fetch(request: Request, _env: unknown, ctx: ExecutionContext) {
    requests.count++;
    if (request.url.endsWith("/never")) ctx.waitUntil(scheduler.wait(20_000));
    if (request.url.endsWith("/slow")) {
      for (let i = 0; i < 1000; i++) {
        await scheduler.wait(5);
        (globalThis as any).slowRequest = true;
      }
    }
    return new Response("ok");
  },
};
"#;

/// What can be undone: each leak by its name, with what tells that it is there.
const LEAKS: &str = r#"
import { env, exports } from "cloudflare:workers";
import { chai, expect, vi } from "vitest";
import { total } from "tally";
import { requests } from "../src/index";
import { dependency } from "./dependency";

const scope = globalThis as any;
const any = (value: unknown) => value as any;
const real = (text: string) => text.includes("[native code]");

interface Leak {
  leak(): unknown;
  isThere(): unknown;
}

const leaks: Record<string, Leak> = {
  "a snapshot serializer": {
    leak: () => expect.addSnapshotSerializer({ test: () => ((scope.asked = 1), false), serialize: () => "" }),
    isThere: () => (expect(7).toMatchInlineSnapshot("7"), scope.asked),
  },
  "a global": { leak: () => void (scope.leaked = 1), isThere: () => "leaked" in scope },
  "a global by symbol": { leak: () => void (scope[Symbol.for("leaked")] = 1), isThere: () => Symbol.for("leaked") in scope },
  "a method that is gone": { leak: () => delete any(Promise).any, isThere: () => !("any" in Promise) },
  "a global function that was replaced": { leak: () => (scope.btoa = () => "leaked"), isThere: () => btoa("a") === "leaked" },
  "another fetch": { leak: () => (scope.fetch = () => "leaked"), isThere: () => !real(String(fetch)) },
  "a getter on the global scope": {
    leak: () => Object.defineProperty(scope, "origin", { get: () => "leaked", configurable: true }),
    isThere: () => scope.origin === "leaked",
  },
  "a method on Array.prototype": { leak: () => (any(Array.prototype).leaked = 1), isThere: () => "leaked" in [] },
  "a method of Response.prototype": {
    leak: () => (Response.prototype.json = async () => "leaked"),
    isThere: async () => (await new Response("1").json()) === "leaked",
  },
  "a getter of Request.prototype": {
    leak: () => Object.defineProperty(Request.prototype, "method", { get: () => "leaked" }),
    isThere: () => new Request("http://x").method === "leaked",
  },
  "a method of iterators": {
    leak: () => (any(Object.getPrototypeOf([][Symbol.iterator]())).leaked = 1),
    isThere: () => "leaked" in [].values(),
  },
  "a getter on Object.prototype": { leak: () => any(chai).should(), isThere: () => "should" in {} },
  "another prototype": {
    leak: () => Object.setPrototypeOf(Map.prototype, { leaked: 1 }),
    isThere: () => "leaked" in new Map(),
  },
  "Math.random": { leak: () => (Math.random = () => 7), isThere: () => Math.random() === 7 },
  "crypto.randomUUID": { leak: () => (crypto.randomUUID = () => any("leaked")), isThere: () => any(crypto.randomUUID()) === "leaked" },
  "a property of navigator": { leak: () => (any(navigator).leaked = 1), isThere: () => "leaked" in navigator },
  "a static method": { leak: () => (any(Promise).leaked = 1), isThere: () => "leaked" in Promise },
  "Error.stackTraceLimit": { leak: () => (Error.stackTraceLimit = 0), isThere: () => Error.stackTraceLimit === 0 },
  "Error.prepareStackTrace": { leak: () => (Error.prepareStackTrace = () => "leaked"), isThere: () => any(new Error().stack) === "leaked" },
  "a console method": { leak: () => (console.debug = () => "leaked"), isThere: () => any(console.debug("seen")) === "leaked" },
  "a spy on console": { leak: () => vi.spyOn(console, "info"), isThere: () => vi.isMockFunction(console.info) },
  "a listener on the global scope": {
    leak: () => addEventListener("leak", () => (scope.heard = (scope.heard ?? 0) + 1)),
    isThere: () => (dispatchEvent(new Event("leak")), scope.heard),
  },
  "an interval": { leak: () => setInterval(() => (scope.ticks = 1), 1), isThere: () => later(() => scope.ticks) },
  "a timeout": { leak: () => setTimeout(() => (scope.timeout = 1), 30), isThere: () => later(() => scope.timeout, 60) },
  "a loop": { leak: () => void loop(), isThere: () => later(() => scope.rounds) },
  "a request": { leak: () => void exports.default.fetch("http://x/slow"), isThere: () => later(() => scope.slowRequest) },
  "fake timers": { leak: () => vi.useFakeTimers({ toFake: ["setImmediate", "setInterval"] }), isThere: () => vi.isFakeTimers() },
  "vi.stubGlobal": { leak: () => vi.stubGlobal("stubbed", 1), isThere: () => "stubbed" in scope },
  "vi.stubEnv": { leak: () => vi.stubEnv("STUBBED", "1"), isThere: () => import.meta.env.STUBBED },
  "vi.setConfig": {
    leak: () => vi.setConfig({ testTimeout: 77 }),
    isThere: () => any(scope).__vitest_worker__.config.testTimeout === 77,
  },
  "vi.doMock": { leak: () => vi.doMock("./other", () => ({ other: "mocked" })), isThere: async () => (await import("./other")).other === "mocked" },
  "vi.mock": { leak: () => {}, isThere: () => dependency === "mocked" },
  "import.meta.env": { leak: () => (import.meta.env.LEAKED = "1"), isThere: () => import.meta.env.LEAKED },
  "a matcher": { leak: () => expect.extend({ toLeak: () => ({ pass: true, message: () => "" }) }), isThere: () => "toLeak" in any(expect(1)) },
  "an asymmetric matcher": { leak: () => expect.extend({ leakiest: () => ({ pass: true, message: () => "" }) }), isThere: () => "leakiest" in expect },
  "an equality tester": {
    leak: () => expect.addEqualityTesters([(a, b) => (a === "leak" && b === "tight") || undefined]),
    isThere: () => doesPass(() => expect(["leak"]).toEqual(["tight"])),
  },
  "a plugin of chai": {
    leak: () => chai.use((_, utils) => utils.addProperty(chai.Assertion.prototype, "leaky", () => {})),
    isThere: () => "leaky" in chai.Assertion.prototype,
  },
  "chai.config": { leak: () => (chai.config.truncateThreshold = 1234), isThere: () => chai.config.truncateThreshold === 1234 },
  "a binding that was replaced": { leak: () => (any(env).TEXT = "leaked"), isThere: () => any(env).TEXT === "leaked" },
  "a binding that was added": { leak: () => (any(env).LEAKED = 1), isThere: () => "LEAKED" in env },
  "data of a variable": { leak: () => any(env).LIST.push("leaked"), isThere: () => any(env).LIST.length > 1 },
  "a method of a binding": { leak: () => (any(env).KV.get = () => "leaked"), isThere: () => any(env).KV.get("x") === "leaked" },
  "a spy on a binding's prototype": {
    leak: () => (Object.getPrototypeOf(any(env).DB).leaked = 1),
    isThere: () => "leaked" in any(env).DB,
  },
  "a spy on an export": { leak: () => (any(exports.default).leaked = 1), isThere: () => Object.hasOwn(exports.default, "leaked") },
  "a module's state": { leak: () => exports.default.fetch("http://x/"), isThere: () => requests.count },
  "a package's state": { leak: () => total(1), isThere: () => total(0) },
  "KV": { leak: () => any(env).KV.put("leaked", "1"), isThere: async () => (await any(env).KV.list()).keys.length },
  "D1": {
    leak: () => any(env).DB.exec("CREATE TABLE leaked (id TEXT)"),
    isThere: async () => (await any(env).DB.prepare("SELECT * FROM sqlite_schema WHERE name = 'leaked'").all()).results.length,
  },
  "R2": { leak: () => any(env).FILES.put("leaked", "1"), isThere: async () => (await any(env).FILES.list()).objects.length },
  "the cache": {
    leak: () => caches.default.put("http://x/leaked", new Response("1", { headers: { "cache-control": "max-age=60" } })),
    isThere: async () => caches.default.match("http://x/leaked"),
  },
  "a Durable Object": { leak: () => any(env).COUNTER.getByName("one").add(), isThere: () => any(env).COUNTER.getByName("one").total() },
};

const later = async (look: () => unknown, delay = 20) => {
  // `setTimeout` may be what leaks.
  await scheduler.wait(delay);
  return look();
};

async function loop() {
  for (;;) {
    await scheduler.wait(1);
    scope.rounds = 1;
  }
}

function doesPass(assert: () => void): boolean {
  try {
    assert();
    return true;
  } catch {
    return false;
  }
}

export const each = Object.entries(leaks);
"#;

const LEAKS_ALL: &str = r#"
import { expect, it, vi } from "vitest";
import { each } from "./leaks";

vi.mock("./dependency", () => ({ dependency: "mocked" }));

it.each(each)("leaks %s", async (_, { leak, isThere }) => {
  await leak();
  expect(!!(await isThere())).toBe(true);
});
"#;

const SEES_NOTHING: &str = r#"
import { expect, it } from "vitest";
import { each } from "./leaks";

it.each(each)("sees nothing of %s", async (_, { isThere }) => {
  expect(!!(await isThere())).toBe(false);
});
"#;

fn project() -> Project {
    Project::worker()
        .file("wrangler.jsonc", WRANGLER)
        .file("src/index.ts", WORKER)
        .file("test/leaks.ts", LEAKS)
        .file("test/dependency.ts", "export const dependency = 'real';\n")
        .file("test/other.ts", "export const other = 'real';\n")
        .file(
            "node_modules/tally/package.json",
            r#"{ "name": "tally", "type": "module", "main": "index.js" }"#,
        )
        .file("node_modules/tally/index.js", "let sum = 0;\nexport const total = (more) => (sum += more);\n")
}

/// Passes in one process; gives how often an isolate was taken because the last one could not be used again.
fn isolates_taken(project: &Project, flags: &[&str]) -> usize {
    let arguments = [&["test", "--max-workers=1", "--verbose"], flags].concat();
    project.run(&arguments).expect(0).lines_with("a new isolate is taken").len()
}

#[test]
fn what_a_file_leaves_behind_is_undone() {
    let project = project()
        .file("test/1.test.ts", LEAKS_ALL)
        .file("test/2.test.ts", SEES_NOTHING)
        .file("test/3.test.ts", LEAKS_ALL)
        .file("test/4.test.ts", SEES_NOTHING);
    assert_eq!(isolates_taken(&project, &[]), 0, "everything can be undone");
    assert_eq!(isolates_taken(&project, &["--isolate=worker"]), 0);
}

#[test]
fn what_cannot_be_undone_costs_the_isolate() {
    const PERMANENT: [(&str, &str); 4] = [
        ("Object.freeze(Array.prototype)", "Object.isFrozen(Array.prototype)"),
        ("Object.defineProperty(globalThis, 'stuck', { value: 1 })", "'stuck' in globalThis"),
        ("Object.defineProperty(Response.prototype, 'stuck', { value: 1 })", "'stuck' in Response.prototype"),
        (
            "await (setWaitUntilTimeout(30), exports.default.fetch('http://x/never'))",
            "!(await env.KV.list()).list_complete",
        ),
    ];
    let head = "import { exports, env } from 'cloudflare:workers';
                import { setWaitUntilTimeout } from 'cloudflare:test-internal';
                import { expect, it } from 'vitest';\n";
    let mut project = project();
    for (index, (leak, _)) in PERMANENT.iter().enumerate() {
        let looks =
            PERMANENT.map(|(_, look)| format!("expect(Boolean({look}), {look:?}).toBe(false);\n")).concat();
        let test = format!("{head}it('leaks', async () => {{\n{looks}{leak};\n}});\n");
        project = project.file(&format!("test/{index}.test.ts"), &test);
    }
    project = project.file("test/last.test.ts", "import { it } from 'vitest';\nit('runs', () => {});\n");
    assert_eq!(isolates_taken(&project, &[]), PERMANENT.len());
    assert_eq!(isolates_taken(&project, &["--isolate=worker"]), 0);
}
