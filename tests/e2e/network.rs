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
