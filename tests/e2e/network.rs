//! What a Worker reaches outside itself, and what is put in the place of that.

use crate::support::{Project, Server};

/// What is no `fetchMock` of a test's business reaches the network as it would without it.
#[test]
fn what_fetch_mock_does_not_answer_is_sent_as_it_is() {
    let server = Server::start();
    let project = Project::worker()
        .file("src/index.ts", "export default { fetch: (request) => fetch(ORIGIN + new URL(request.url).pathname, request) };\n")
        .config(&format!("{{}},\n  define: {{ ORIGIN: {:?} }}", format!("{:?}", server.origin())))
        .file(
            "test/passed.test.ts",
            r#"import { fetchMock, SELF } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";

beforeAll(() => fetchMock.activate());

it("sends a stream, follows a redirect", async () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const written = writer.write(new TextEncoder().encode("some ")).then(() => writer.write(new TextEncoder().encode("tea"))).then(() => writer.close());
  const response = await SELF.fetch("https://worker.test/stream", { method: "POST", body: readable });
  expect(await response.text()).toBe("POST /stream some tea");
  await written;
  const followed = await fetch(`${ORIGIN}/redirect/there`);
  expect([followed.redirected, followed.url, await followed.text()]).toEqual([true, `${ORIGIN}/there`, "GET /there"]);
  const manual = await fetch(`${ORIGIN}/redirect/there`, { redirect: "manual", cf: { cacheTtl: 5 } });
  expect([manual.status, manual.headers.get("Location")]).toEqual([302, "/there"]);
});

it("sends what does not match, with its body", async () => {
  fetchMock.get(ORIGIN).intercept({ path: "/mocked", method: "POST", body: "tea" }).reply(200, "mocked");
  const send = async (path: string, body: string) => (await fetch(ORIGIN + path, { method: "POST", body })).text();
  expect(await send("/other", "tea")).toBe("POST /other tea");
  expect(await send("/mocked", "coffee")).toBe("POST /mocked coffee");
  expect(await send("/mocked", "tea")).toBe("mocked");
  expect(await send("/mocked", "tea")).toBe("POST /mocked tea");
});

it("sends to hosts that are let through, and to all when deactivated", async () => {
  fetchMock.disableNetConnect();
  await expect(fetch(ORIGIN)).rejects.toThrow("net.connect disabled");
  fetchMock.enableNetConnect(new URL(ORIGIN).host);
  expect(await (await fetch(ORIGIN)).text()).toBe("GET /");
  fetchMock.disableNetConnect();
  fetchMock.deactivate();
  fetchMock.get(ORIGIN).intercept({ path: "/" }).reply(200, "mocked").persist();
  expect(await (await fetch(ORIGIN)).text()).toBe("GET /");
  fetchMock.activate();
  expect(await (await fetch(ORIGIN)).text()).toBe("mocked");
});
"#,
        )
        // Runs after the other: nothing that it left is there.
        .file(
            "test/then.test.ts",
            r#"import * as test from "cloudflare:test";
import { expect, it } from "vitest";

it("starts without interceptors, and inactive", async () => {
  expect(test.fetchMock.pendingInterceptors()).toEqual([]);
  expect(await (await fetch(ORIGIN)).text()).toBe("GET /");
  test.fetchMock.activate();
  expect(await (await fetch(ORIGIN)).text()).toBe("GET /");
});
"#,
        )
        .file(
            "test/without.test.ts",
            r#"import * as test from "cloudflare:test";
import { expect, it } from "vitest";

it("has its own fetch()", async () => {
  expect(String(fetch)).toContain("[native code]");
  expect(await (await fetch(ORIGIN)).text()).toBe("GET /");
});
"#,
        );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 3 passed (3); tests: 5 passed (5)");
    assert!(server.requests().contains(&"POST /stream".to_owned()), "{:?}", server.requests());
    // One after the other in one isolate; the third has a `fetch()` that another file has put there.
    let outcome = project.run(&["test", "--no-isolate", "--max-workers=1", "passed", "then"]).expect(0);
    assert_eq!(outcome.summary(), "files: 2 passed (2); tests: 4 passed (4)");
}

/// Projects without `fetchMock` have nothing of it.
#[test]
fn fetch_mock_is_only_where_it_is_named() {
    let project = Project::worker().file(
        "test/a.test.ts",
        "import { SELF } from 'cloudflare:test'; import { it } from 'vitest'; it('a', () => {});\n",
    );
    project.run(&["gen"]).expect(0);
    assert!(project.has(".wpt/modules/runner/runner.js"));
    assert!(!project.has(".wpt/modules/runner/fetch-mock.js"));
}

/// With `--offline` requests to other machines are errors at the call, and those to this one go where they went.
#[test]
fn offline_nothing_leaves_this_machine() {
    let server = Server::start();
    let project = Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01", "compatibility_flags": ["nodejs_compat"],
  "services": [{ "binding": "OTHER", "service": "other" }],
  "hyperdrive": [{ "binding": "FAR", "id": "far", "localConnectionString": "postgres://me:sesame@db.example.com/shop" }],
}"#,
        )
        .file(
            "src/index.ts",
            r#"import { DurableObject } from "cloudflare:workers";
export class Asker extends DurableObject {
  async fetch(request: Request) { return fetch(new URL(request.url).searchParams.get("url")!); }
}
export default { fetch: (request: Request) => fetch(new URL(request.url).searchParams.get("url")!) };
"#,
        )
        .pool_config(
            r#"{
  wrangler: { configPath: "./wrangler.jsonc" },
  miniflare: {
    durableObjects: { ASKER: "Asker" },
    serviceBindings: { WIDE: { network: { allow: ["public", "private"] } }, FAR_SERVER: { external: { address: "api.example.com:80", http: {} } } },
    workers: [{
      name: "other", modules: true, compatibilityDate: "2025-11-01",
      script: `import { connect } from "cloudflare:sockets";
        export default { async fetch(request) {
          const url = new URL(request.url).searchParams.get("url");
          if (url.startsWith("http")) return fetch(url);
          const socket = connect(url);
          const writer = socket.writable.getWriter();
          await writer.write(new TextEncoder().encode("GET /tcp HTTP/1.1\\r\\n\\r\\n"));
          return new Response(socket.readable);
        } };`,
    }],
  },
}"#,
            "{}",
        )
        .file(
            "test/a.test.ts",
            &r#"import { env, exports } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
import { createConnection } from "node:net";
import { expect, it } from "vitest";

const ORIGIN = "$ORIGIN";
const far = "https://api.example.com/users?page=1";
const refused = `fetch("${far}") was refused: with --offline, tests reach nothing but this machine`;
const asked = (url: string) => `https://worker.test/?url=${encodeURIComponent(url)}`;
const asker = () => env.ASKER.get(env.ASKER.idFromName("a"));

it("refuses requests of everybody", async () => {
  await expect(fetch(far)).rejects.toThrow(refused);
  await expect(exports.default.fetch(asked(far))).rejects.toThrow(refused);
  await expect(asker().fetch(asked(far))).rejects.toThrow(refused);
  await expect(env.OTHER.fetch(asked(far))).rejects.toThrow(refused);
  await expect(env.WIDE.fetch(far)).rejects.toThrow(refused);
  await expect(env.FAR_SERVER.fetch(far)).rejects.toThrow(refused);
});

it("lets requests to this machine through", async () => {
  for (const send of [fetch, (url: string) => exports.default.fetch(asked(url)), (url: string) => env.OTHER.fetch(asked(url)), (url: string) => env.WIDE.fetch(url)]) {
    expect(await (await send(`${ORIGIN}/here`)).text()).toBe("GET /here");
  }
  const redirected = await fetch(`${ORIGIN}/redirect/there`);
  expect([redirected.redirected, await redirected.text()]).toEqual([true, "GET /there"]);
  expect(await (await fetch(ORIGIN, { method: "POST", body: "tea" })).text()).toBe("POST / tea");
});

it("refuses connections", async () => {
  const message = 'connect("db.example.com:5432") was refused: with --offline, tests reach nothing but this machine';
  expect(() => connect("db.example.com:5432")).toThrow(message);
  expect(() => connect({ hostname: "db.example.com", port: 5432 })).toThrow(message);
  await expect(env.OTHER.fetch(asked("far.example.com:22")).then((response: Response) => response.text())).rejects.toThrow();
  await expect(new Promise((resolve, reject) => createConnection(23, "node.example.com").on("error", reject).on("data", resolve).on("close", () => reject(new Error("closed"))).write("x"))).rejects.toThrow();
  const database = connect(`${env.FAR.host}:${env.FAR.port}`);
  await database.writable.getWriter().write(new Uint8Array([1])).catch(() => {});
  expect(await database.readable.getReader().read().then(({ done }) => done, () => true)).toBe(true);
});

it("lets connections to this machine through", async () => {
  const socket = connect(new URL(ORIGIN).host);
  await socket.writable.getWriter().write(new TextEncoder().encode("GET /tcp HTTP/1.1\r\n\r\n"));
  const { value } = await socket.readable.getReader().read();
  expect(new TextDecoder().decode(value)).toContain("GET /tcp");
  const response = await env.OTHER.fetch(asked(new URL(ORIGIN).host));
  expect(new TextDecoder().decode((await response.body!.getReader().read()).value)).toContain("GET /tcp");
});
"#
            .replace("$ORIGIN", &server.origin()),
        );
    let outcome = project.run(&["test", "--offline"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 4 passed (4)");
    // Who is not told why at the call is told here.
    for address in ["far.example.com:22", "node.example.com:23", "db.example.com:5432"] {
        let line = format!(
            "connect(\"{address}\") was refused: with --offline, tests reach nothing but this machine"
        );
        assert_eq!(outcome.lines_with(&line).len(), 1, "{address}\n{outcome}");
    }
    assert!(!project.read(".wpt/workerd.capnp").contains("offline"), "only a run is offline");
}

/// Whom `outboundService` can name besides a Worker by itself and a network.
#[test]
fn another_service_answers_requests() {
    let server = Server::start();
    let address = server.origin().replace("http://", "");
    let workers = r#"workers: [{
      name: "other", modules: true, compatibilityDate: "2025-11-01",
      script: `import { WorkerEntrypoint } from "cloudflare:workers";
        export class Named extends WorkerEntrypoint { fetch(request) { return new Response("named " + request.url); } }
        export default { fetch: () => new Response("default") };`,
    }]"#;
    for (outbound, url, expected) in [
        ("'other'", "https://api.example.com/x", "default"),
        (
            "{ name: 'other', entrypoint: 'Named' }",
            "https://api.example.com/x",
            "named https://api.example.com/x",
        ),
        (
            &format!("{{ external: {{ address: '{address}', http: {{}} }} }}"),
            "http://api.example.com/x",
            "GET /x",
        ),
        ("{ disk: { path: './files' } }", "http://disk/note.txt", "a note"),
        ("{ network: { allow: ['private'] } }", &format!("{}/x", server.origin()), "GET /x"),
    ] {
        let project = Project::worker()
            .file("src/index.ts", "export default { fetch: (request: Request) => fetch(decodeURIComponent(new URL(request.url).search.slice(1))) };\n")
            .file("files/note.txt", "a note")
            .pool_config(
                &format!("{{ wrangler: {{ configPath: './wrangler.jsonc' }}, miniflare: {{ outboundService: {outbound}, {workers} }} }}"),
                "{}",
            )
            .file(
                "test/a.test.ts",
                &format!(
                    r#"import {{ exports }} from "cloudflare:workers";
import {{ expect, it }} from "vitest";
it("is answered", async () => {{
  expect(await (await fetch("{url}")).text()).toBe("{expected}");
  const response = await exports.default.fetch("https://worker.test/?" + encodeURIComponent("{url}"));
  expect(await response.text()).toBe("{expected}");
}});
"#
                ),
            );
        let outcome = project.run(&["test"]).expect(0);
        assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)", "{outbound}");
    }
}

/// The way of Node suites: it imports what its package has disabled for browsers, and Node's own parts by their bare names.
#[test]
fn msw_may_be_set_up_as_in_node() {
    let project = Project::of_example("msw");
    let network = project.read("test/network.ts");
    let handlers = &network[network.find("http.get(").unwrap()..network.rfind("  ],").unwrap()];
    project.write(
        "test/network.ts",
        &format!(
            r#"import {{ http, HttpResponse }} from "msw";
import {{ setupServer }} from "msw/node";

const server = setupServer({handlers});

export const network = {{
  enable: () => server.listen({{ onUnhandledRequest: "error" }}),
  use: server.use.bind(server),
  resetHandlers: () => server.resetHandlers(),
  disable: () => server.close(),
}};
"#
        ),
    );
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 5 passed (5)");
}
