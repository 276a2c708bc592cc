// What can be wrong with a server of ours, and with what is asked of it.

import { inQuotes, type Sentence } from "./words.ts";

export const httpErrors = {
  "http/port-in-use": ({ host, port }: { host: string; port: number }) => ({
    found: `another program listens at port ${port} of ${host} already.`,
    fix: "End it, or take any free port: --port 0",
  }),
  "http/not-listening": ({ host, port, reason }: { host: string; port: number; reason: string }) => ({
    found: `nothing can listen at port ${port} of "${host}" (${reason}).`,
    fix: "Name an address of this machine and a port above 1023: --host 127.0.0.1 --port 8080",
  }),
  "http/host": ({ host }: { host: string }) => ({
    found: `the request is for the host ${inQuotes(host)}, which is no name of this server.`,
    fix: "Ask for it by the address that it printed when it started.",
  }),
  "http/origin": ({ origin }: { origin: string }) => ({
    found: `the request was made by a page of another site (${inQuotes(origin)}).`,
    fix: "Ask from this server's own pages, or from a program that is no browser.",
  }),
  "http/token-missing": (_: object) => ({
    found: "the request lacks the token of this server.",
    fix: 'Send it as a header: -H "Authorization: Bearer $REINCEPTION_TOKEN"',
  }),
  "http/token-wrong": (_: object) => ({
    found: "the token of the request is not that of this server.",
    fix: 'Send the one it was started with: -H "Authorization: Bearer $REINCEPTION_TOKEN"',
  }),
  "http/no-such-path": ({ method, path }: { method: string; path: string }) => ({
    found: `there is nothing at ${inQuotes(path)} for ${method}.`,
    fix: "Look at the paths in this server's documentation.",
  }),
  "http/method": ({ method, path, allowed }: { method: string; path: string; allowed: readonly string[] }) => ({
    found: `${inQuotes(path)} does not take ${method}.`,
    fix: `Use ${allowed.join(" or ")}.`,
  }),
  "http/body-too-large": ({ limit }: { limit: number }) => ({
    found: `the request is larger than ${limit} bytes.`,
    fix: "Send less at once.",
  }),
  "http/body-too-slow": ({ seconds }: { seconds: number }) => ({
    found: `the request was not whole after ${seconds} seconds.`,
    fix: "Send it over a faster line, or send less at once.",
  }),
  "http/body-cut": (_: object) => ({
    found: "the request ended before it was whole.",
    fix: "Send it again.",
  }),
  "http/fault": (_: object) => ({
    found: "this is a fault of reinception, not of the request.",
    fix: "Report it with the lines that the server printed.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
