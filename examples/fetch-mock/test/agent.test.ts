import { fetchMock } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const api = "https://api.example.com";

describe("fetchMock", () => {
  beforeEach(() => {
    fetchMock.activate();
    fetchMock.disableNetConnect();
  });
  afterEach(() => fetchMock.assertNoPendingInterceptors());

  it("has nothing of another file", () => {
    expect(fetchMock.pendingInterceptors()).toEqual([]);
  });

  it("replies `times` times", async () => {
    fetchMock.get(api).intercept({ path: "/" }).reply(200, "hello").times(2);
    expect(await (await fetch(api)).text()).toBe("hello");
    expect(await (await fetch(api)).text()).toBe("hello");
    await expect(fetch(api)).rejects.toThrow("Mock dispatch not matched for path '/'");
  });

  it("replies for ever with `persist`", async () => {
    fetchMock.get(api).intercept({ path: "/" }).reply(200, "hello").persist();
    for (let i = 0; i < 3; i++) expect((await fetch(api)).status).toBe(200);
    fetchMock.get(api).cleanMocks();
  });

  it("names what is pending", async () => {
    fetchMock.get(api).intercept({ path: "/never" }).reply(204);
    expect(() => fetchMock.assertNoPendingInterceptors()).toThrow(
      "1 interceptor is pending:\n\n- GET https://api.example.com/never 204 { persist: false, invoked: 0, remaining: 1 }",
    );
    expect(fetchMock.pendingInterceptors()).toMatchObject([{ origin: api, method: "GET", path: "/never" }]);
    expect((await fetch(`${api}/never`)).body).toBe(null);
  });

  it("matches origins and paths by pattern and by function", async () => {
    fetchMock.get(/\.example\.com$/).intercept({ path: (path) => path.startsWith("/users/") }).reply(200, "a user");
    fetchMock.get((origin) => origin.endsWith(".example.org")).intercept({ path: /^\/v\d\// }).reply(200, "a version");
    expect(await (await fetch("https://eu.example.com/users/1")).text()).toBe("a user");
    expect(await (await fetch("https://www.example.org/v2/")).text()).toBe("a version");
  });

  it("takes default headers, bytes, cookies and a content length", async () => {
    fetchMock
      .get(api)
      .intercept({ path: "/" })
      .defaultReplyHeaders({ "X-Served-By": "mock" })
      .replyContentLength()
      .reply(200, new Uint8Array([1, 2, 3]), { headers: { "Set-Cookie": ["a=1", "b=2"] } });
    const response = await fetch(api);
    expect(response.url).toBe(`${api}/`);
    expect(response.headers.get("X-Served-By")).toBe("mock");
    expect(response.headers.get("Content-Length")).toBe("3");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(() => response.headers.set("X-Served-By", "test")).toThrow(TypeError);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
  });

  it("awaits a body that a function gives, and shows it the request", async () => {
    fetchMock
      .get(api)
      .intercept({ path: "/echo", method: "PUT", body: /tea/ })
      .reply(200, async ({ method, body, headers }) => `${method} ${body} ${(headers as Record<string, string>)["x-id"]}`);
    const response = await fetch(`${api}/echo`, { method: "PUT", body: "some tea", headers: { "X-Id": "7" } });
    expect(await response.text()).toBe("PUT some tea 7");
  });

  it("delays a reply, which can be aborted meanwhile", async () => {
    fetchMock.get(api).intercept({ path: "/" }).reply(200, "late").delay(10).times(2);
    expect(await (await fetch(api)).text()).toBe("late");
    const controller = new AbortController();
    const aborted = fetch(api, { signal: controller.signal });
    controller.abort(new Error("no longer needed"));
    await expect(aborted).rejects.toThrow("no longer needed");
  });

  it("does not follow a redirect that is mocked", async () => {
    fetchMock.get(api).intercept({ path: "/old" }).reply(302, "", { headers: { Location: "/new" } });
    const response = await fetch(`${api}/old`);
    expect([response.status, response.headers.get("Location")]).toEqual([302, "/new"]);
  });

  it("lets through the hosts that `enableNetConnect` names", async () => {
    fetchMock.enableNetConnect("other.example.com");
    await expect(fetch(api)).rejects.toThrow("was not allowed (net.connect is not enabled for this origin)");
  });

  it("says which arguments are wrong", () => {
    expect(() => fetchMock.get(api).intercept({} as never)).toThrow("opts.path must be defined");
    expect(() => fetchMock.enableNetConnect(1 as never)).toThrow("Unsupported matcher. Must be one of String|Function|RegExp.");
  });
});
