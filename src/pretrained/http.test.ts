import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serve, serveProxy, statusAnswer } from "../../test/support/local-server.ts";
import { get, reasonInWords } from "./http.ts";
import type { Environment } from "./proxy.ts";

async function fetched(address: string, environment: Environment = {}, silenceMs = 5_000): Promise<string> {
  const { status, body } = await get(new URL(address), {}, { environment, silenceMs });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return `${status} ${Buffer.concat(chunks).toString()}`;
}

const hello = (secure = false) => serve((_, response) => void response.end("hello"), { secure });

describe("a redirect", () => {
  test("is followed, relative ones too, and its headers are handed on", async () => {
    const { origin } = await hello();
    const hub = await serve(({ url }, response) =>
      url === "/a"
        ? response.writeHead(302, { location: "/b", "x-linked-etag": "abc" }).end()
        : response.writeHead(307, { location: `${origin}/c` }).end(),
    );
    expect(await fetched(`${hub.origin}/a`)).toBe("200 hello");
    const { passed } = await get(new URL(`${hub.origin}/a`), {}, { environment: {}, silenceMs: 5_000 });
    expect(passed.map((headers) => headers["x-linked-etag"])).toEqual(["abc", undefined]);
  });

  test("that leads round in a circle ends", async () => {
    const { origin, asked } = await serve(statusAnswer(302, { location: "/again" }));
    await expect(fetched(origin)).rejects.toThrow("weights/download: the weights were not to be had");
    expect(asked).toHaveLength(11);
  });

  test.each(["file:///etc/passwd", "ftp://example.org/x", "http://[", undefined])(
    "to %s is not one",
    async (location) => {
      const { origin } = await serve(statusAnswer(302, location === undefined ? {} : { location }));
      await expect(fetched(origin)).rejects.toThrow("it leads on to no address");
    },
  );
});

describe("a server", () => {
  test("that says nothing is given up", async () => {
    const { origin } = await serve(() => {});
    await expect(fetched(origin, {}, 50)).rejects.toThrow("nothing was heard for 0.05 seconds");
  });

  test("that falls silent in the middle is given up", async () => {
    const { origin } = await serve((_, response) => void response.write("hel"));
    await expect(fetched(origin, {}, 50)).rejects.toThrow("nothing was heard for 0.05 seconds");
  });

  test("gets the name and password of its address, and the next one does not", async () => {
    const next = await hello();
    const first = await serve(statusAnswer(302, { location: next.origin }));
    await fetched(first.origin.replace("//", "//me:word@"));
    expect(first.asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from("me:word").toString("base64")}`);
    expect(next.asked[0]!.headers.authorization).toBeUndefined();
  });

  test("that is not there is said in words", async () => {
    const { origin, close } = await hello();
    await close();
    const words = (address: string) => fetched(address).catch(reasonInWords);
    expect(await words(origin)).toBe("nothing answers there");
    expect(await words("http://nowhere.invalid/")).toContain("its name is not known here");
  });

  test("with a certificate that nobody knows is not trusted", async () => {
    const { origin } = await hello(true);
    expect(await fetched(origin).catch(reasonInWords)).toContain("NODE_EXTRA_CA_CERTS");
  });
});

describe("a proxy", () => {
  test("forwards plain requests, and sees the whole address without its password", async () => {
    const { origin } = await hello();
    const proxy = await serveProxy();
    const address = `${origin.replace("//", "//me:word@")}/x`;
    expect(await fetched(address, { HTTP_PROXY: proxy.origin })).toBe("200 hello");
    expect(proxy.asked[0]!.path).toBe(`${origin}/x`);
    expect(proxy.asked[0]!.headers.host).toBe(origin.slice("http://".length));
  });

  test("is told the name and password of its own address", async () => {
    const { origin } = await hello();
    const proxy = await serveProxy("me:word");
    const named = proxy.origin.replace("//", "//me:word@");
    expect(await fetched(origin, { http_proxy: named })).toBe("200 hello");
    await expect(fetched(origin, { http_proxy: proxy.origin })).rejects.toThrow("it wants a name and a password");
  });

  test("is passed by where NO_PROXY says so", async () => {
    const { origin } = await hello();
    const proxy = await serveProxy();
    expect(await fetched(origin, { HTTP_PROXY: proxy.origin, NO_PROXY: "127.0.0.1" })).toBe("200 hello");
    expect(proxy.asked).toEqual([]);
  });
});

describe("an encrypted connection", () => {
  beforeEach(() => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the server's certificate is the tests' own
  });
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });

  test("goes through a proxy as a line that the proxy does not look into", async () => {
    const { origin, port } = await hello(true);
    const proxy = await serveProxy("me:word");
    const named = proxy.origin.replace("//", "//me:word@");
    expect(await fetched(`${origin}/secret`, { HTTPS_PROXY: named })).toBe("200 hello");
    expect(proxy.asked.map(({ path }) => path)).toEqual([`127.0.0.1:${port}`]);
    await expect(fetched(origin, { HTTPS_PROXY: proxy.origin })).rejects.toThrow(
      `weights/proxy: the proxy 127.0.0.1:${proxy.port} does not let the request through: it wants a name`,
    );
  });

  test("is not gone on with unencrypted, except on this machine", async () => {
    const plain = await hello();
    const here = await serve(statusAnswer(302, { location: plain.origin }), { secure: true });
    expect(await fetched(here.origin)).toBe("200 hello");
    const away = await serve(statusAnswer(302, { location: "http://example.org/x" }), { secure: true });
    await expect(fetched(away.origin)).rejects.toThrow("from https to plain http, http://example.org/x");
  });
});
