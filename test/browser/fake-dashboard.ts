// A dashboard's server without a dashboard: the page as it is built, behind the policy that the real one has, and answers of
// the form of api.ts about runs that nobody has trained. Changes want the token, are kept in memory, and can be undone.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Correction, CorrectionRequest, TrainRequest } from "../../src/dashboard/api.ts";
import { judged, photos, rowOf } from "./fake-photos.ts";
import { answerTo, folders, heatMap } from "./fake-answers.ts";
import { audit, curvesOf, detailOf } from "./fake-report.ts";
import { drawnRuns, type FakeTraining, fakeTraining, listed, rowNamed } from "./fake-runs.ts";

export const token = "a-token-of-the-tests";

export interface FakeDashboard {
  /** Ends with a slash. */
  readonly url: string;
  /** The run that learns. */
  readonly training: FakeTraining;
  /** Lets those that look for a strategy go on. */
  advise(steps: number): void;
  /** What was said of pictures, by id. */
  readonly corrections: ReadonlyMap<number, Correction>;
  /** What was asked for, in order, as "POST runs". */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const built = fileURLToPath(new URL("../../dist/dashboard/page/", import.meta.url));
const policy =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";
const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** @param stepMs - how long a step of the run that learns takes; without it, it learns when it is told to */
export async function serveFakeDashboard({ runs = 60, stepMs = 0 } = {}): Promise<FakeDashboard> {
  const rows = drawnRuns(runs);
  const training = fakeTraining("shoes-or-hats");
  const learning = new Map<string, FakeTraining>([["shoes-or-hats", training]]);
  let corrections = new Map<number, Correction>();
  const before: { readonly corrections: Map<number, Correction>; readonly what: string }[] = [];
  const asked: string[] = [];
  const timer = stepMs > 0 ? setInterval(() => learning.forEach((one) => void one.go(1)), stepMs) : undefined;

  const all = () => [...[...learning.values()].map((one) => one.row()), ...rows];
  const rowOfRun = (name: string) => all().find((row) => row.name === name);
  const state = () => ({
    files: ["/home/ada/photos/clothing.corrections.jsonl"],
    corrected: corrections.size,
    undo: before.at(-1)?.what ?? null,
  });
  const begin = ({ name, options }: TrainRequest, kind: "train" | "advise") => {
    if (options?.epochs === "0")
      return { code: "options/limits", message: "--epochs is 0, but has to be at least 1.", fix: "As in: --epochs 10" };
    const run = fakeTraining(name ?? `${kind}-${learning.size}`, kind);
    learning.set(run.row().name, run);
    return run.row();
  };

  async function get(path: readonly string[], query: URLSearchParams, response: ServerResponse): Promise<void> {
    const [area, run = "", what, id, part] = path;
    if (area === "runs" && run === "") return json(response, listed(all(), query));
    if (area === "folders") return json(response, folders(query.get("path")));
    const row = rowOfRun(run);
    if (area !== "runs" || row === undefined) return json(response, noRun, 404);
    if (what === undefined) return json(response, detailOf(row));
    if (what === "curves")
      return json(response, learning.get(run)?.curves() ?? curvesOf(run.length, row.accuracy === null ? 0 : 13));
    if (what === "live") return live(response, learning.get(run));
    if (what === "corrections") return json(response, state());
    if (what === "pictures" && id === undefined) return json(response, pictures(query, corrections));
    const photo = photos[Number(id)]!;
    const size = Number(query.get("edge") ?? 240);
    if (part === "heat") return send(response, await heatMap(photo.id), "image/png");
    const small = await sharp(photo.path)
      .resize(size, size, { fit: "inside", withoutEnlargement: true })
      .webp()
      .toBuffer();
    return send(response, small, "image/webp");
  }

  async function post([area, run = "", what, more]: readonly string[], body: Buffer): Promise<unknown> {
    if (what === "try") return answerTo(body);
    const request: unknown = JSON.parse(body.toString() || "{}");
    if (area === "audits") return { audit };
    if (area === "advices") return begin(request as TrainRequest, "advise");
    if (area === "runs" && run === "") return begin(request as TrainRequest, "train");
    if (what === "corrections") {
      if (more === "undo") corrections = before.pop()?.corrections ?? corrections;
      else correct(request as CorrectionRequest);
      return state();
    }
    if (what === "refit") {
      rows.unshift(rowNamed(`${run}-refit`, { refitOf: run, accuracy: judged(corrections, 0.8).accuracy }));
      return { run: `${run}-refit`, seconds: 1.4, before: judged(corrections), after: judged(corrections, 0.8) };
    }
    const one = learning.get(run) ?? fakeTraining(run);
    learning.set(run, one);
    rows.splice(0, rows.length, ...rows.filter(({ name }) => name !== run));
    what === "stop" ? one.stop() : one.resume();
    return one.row();
  }

  function correct({ pictures, correction }: CorrectionRequest): void {
    before.push({ corrections, what: `${correction?.kind ?? "as before"} of ${pictures.length} pictures` });
    corrections = new Map(corrections);
    for (const id of pictures) correction === null ? corrections.delete(id) : corrections.set(id, correction);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const [first, ...path] = pathname.split("/").slice(1).map(decodeURIComponent);
    response.setHeader("Content-Security-Policy", policy);
    if (first !== "api") return file(pathname, response);
    asked.push(`${request.method} ${path.join("/")}`);
    if (request.method === "GET") return get(path, searchParams, response);
    if (request.headers.authorization !== `Bearer ${token}`) return json(response, noToken, 401);
    const said = await post(path, await bodyOf(request));
    return json(response, said, (said as { code?: string }).code === undefined ? 200 : 400);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      json(response, { code: "fake", message: String(error), fix: "" }, 500),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    training,
    asked,
    advise: (steps) => learning.forEach((one) => void (one === training || one.go(steps))),
    get corrections() {
      return corrections;
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const noRun = {
  code: "dashboard/no-run",
  message: "There is no run of that name.",
  fix: "reinception runs lists them.",
};
const noToken = {
  code: "http/token",
  message: "What changes something needs the token.",
  fix: "Open the address that the terminal printed.",
};

function pictures(query: URLSearchParams, corrections: ReadonlyMap<number, Correction>) {
  const asked = (name: string) => query.get(name) ?? "";
  const only = asked("only");
  const found = photos
    .map((photo) => rowOf(photo, corrections.get(photo.id) ?? null))
    .filter(
      (row) =>
        ["", row.split].includes(asked("split")) &&
        ["", row.class].includes(asked("class")) &&
        ["", row.said].includes(asked("said")) &&
        (only !== "wrong" || row.said !== row.class) &&
        (only !== "right" || row.said === row.class) &&
        (only !== "suspect" || row.suspect !== null) &&
        (only !== "corrected" || row.correction !== null),
    );
  if (asked("sort") === "most wrong") found.sort((a, b) => a.probabilityOfClass - b.probabilityOfClass);
  if (asked("sort") === "least sure") found.sort((a, b) => a.probability - b.probability);
  return { pictures: found.slice(0, Number(query.get("limit") ?? 60)), total: found.length };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function file(pathname: string, response: ServerResponse): Promise<void> {
  const type = types[extname(pathname)];
  if (type !== undefined && pathname.startsWith("/assets/"))
    return send(response, await readFile(join(built, pathname)), type);
  return send(response, await readFile(join(built, "index.html")), "text/html");
}

function live(response: ServerResponse, run: FakeTraining | undefined): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  let id = 0;
  const stop = run?.listen((message) => response.write(`id: ${++id}\ndata: ${JSON.stringify(message)}\n\n`));
  response.on("close", () => stop?.());
}

function json(response: ServerResponse, content: unknown, status = 200): void {
  response.statusCode = status;
  send(response, Buffer.from(JSON.stringify(content)), "application/json");
}

function send(response: ServerResponse, content: Uint8Array, type: string): void {
  response.setHeader("Content-Type", type);
  response.end(content);
}
