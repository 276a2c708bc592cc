// Which proxy the environment names for an address, by the variables that curl goes by: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY
// and NO_PROXY, in small letters or capitals. Speaks http and https to proxies; others are refused by name.

import { fail } from "../errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `target`; undefined where it is reached directly.
 *
 * @throws weights/proxy where what is named cannot be used
 */
export function proxyFor(target: URL, environment: Environment): URL | undefined {
  const kind = target.protocol === "https:" ? "https_proxy" : "http_proxy";
  const [variable, named] = firstOf([kind, "all_proxy"], environment);
  if (named === undefined || isExempt(target, environment)) return undefined;
  const proxy = parse(named.includes("://") ? named : `http://${named}`);
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol))
    return fail("weights/proxy", {
      found: `${variable} does not name a proxy that is spoken to by http or https`,
      variable,
    });
  return proxy;
}

/** The header with the name and password that a proxy's address carries. */
export function proxyAuthorization({ username, password }: URL): { readonly "proxy-authorization"?: string } {
  if (username === "" && password === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(text).toString("base64")}` };
}

/** Small letters win, as in curl. */
function firstOf(names: readonly string[], environment: Environment): readonly [string, string | undefined] {
  for (const name of names.flatMap((small) => [small, small.toUpperCase()]))
    if (environment[name]) return [name, environment[name]];
  return ["", undefined];
}

/** NO_PROXY lists hosts, each with everything below it, perhaps with a port; "*" is every host. */
function isExempt({ hostname, port, protocol }: URL, environment: Environment): boolean {
  const [, list = ""] = firstOf(["no_proxy"], environment);
  const host = withoutBrackets(hostname.toLowerCase());
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(hasManyColons(entry) ? `[${entry}]` : entry) ?? [];
      const known = withoutBrackets(name.toLowerCase()).replace(/^\*?\./, "");
      return (onlyPort === undefined || onlyPort === ownPort) && (host === known || host.endsWith(`.${known}`));
    });
}

/** An address of IPv6 that nobody put into brackets. */
function hasManyColons(entry: string): boolean {
  return !entry.startsWith("[") && entry.split(":").length > 2;
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
