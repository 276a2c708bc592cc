import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { guarded } from "./guarded.ts";
import { knownHosts } from "./hosts.ts";
import { errorsAnswered, methodsKept, pathIsUnknown } from "./problems.ts";

const here = "http://127.0.0.1:8080";

function appWith(options: Partial<Parameters<typeof guarded>[0]> = {}) {
  const reported: string[] = [];
  const app = new Hono();
  app.use(guarded({ hosts: knownHosts("127.0.0.1"), ...options }));
  app.use(methodsKept(app));
  app.all("/thing", (c) => c.json({ done: true }));
  app.get("/picture", (c) => c.body("x", 200, { "cache-control": "max-age=60", "content-type": "image/webp" }));
  app.get("/broken", () => {
    throw new Error("internal: a secret");
  });
  app.notFound(pathIsUnknown);
  app.onError(errorsAnswered({}, (text) => reported.push(text)));
  const ask = async (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    app.request(`${here}${path}`, { method, headers: { host: "127.0.0.1:8080", ...headers } });
  return { ask, reported };
}

async function statusOf(headers: Readonly<Record<string, string>>, method = "GET"): Promise<number> {
  return (await appWith().ask("/thing", headers, method)).status;
}

describe("who may ask", () => {
  test("a program that is no browser", async () => {
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({}, "POST")).toBe(200);
  });

  test("nobody who asks for another host, whatever the method", async () => {
    for (const method of ["GET", "HEAD", "POST", "OPTIONS", "DELETE"]) {
      expect(await statusOf({ host: "evil.example:8080" }, method)).toBe(403);
    }
    const answer = await appWith().ask("/thing", { host: "evil.example" });
    expect(await answer.json()).toMatchObject({
      code: "http/host",
      message: expect.stringContaining('"evil.example"'),
      fix: expect.any(String),
    });
  });

  test("nor one who speaks to this server as to a proxy for another", async () => {
    const app = new Hono().use(guarded({ hosts: knownHosts("127.0.0.1") })).get("/thing", (c) => c.text("done"));
    const answer = await app.request("http://evil.example/thing", { headers: { host: "127.0.0.1:8080" } });
    expect(answer.status).toBe(403);
  });

  test.each([
    ["http://127.0.0.1:8080", 200],
    ["https://127.0.0.1:8080", 200], // TLS may end before it
    ["HTTP://127.0.0.1:8080", 403],
    ["http://127.0.0.1:5173", 403], // another server on this machine
    ["http://127.0.0.1", 403],
    ["http://localhost:8080", 403], // the page was opened by another name
    ["http://evil.example", 403],
    ["http://evil.example:8080", 403],
    ["http://127.0.0.1:8080.evil.example", 403],
    ["http://127.0.0.1:8080@evil.example", 403],
    ["http://127.0.0.1:8080, http://evil.example", 403],
    ["null", 403],
    ["file://", 403],
    ["chrome-extension://abcdef", 403],
    ["", 403],
  ])("origin %j: %i", async (origin, status) => {
    expect(await statusOf({ origin })).toBe(status);
    expect(await statusOf({ origin }, "POST")).toBe(status);
  });

  test("a port that is the usual one need not be said", async () => {
    expect(await statusOf({ host: "localhost", origin: "http://localhost" })).toBe(200);
    expect(await statusOf({ host: "localhost:443", origin: "https://localhost" })).toBe(200);
    expect(await statusOf({ host: "localhost:80", origin: "https://localhost" })).toBe(403);
  });

  test.each([
    [{ "sec-fetch-site": "same-origin" }, 200, 200],
    [{ "sec-fetch-site": "none" }, 200, 200],
    [{ "sec-fetch-site": "cross-site" }, 403, 403],
    [{ "sec-fetch-site": "same-site" }, 403, 403],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, 403, 403],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }, 403, 403],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, 200, 403],
  ])("a browser that says %j: %i to look, %i to change", async (headers, get, post) => {
    expect(await statusOf(headers)).toBe(get);
    expect(await statusOf(headers, "POST")).toBe(post);
  });
});

describe("the token", () => {
  const token = "aZ9._~+/-=";
  const bearer = { authorization: `Bearer ${token}` };

  test.each([
    [{}, 401],
    [{ authorization: "" }, 401],
    [{ authorization: "Bearer" }, 401],
    [{ authorization: token }, 401],
    [{ authorization: `Basic ${token}` }, 401],
    [{ authorization: `Bearer ${token}x` }, 401],
    [{ authorization: `Bearer ${token.slice(1)}` }, 401],
    [{ authorization: `Bearer ${token.toLowerCase()}` }, 401],
    [{ authorization: `Bearer ${token} ${token}` }, 401],
    [{ authorization: `bearer  ${token}` }, 200],
    [bearer, 200],
  ])("%j: %i", async (headers: Readonly<Record<string, string>>, status) => {
    const answer = await appWith({ token }).ask("/thing", headers, "POST");
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test("is asked for where something may change, or where the server says", async () => {
    expect((await appWith({ token }).ask("/thing")).status).toBe(200);
    const everywhere = appWith({ token, needsToken: ({ path }) => path !== "/picture" });
    expect((await everywhere.ask("/thing")).status).toBe(401);
    expect((await everywhere.ask("/thing", bearer)).status).toBe(200);
    expect((await everywhere.ask("/picture")).status).toBe(200);
  });

  test("does not help a page of another site", async () => {
    const { ask } = appWith({ token });
    expect((await ask("/thing", { ...bearer, origin: "http://evil.example" }, "POST")).status).toBe(403);
    expect((await ask("/thing", { ...bearer, host: "evil.example" }, "POST")).status).toBe(403);
  });
});

describe("every answer", () => {
  test.each([
    ["/thing", {}, 200],
    ["/nowhere", {}, 404],
    ["/broken", {}, 500],
    ["/thing", { host: "evil.example" }, 403],
    ["/thing", { origin: "http://evil.example" }, 403],
  ])(
    "at %s with %j lets a browser do nothing with it",
    async (path, headers: Readonly<Record<string, string>>, status) => {
      const answer = await appWith().ask(path, headers);
      expect(answer.status).toBe(status);
      const said = Object.fromEntries(answer.headers);
      expect(said).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(Object.keys(said).filter((name) => name.startsWith("access-control-"))).toEqual([]);
      expect(said).not.toHaveProperty("strict-transport-security");
      if (status >= 400) expect(Object.keys((await answer.json()) as object)).toEqual(["code", "message", "fix"]);
    },
  );

  test("may be kept by a browser where a route says so, and a page may do what its server says", async () => {
    const { ask } = appWith({ contentSecurityPolicy: { defaultSrc: ["'none'"], scriptSrc: ["'self'"] } });
    const answer = await ask("/picture");
    expect(answer.headers.get("cache-control")).toBe("max-age=60");
    expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; script-src 'self'");
  });

  test("says which methods a path takes", async () => {
    const answer = await appWith().ask("/picture", {}, "DELETE");
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
    expect(await answer.json()).toMatchObject({ code: "http/method" });
  });

  test("keeps a fault to the one who runs the server", async () => {
    const { ask, reported } = appWith();
    expect(await (await ask("/broken")).text()).not.toContain("secret");
    expect(reported).toEqual([expect.stringContaining("internal: a secret")]);
  });
});
