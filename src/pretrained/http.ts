// The only door to the network: asks for one address, over redirects and through whatever proxy the environment names. Knows
// nothing of files and tries once; a failure of the network comes out as Node's own error, so that the caller can try again.

import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
  STATUS_CODES,
} from "node:http";
import { request as secureRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { fail, problem } from "../errors.ts";
import { type Environment, proxyAuthorization, proxyFor } from "./proxy.ts";
import { shown } from "./published.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Headers of the redirects on the way. */
  readonly passed: readonly IncomingHttpHeaders[];
  /** Ends with an error when it ends early or falls silent. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

export interface NetworkSettings {
  /** Where proxies are named. */
  readonly environment: Environment;
  /** Longest silence of the other side, while connecting too, in milliseconds. */
  readonly silenceMs: number;
}

type Headers = Readonly<Record<string, string>>;

const mostRedirects = 10;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The answer to a GET.
 *
 * @throws weights/proxy, weights/download for redirects that lead nowhere; errors of the network
 */
export async function get(address: URL, headers: Headers, settings: NetworkSettings): Promise<Answer> {
  const passed: IncomingHttpHeaders[] = [];
  let url = address;
  while (passed.length <= mostRedirects) {
    const message = await ask(url, headers, settings);
    const { statusCode: status = 0 } = message;
    if (!redirects.has(status)) return { status, headers: message.headers, passed, body: message };
    message.destroy();
    passed.push(message.headers);
    url = nextOf(url, message.headers.location);
  }
  return fail("weights/download", { url: shown(address), reason: `it leads on more than ${mostRedirects} times` });
}

/** What is fetched safely is never gone on with unsafely, except on this machine itself. */
function nextOf(from: URL, location: string | undefined): URL {
  const next = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol))
    return fail("weights/download", { url: shown(from), reason: "it leads on to no address" });
  const safe = next.protocol === "https:" || from.protocol === "http:" || isLoopback(next.hostname);
  return safe
    ? next
    : fail("weights/download", { url: shown(from), reason: `it leads on from https to plain http, ${shown(next)}` });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host);
}

async function ask(url: URL, headers: Headers, { environment, silenceMs }: NetworkSettings): Promise<IncomingMessage> {
  const proxy = proxyFor(url, environment);
  const options = { headers: { "accept-encoding": "identity", "user-agent": "reinception", ...headers } };
  if (proxy === undefined) return send(url, { ...options, agent: false }, silenceMs);
  if (url.protocol === "https:") {
    const socket = await tunnel(proxy, url, silenceMs);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    return send(url, { ...options, createConnection: () => connectSecurely({ socket, host, ...named }) }, silenceMs);
  }
  const { host } = url;
  const own =
    url.username === "" ? {} : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` };
  const forwarded = { ...options.headers, host, ...proxyAuthorization(proxy) };
  const path = shown(url).replace(/#.*$/, "");
  const message = await send(withoutUser(proxy), { ...own, headers: forwarded, path, agent: false }, silenceMs);
  if (message.statusCode !== 407) return message;
  message.destroy();
  return fail("weights/proxy", refusedBy(proxy, 407));
}

/** A line through a proxy to the host of `target`, on which it is spoken to as if directly. */
function tunnel(proxy: URL, target: URL, silenceMs: number): Promise<Socket> {
  const host = `${target.hostname}:${target.port || 443}`;
  const headers = { host, ...proxyAuthorization(proxy) };
  return new Promise((resolve, reject) => {
    const request = starterFor(proxy)(withoutUser(proxy), { method: "CONNECT", path: host, headers, agent: false });
    request.setTimeout(silenceMs, () => request.destroy(silence(silenceMs)));
    request.on("error", reject);
    request.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      reject(problem("weights/proxy", refusedBy(proxy, statusCode)));
    });
    request.end();
  });
}

function send(url: URL, options: RequestOptions, silenceMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = starterFor(url)(url, options);
    const giveUp = () => request.destroy(silence(silenceMs));
    request.setTimeout(silenceMs);
    request.on("timeout", giveUp);
    request.on("error", reject);
    request.on("response", (message) => {
      request.off("timeout", giveUp);
      message.socket.setTimeout(silenceMs);
      message.socket.on("timeout", () => message.destroy(silence(silenceMs)));
      resolve(message);
    });
    request.end();
  });
}

function starterFor({ protocol }: URL): typeof plainRequest {
  return protocol === "https:" ? secureRequest : plainRequest;
}

function refusedBy(proxy: URL, status: number) {
  const reason = status === 407 ? "it wants a name and a password" : `it answers ${statusInWords(status)}`;
  return { found: `the proxy ${proxy.host} does not let the request through: ${reason}`, variable: undefined };
}

function withoutUser(address: URL): URL {
  return new URL(shown(address));
}

function silence(ms: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`nothing was heard for ${ms / 1000} seconds`), { code: "ETIMEDOUT" });
}

/** "404 Not Found" */
export function statusInWords(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ""}`.trim();
}

/** Errors of the network in words. */
export function reasonInWords(error: unknown): string {
  const { code = "", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name is not known here; is there a network?";
  if (code === "ECONNREFUSED") return "nothing answers there";
  if (code === "ECONNRESET" || code === "EPIPE") return "the connection broke";
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code))
    return `its certificate is not trusted here (${code}); that of a company's proxy is named in NODE_EXTRA_CA_CERTS`;
  return code === "" || code === "ETIMEDOUT" ? message || code : `${message} (${code})`;
}
