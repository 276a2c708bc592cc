// Servers on this machine for tests of what is fetched: files as a good server gives them, and whatever else a test wants
// of a bad one. Notes what it was asked.

import { createHash } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface LocalServer {
  readonly origin: string;
  readonly port: number;
  /** Path and headers of every request so far. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 until the test is over. */
export async function serve(answer: RequestListener, { secure = false } = {}): Promise<LocalServer> {
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push({ path: request.url ?? "", headers: request.headers });
    answer(request, response);
  };
  const server = secure ? createSecureServer(selfSigned, listener) : createServer(listener);
  return listen(server, secure ? "https" : "http", asked);
}

/** A proxy that forwards plain requests and opens lines to https servers, if it is told the right name and password. */
export async function serveProxy(user?: string): Promise<LocalServer> {
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString("base64")}`;
  const admits = (request: IncomingMessage) => {
    asked.push({ path: request.url ?? "", headers: request.headers });
    return wanted === undefined || request.headers["proxy-authorization"] === wanted;
  };
  const server = createServer((request, response) => {
    if (!admits(request)) return void response.writeHead(407).end();
    void forward(request, response);
  });
  server.on("connect", (request, near: Socket) => {
    if (!admits(request)) return void near.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const [, port] = (request.url ?? "").split(":");
    const far = connect(Number(port), "127.0.0.1", () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(near).pipe(far);
    });
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
  });
  return listen(server, "http", asked);
}

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { range, host, "if-range": same } = request.headers;
  const headers = {
    ...(range === undefined ? {} : { range }),
    ...(same === undefined ? {} : { "if-range": String(same) }),
  };
  const answer = await fetch(request.url ?? "", { headers: { ...headers, "x-host": host ?? "" } });
  response.writeHead(answer.status, { "content-length": answer.headers.get("content-length") ?? "0" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

async function listen(server: Server, protocol: string, asked: LocalServer["asked"]): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy(); // those of tunnels are not the server's own any more
    });
  onTestFinished(close);
  return { origin: `${protocol}://127.0.0.1:${port}`, port, asked, close };
}

/** Gives a file as a good server does: with its length and ETag, and from the middle if it is still the same. */
export function fileAnswer(content: Uint8Array, etag = etagOf(content)): RequestListener {
  return ({ headers }, response) => {
    const [, first] = /^bytes=(\d+)-$/.exec(headers.range ?? "") ?? [];
    if (first === undefined || (headers["if-range"] !== undefined && headers["if-range"] !== etag)) {
      response.writeHead(200, { "content-length": content.length, etag }).end(content);
      return;
    }
    const rest = content.subarray(Number(first));
    const range = `bytes ${first}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { "content-length": rest.length, "content-range": range, etag }).end(rest);
  };
}

/** Begins to give a file and breaks the connection after so many bytes. */
export function brokenAnswer(content: Uint8Array, afterBytes: number, etag = etagOf(content)): RequestListener {
  return (_, response) => {
    response.writeHead(200, { "content-length": content.length, etag });
    response.write(content.subarray(0, afterBytes), () => setImmediate(() => response.destroy()));
  };
}

/** One answer after the other; the last one again and again. */
export function inTurn(...answers: readonly RequestListener[]): RequestListener {
  let turn = 0;
  return (request, response) => answers[Math.min(turn++, answers.length - 1)]!(request, response);
}

export function statusAnswer(status: number, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (_, response) => void response.writeHead(status, headers).end();
}

export function etagOf(content: Uint8Array): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}

/** For 127.0.0.1, made for these tests; nobody trusts it. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPSOTf69J146glhyb
UXk9EHK/5+TemnvIBFJQhk+TOLOhRANCAASw4vQRCtMTvj0FAXFAeRuoDf9bHauR
Wb6ts2R4bXg4FDo2ANV3Jq0ZaAcYwGst8VMAvh+MdAjdvgHx1ftJZsZM
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUT7spWpzITgQN57lV9nJTwtctkVIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDIyMTYxNloYDzIxMjYxMDMx
MjIxNjE2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASw4vQRCtMTvj0FAXFAeRuoDf9bHauRWb6ts2R4bXg4FDo2ANV3Jq0Z
aAcYwGst8VMAvh+MdAjdvgHx1ftJZsZMo28wbTAdBgNVHQ4EFgQUIQPl7erYpURR
rGUpN3mGFITQAAcwHwYDVR0jBBgwFoAUIQPl7erYpURRrGUpN3mGFITQAAcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgNjT3H96UXA6WkQlVLNNQFwA8Zz8vVu67WDEL6e8s5YMCIAkX
80O+h3nB67bcrN08OnXDk8wcEttxo8CptX/lwVbG
-----END CERTIFICATE-----`,
};
