// A dashboard without a socket over a folder in which there is one real run and what a test puts there, and ways to ask it as
// its page does. Asks by the host and with the token that it expects, unless told otherwise.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Problem, RunDetail, RunRow } from "../../src/dashboard/api.ts";
import { type DashboardApp, dashboardApp } from "../../src/dashboard/dashboard.ts";
import { pageFiles } from "../../src/dashboard/page-files.ts";
import { featureExtraction, type Report, retrain } from "../../src/index.ts";
import { drawPhotos } from "./drawn-photos.ts";

export const token = "token-of-this-test";
const origin = "http://127.0.0.1:4299";

/** A network that learns in a moment. */
export const thin = { weights: "random", width: 1 / 32, size: 75, threads: 1 } as const;
/** The same as a page types it. */
export const thinTyped = { weights: "random", width: "0.03125", size: "75", threads: "1" };

export type Headers = Readonly<Record<string, string>>;
export const own: Headers = { host: "127.0.0.1:4299" };
export const withToken: Headers = { ...own, authorization: `Bearer ${token}` };

export interface OpenedDashboard extends DashboardApp {
  ask(path: string, headers?: Headers, method?: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response>;
  /** What a GET below /api answers. */
  got<T>(path: string): Promise<T>;
  /** What a POST below /api answers, with the token. */
  changed<T>(path: string, body?: object): Promise<{ readonly status: number; readonly said: T & Problem }>;
  /** The row of a run as soon as it is as wanted. */
  until(name: string, wanted: (row: RunRow) => boolean): Promise<RunRow>;
}

export async function openDashboard(runs: string, photos: readonly string[]): Promise<OpenedDashboard> {
  const page = join(runs, "..", "page of the dashboard");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(join(page, "index.html"), "<!doctype html><title>Runs</title>");
  await writeFile(join(page, "assets", "start.js"), "export {};");
  const opened = await dashboardApp({ runs, photos }, token, await pageFiles(page));

  const ask: OpenedDashboard["ask"] = async (path, headers = own, method = "GET", body = undefined) =>
    opened.app.request(`${origin}${path}`, { method, headers, ...(body !== undefined && { body }) });
  async function got<T>(path: string): Promise<T> {
    const answer = await ask(`/api/${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as T;
  }
  return {
    ...opened,
    ask,
    got,
    async changed<T>(path: string, body: object = {}) {
      const answer = await ask(`/api/${path}`, withToken, "POST", JSON.stringify(body));
      return { status: answer.status, said: (await answer.json()) as T & Problem };
    },
    async until(name, wanted) {
      for (;;) {
        const { row } = await got<RunDetail>(`runs/${encodeURIComponent(name)}`);
        if (wanted(row)) return row;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

/** Draws photos of three classes, twelve of each, and learns from them; what the run says of itself. */
export async function realRun(photos: string, out: string): Promise<Report> {
  const classes = ["checks", "discs", "stripes"] as const;
  await drawPhotos({ folder: photos, classes, each: 12, size: 80, seed: 4, noise: 60 });
  return retrain({ ...thin, data: photos, out, strategy: featureExtraction({ epochs: 2 }) }).result;
}
