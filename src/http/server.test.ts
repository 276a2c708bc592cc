import { connect } from "node:net";
import { Hono } from "hono";
import { afterEach, describe, expect, test } from "vitest";
import { rawExchange, statusIn } from "../../test/support/raw-exchange.ts";
import { guarded } from "./guarded.ts";
import { knownHosts } from "./hosts.ts";
import { limitedBody } from "./limited-body.ts";
import { errorsAnswered, pathIsUnknown } from "./problems.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

const limits = { maxBytes: 1000, seconds: 0.3 };

/** Gives back the length of what is sent to /body, and at /wait an answer when `release` is called. */
async function started(options: Partial<ServerOptions> = {}) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const app = new Hono().use(guarded({ hosts: knownHosts("127.0.0.1") }));
  app.post("/body", async (c) => c.json({ length: (await limitedBody(c, limits)).length }));
  app.get("/wait", async (c) => {
    await released;
    return c.text("waited");
  });
  app.notFound(pathIsUnknown);
  app.onError(errorsAnswered());
  const server = await startServer(app, { host: "127.0.0.1", port: 0, ...options });
  servers.push(server);
  return { server, release };
}

const spoken = (port: number, texts: readonly string[], until = /\r\n\r\n[\s\S]*}$/, pauseMs = 0) =>
  rawExchange({ port, texts, until, pauseMs });
const head = (port: number, more = "") => `POST /body HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${more}`;

describe("a server", () => {
  test("listens at a free port and says where", async () => {
    const { server } = await started();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const answer = await fetch(`${server.url}/body`, { method: "POST", body: "12345" });
    expect(await answer.json()).toEqual({ length: 5 });
    expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404);
  });

  test("says when the port is taken, and when the address is not this machine's", async () => {
    const { server } = await started();
    await expect(started({ port: server.port })).rejects.toMatchObject({ code: "http/port-in-use" });
    await expect(started({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "http/not-listening" });
    await expect(started({ host: "nowhere.example" })).rejects.toMatchObject({ code: "http/not-listening" });
  });

  test("hears no more connections than allowed", async () => {
    const { server } = await started({ maxConnections: 1 });
    const first = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => first.on("connect", resolve));
    expect(await spoken(server.port, [head(server.port, "\r\n")])).toBe("");
    first.destroy();
  });
});

describe("a body", () => {
  test.each([
    ["said to be too long", ["Content-Length: 1001\r\n\r\n"], 413],
    ["said to be far too long", ["Content-Length: 99999999999999\r\n\r\n"], 413],
    ["too long without saying so", ["Transfer-Encoding: chunked\r\n\r\n3e9\r\n", "x".repeat(1001)], 413],
    ["that does not come", ["Content-Length: 10\r\n\r\n", "12345"], 408],
    ["of two lengths", ["Content-Length: 10\r\nContent-Length: 11\r\n\r\n", "12345"], 400],
    ["of a length that is none", ["Content-Length: ten\r\n\r\n"], 400],
    [
      "of a length and in pieces",
      ["Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n"],
      400,
    ],
    ["in pieces that are none", ["Transfer-Encoding: chunked\r\n\r\n", "zz\r\n"], 400],
    ["as long as allowed", ["Content-Length: 1000\r\n\r\n", "x".repeat(1000)], 200],
    ["in pieces", ["Transfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "0\r\n\r\n"], 200],
    ["of nothing", ["\r\n"], 200],
  ])("%s", async (_, [first = "", ...more], status) => {
    const { server } = await started();
    const heard = await spoken(server.port, [head(server.port, first), ...more], undefined, 20);
    expect(statusIn(heard)).toBe(status);
  });

  test("that ends too soon is no body", async () => {
    const { server } = await started();
    const line = connect(server.port, "127.0.0.1");
    line.write(head(server.port, "Content-Length: 10\r\n\r\n12345"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    line.destroy();
    expect((await fetch(`${server.url}/body`, { method: "POST", body: "12345" })).status).toBe(200);
  });

  test("that is refused leaves the server to others", async () => {
    const { server } = await started();
    const large = new Uint8Array(5e6);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${server.url}/body`, { method: "POST", body: large })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(413));
    expect(await answers[0]!.json()).toMatchObject({ code: "http/body-too-large" });
  });
});

describe("headers", () => {
  test("that do not end are not waited for", async () => {
    const { server } = await started({ headerSeconds: 0.2 });
    expect(statusIn(await spoken(server.port, ["GET / HTTP/1.1\r\nHost: 127.0."]))).toBe(408);
  });

  test("that say nothing are not waited for either", async () => {
    const { server } = await started({ headerSeconds: 0.2 });
    expect(await spoken(server.port, [""])).toMatch(/^$|^HTTP\/1\.1 408/);
  });

  test.each([
    ["larger than 16 kB", (port: number) => head(port, `X: ${"x".repeat(20_000)}\r\n\r\n`), 431],
    ["without a host", () => "POST /body HTTP/1.1\r\n\r\n", 400],
    ["with two hosts", (port: number) => head(port, "Host: evil.example\r\n\r\n"), 403],
    ["with another host", () => "POST /body HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403],
    ["with a host that is none", () => "POST /body HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
    [
      "for another host by the target",
      (port: number) => `POST http://evil.example/body HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
      403,
    ],
    ["that are none", () => "\u0000\u0001\u0002\r\n\r\n", 400],
  ])("%s", async (_, text, status) => {
    const { server } = await started();
    const heard = await spoken(server.port, [text(server.port)], /\r\n\r\n/);
    expect(statusIn(heard)).toBe(status);
  });
});

describe("the end of a server", () => {
  test("lets an answer under way come, and takes nothing new", async () => {
    const { server, release } = await started();
    const waiting = fetch(`${server.url}/wait`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.close();
    await expect(fetch(`${server.url}/wait`)).rejects.toThrow();
    release();
    expect(await (await waiting).text()).toBe("waited");
    await closed;
    await server.close();
  });

  test("does not wait for ever", async () => {
    const { server } = await started();
    const waiting = fetch(`${server.url}/wait`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([server.close(100), expect(waiting).rejects.toThrow()]);
  });
});
