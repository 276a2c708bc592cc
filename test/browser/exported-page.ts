// The web export of a small model on a server, for all tests of a file, with the pictures that they drop on it.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, expect } from "vitest";
import { decodeImage } from "../../src/data/decode.ts";
import { exportModelFiles } from "../../src/export/export-model.ts";
import { classes, writeRun } from "./model.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";

export interface ExportedPage {
  /** Address of the page. */
  url(): string;
  /** The model in it. */
  model(): Uint8Array;
  /** Exports once more, into a new folder, and returns its path. */
  again(): Promise<string>;
}

/** Exports and serves before the first test of the file. */
export function exportedPage(): ExportedPage {
  const temporary = mkdtempSync(join(tmpdir(), "reinception-browser-"));
  const run = join(temporary, "run");
  let model: Uint8Array | undefined;
  let server: StaticServer | undefined;
  let folders = 0;
  const again = async () => {
    const out = join(temporary, `web-${++folders}`);
    for await (const _ of exportModelFiles(
      { model: run, format: "web", input: "image", out, calibration: 1, maxAccuracyLoss: 0, threads: 1 },
      () => false,
    ));
    return out;
  };
  beforeAll(async () => {
    model = await writeRun(run, await decodeImage(await photo("hat/hat-05").png().toBuffer()));
    server = await serveFolder(await again());
  });
  afterAll(async () => {
    await server?.close();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  });
  return { url: () => server!.url, model: () => model!, again };
}

/** One of the photos of the examples. */
export function photo(name: string): Sharp {
  return sharp(readFileSync(new URL(`../../examples/photos/${name}.jpg`, import.meta.url)));
}

/** The probabilities that the page shows of a picture of this name, in the model's order. */
export async function shown(page: Page, name: string): Promise<readonly number[]> {
  await page.locator("#measured", { hasText: name }).waitFor();
  const all = page.locator("#all");
  if ((await all.getAttribute("aria-expanded")) === "false") await all.click();
  const rows = await page.locator("#classes li").evaluateAll((items) =>
    items.map((item) => {
      const [name, share] = [item.querySelector(".name"), item.querySelector("data")];
      return [name?.textContent ?? "", Number(share?.value)] as const;
    }),
  );
  const probabilities = rows.map(([, probability]) => probability);
  expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  const byName = new Map(rows);
  return classes.map((name) => byName.get(name) ?? Number.NaN);
}
