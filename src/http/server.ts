// The only door to the sockets that others connect to: an application becomes a server that listens, waits for nobody too
// long, and ends well. Knows no routes.

import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { fail } from "../errors.ts";
import { addressOf } from "./hosts.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Longest time for the headers of a request; 10 if absent. */
  readonly headerSeconds?: number;
  /** Longest time for a whole request; 120 if absent. Answers may take longer. */
  readonly requestSeconds?: number;
  /** Connections at once; more are closed unheard. 512 if absent. */
  readonly maxConnections?: number;
}

export interface RunningServer {
  /** http://127.0.0.1:8080, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more connections and ends when the last answer is given, or after so many milliseconds with whatever is left;
   * 10,000 if absent. Calling it again changes nothing.
   */
  close(deadlineMs?: number): Promise<void>;
}

const maxHeaderBytes = 16 * 1024;
const idleMs = 5_000;
const lookMs = 500;

/**
 * Starts to listen.
 *
 * @throws http/port-in-use, http/not-listening
 */
export async function startServer(app: Hono, options: ServerOptions): Promise<RunningServer> {
  const { host, port, headerSeconds = 10, requestSeconds = 120, maxConnections = 512 } = options;
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false, // other code of this process keeps the Request it knows
    serverOptions: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headerSeconds * 1000,
      requestTimeout: requestSeconds * 1000,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: lookMs,
    },
  }) as Server;
  server.maxConnections = maxConnections;
  await listening(server, host, port);
  const taken = (server.address() as AddressInfo).port;
  return { url: addressOf(host, taken), port: taken, close: closing(server) };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  }).catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EADDRINUSE") fail("http/port-in-use", { host, port });
    fail("http/not-listening", { host, port, reason: code ?? message });
  });
}

function closing(server: Server): RunningServer["close"] {
  let closed: Promise<void> | undefined;
  // a connection that is kept for the next request would hold the server open after its last answer
  server.on("request", (_, response: ServerResponse) => {
    response.on("close", () => {
      if (closed !== undefined) setImmediate(() => server.closeIdleConnections());
    });
  });
  return (deadlineMs = 10_000) => {
    closed ??= new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return closed;
  };
}
