// The dashboard as a whole: its parts put together behind one guard, and the server that answers for them. It listens on this
// machine alone, loads no engine, and leaves nothing running when it ends.

import { randomBytes } from "node:crypto";
import { promises as fs } from "node:fs";
import { resolve } from "node:path";
import { Hono } from "hono";
import { ReinceptionError } from "../errors.ts";
import { guarded } from "../http/guarded.ts";
import { knownHosts } from "../http/hosts.ts";
import { errorsAnswered, pathIsUnknown, problemOf } from "../http/problems.ts";
import { startServer } from "../http/server.ts";
import { type AllRuns, allRuns } from "./all-runs.ts";
import { corrected } from "./corrected.ts";
import { curveFiles } from "./curve-files.ts";
import { audits, dataRoutes } from "./data-routes.ts";
import { foldersBelow } from "./folders.ts";
import { liveMessages } from "./live.ts";
import { looks } from "./looks.ts";
import { type PageFiles, pageFiles } from "./page-files.ts";
import { pictureRoutes } from "./picture-routes.ts";
import { allPictures } from "./run-pictures.ts";
import { runRoutes } from "./run-routes.ts";
import { statusOf } from "./statuses.ts";

export interface DashboardOptions {
  /** Folder of runs; need not be there yet. */
  readonly runs: string;
  /** Folders of photos that a page may choose from. */
  readonly photos: readonly string[];
  /** 0 for any that is free. */
  readonly port: number;
}

export interface Dashboard {
  /** With the token in it; whoever opens it may change things. */
  readonly address: string;
  /** Names of the runs that were started from a page and are under way. */
  underWay(): readonly string[];
  /** Asks those runs to end well, answers until they have, and ends. */
  close(): Promise<void>;
  /** Ends them at once. */
  kill(): void;
}

const host = "127.0.0.1";

/** @throws http/port-in-use, dashboard/no-page */
export async function startDashboard(options: DashboardOptions, page?: PageFiles): Promise<Dashboard> {
  const token = randomBytes(24).toString("base64url");
  const { app, runs, close } = await dashboardApp(options, token, page ?? (await pageFiles()));
  const server = await startServer(app, { host, port: options.port });
  return {
    address: `${server.url}/#token=${token}`,
    underWay: () => runs.jobs.underWay(),
    async close() {
      await runs.jobs.endAll();
      await close();
      await server.close(2000);
    },
    kill: () => runs.jobs.killAll(),
  };
}

export interface DashboardApp {
  readonly app: Hono;
  readonly runs: AllRuns;
  /** Ends what listens and what holds pictures. */
  close(): Promise<void>;
}

/** The application without a socket. */
export async function dashboardApp(
  { runs: given, photos }: Pick<DashboardOptions, "runs" | "photos">,
  token: string,
  page: PageFiles,
): Promise<DashboardApp> {
  const root = await fs.realpath(given).catch(() => resolve(given));
  const folders = await foldersBelow(photos, root);
  const runs = allRuns(root, folders);
  void runs.rows(); // the first page that asks finds them read
  const [pictures, live, looking] = [allPictures(), liveMessages(), audits()];
  const models = looks(pictures);

  const app = new Hono();
  app.use(guarded({ hosts: knownHosts(host), token, contentSecurityPolicy: policy, camera: true }));
  app.onError((error, c) =>
    error instanceof ReinceptionError && !error.code.startsWith("http/")
      ? c.json(problemOf(error), statusOf(error.code))
      : errorsAnswered()(error, c),
  );
  app.route("/api", runRoutes({ runs, curves: curveFiles(), live }));
  app.route("/api", pictureRoutes({ runs, pictures, corrections: corrected(), looks: models }));
  app.route("/api", dataRoutes({ folders, audits: looking }));
  app.all("/api/*", pathIsUnknown);
  app.get("*", (c) => {
    const { content, type, etag } = page.at(c.req.path) ?? page.document;
    const headers = { "cache-control": "no-cache", etag };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    return c.body(content, 200, { ...headers, "content-type": type });
  });
  app.notFound(pathIsUnknown);

  return {
    app,
    runs,
    async close() {
      live.close();
      looking.close();
      await Promise.all([pictures.close(), models.close()]);
    },
  };
}

/** What the page may do: nothing that does not come from here. */
const policy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", "data:", "blob:"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};
