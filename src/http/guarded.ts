// Who may ask a server of ours, and what every answer says to a browser. Refuses requests for other hosts, requests that a
// page of another site has made, and those without the token where one is needed. Allows no other site to read an answer:
// there are no headers of CORS at all.

import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { timingSafeEqual } from "hono/utils/buffer";
import { problem, type ReinceptionError } from "../errors.ts";
import { type Authority, authorityOf, type Hosts } from "./hosts.ts";
import { httpStatuses, problemOf } from "./problems.ts";

export interface GuardOptions {
  /** See `knownHosts`. */
  readonly hosts: Hosts;
  /** What `Authorization: Bearer` must bring; without it nobody needs one. */
  readonly token?: string | undefined;
  /** Which requests need the token; those that may change something if absent. */
  readonly needsToken?: (request: { readonly method: string; readonly path: string }) => boolean;
  /** What pages of this server may do, by hono's names of the directives; nothing if absent, as befits JSON. */
  readonly contentSecurityPolicy?: ContentSecurityPolicy;
  /** Whether its pages may ask for the camera. */
  readonly camera?: boolean;
}

export type ContentSecurityPolicy = NonNullable<
  NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"]
>;

const nothing: ContentSecurityPolicy = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
const safeMethods: readonly string[] = ["GET", "HEAD"];

/** Middleware that comes before everything else. */
export function guarded({ hosts, token, needsToken = mayChange, ...options }: GuardOptions): MiddlewareHandler {
  const headers = secureHeaders({
    contentSecurityPolicy: options.contentSecurityPolicy ?? nothing,
    xFrameOptions: "DENY",
    strictTransportSecurity: false, // whoever puts TLS in front of the server decides that
    permissionsPolicy: { camera: options.camera === true ? ["self"] : [], geolocation: [], microphone: [] },
  });
  const refusalOf = async (c: Context) => {
    const { path, method } = c.req;
    const host = hostOf(c, hosts);
    if (host === undefined) return problem("http/host", { host: c.req.header("host") ?? "" });
    if (isForeign(c, host)) return problem("http/origin", { origin: c.req.header("origin") ?? "unknown" });
    return token !== undefined && needsToken({ method, path }) ? wrongToken(c, token) : undefined;
  };
  return (c, next) =>
    headers(c, async () => {
      const refusal = await refusalOf(c);
      if (refusal === undefined) await next();
      else c.res = refused(c, refusal);
      if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
    });
}

/** The host that was asked for, if it is ours: both in the header and, where a proxy is spoken to that way, in the target. */
function hostOf(c: Context, hosts: Hosts): Authority | undefined {
  const asked = authorityOf(c.req.header("host") ?? "");
  const target = authorityOf(new URL(c.req.url).host);
  const ours = [asked, target].every((one) => one !== undefined && hosts(one.name));
  return ours ? asked : undefined;
}

/**
 * Whether a page of another site has made the request. Browsers say so twice: by Origin, which must be the host asked for,
 * its port included, and by Sec-Fetch-Site. A link on another site may lead here, but only a person follows it.
 */
function isForeign(c: Context, host: Authority): boolean {
  const origin = c.req.header("origin");
  if (origin !== undefined && !isOrigin(origin, host)) return true;
  const site = c.req.header("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none") return false;
  const follows = c.req.header("sec-fetch-mode") === "navigate" && c.req.header("sec-fetch-dest") === "document";
  return !follows || mayChange(c.req);
}

function isOrigin(origin: string, host: Authority): boolean {
  const [, scheme = "", rest = ""] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  const { name, port } = authorityOf(rest) ?? {};
  const usual = scheme === "https" ? "443" : "80";
  return name === host.name && (port || usual) === (host.port || usual);
}

function mayChange({ method }: { readonly method: string }): boolean {
  return !safeMethods.includes(method);
}

async function wrongToken(c: Context, token: string): Promise<ReinceptionError | undefined> {
  const [, sent] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  if (sent === undefined) return problem("http/token-missing", {});
  return (await timingSafeEqual(sent, token)) ? undefined : problem("http/token-wrong", {});
}

function refused(c: Context, refusal: ReinceptionError): Response {
  const status = httpStatuses[refusal.code] as ContentfulStatusCode;
  const challenge = refusal.code === "http/token-wrong" ? 'Bearer error="invalid_token"' : "Bearer";
  return c.json(problemOf(refusal), status, status === 401 ? { "www-authenticate": challenge } : {});
}
