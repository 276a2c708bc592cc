// By which names a server may be asked for. A page of a stranger can let its own name point to this machine and then speak
// to what listens here as if it were its own; the name in the request's Host gives that away. Opens nothing.

import { isIP } from "node:net";

/** What stands in Host, or behind the slashes of an origin. */
export interface Authority {
  /** In small letters, without the dot of the root; IPv6 without brackets, in its shortest form. */
  readonly name: string;
  /** Digits; empty where none are said. */
  readonly port: string;
}

/** Whether a name, as `Authority` has it, is one of the server's. */
export type Hosts = (name: string) => boolean;

const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "::1"];
const wildcards: readonly string[] = ["0.0.0.0", "::"];

/** Reads a Host as RFC 9110 has it; undefined for anything else, such as two hosts or one with a user's name. */
export function authorityOf(text: string): Authority | undefined {
  const [, written, port = ""] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{0,5}))?$/i.exec(text) ?? [];
  const name = written === undefined ? undefined : plainName(written);
  return name === undefined || Number(port) > 65535 ? undefined : { name, port: port === "" ? "" : `${Number(port)}` };
}

/**
 * The names of a server that listens at `host`.
 *
 * This machine's own names always belong to it. Where it listens at every address (0.0.0.0 or ::), so does every address
 * written in digits, for no stranger's name hides behind one; other names have to be said.
 *
 * @param more - other names, as a proxy in front of the server is asked for
 */
export function knownHosts(host: string, more: readonly string[] = []): Hosts {
  const names = new Set([...loopbackNames, ...[host, ...more].map((name) => plainName(bracketed(name)) ?? name)]);
  const anywhere = wildcards.includes(host);
  return (name) => names.has(name) || (anywhere && isIP(name) !== 0);
}

/** Whether only programs on this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  const name = plainName(bracketed(host));
  return name !== undefined && (loopbackNames.includes(name) || (isIP(name) === 4 && name.startsWith("127.")));
}

/** Where a server can be asked for from this machine. */
export function addressOf(host: string, port: number): string {
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${bracketed(near)}:${port}`;
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

function plainName(written: string): string | undefined {
  if (!written.startsWith("[")) return /^\.*$/.test(written) ? undefined : written.toLowerCase().replace(/\.$/, "");
  const address = written.slice(1, -1);
  return isIP(address) === 6 ? new URL(`http://${written}`).hostname.slice(1, -1) : undefined;
}
