// The page before the server that it is made for, on a run that has learnt: what each of the two is tried with alone must be
// what the other gives it.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Dashboard, startDashboard } from "../../src/dashboard/dashboard.ts";
import type { Report } from "../../src/index.ts";
import { realRun, thinTyped } from "../support/opened-dashboard.ts";
import { chromiumForTests, drop } from "./browser.ts";
import { tiles } from "./fake-page.ts";

const folder = mkdtempSync(join(tmpdir(), "reinception-browser-"));
process.env.REINCEPTION_CACHE = join(folder, "cache");
const [photos, runs] = [join(folder, "photos"), join(folder, "runs")];
const chromium = chromiumForTests();
let dashboard: Dashboard | undefined;
let report: Report;

beforeAll(async () => {
  report = await realRun(photos, join(runs, "real"));
  dashboard = await startDashboard({ runs, photos: [folder], port: 0 });
});
afterAll(async () => {
  await dashboard?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Opens a path of the page with the token of the address; what is said on the console must be nothing. */
async function onPage(path: string, look: (page: Page) => Promise<void>): Promise<void> {
  const { origin, hash } = new URL(dashboard!.address);
  const { page, context, said } = await chromium(`${origin}${path}${hash}`);
  await look(page);
  await context.close();
  expect(said).toEqual([]);
}

test("a run is found in the list, and shows the numbers of its report", () =>
  onPage("/", async (page) => {
    await page.getByRole("link", { name: "real", exact: true }).click();
    await page.getByRole("grid", { name: "What was called what" }).waitFor();
    const accuracy = `${(report.validation.accuracy * 100).toFixed(1)} %`;
    await page.getByText(accuracy).first().waitFor();
  }));

test("pictures are seen, one is moved to another class, and the head learns it in a run of its own", () =>
  onPage("/runs/real/pictures?split=validation", async (page) => {
    await tiles(page).first().waitFor();
    expect(await tiles(page).count()).toBe(report.images.validation);
    await expect
      .poll(() => page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)"))
      .toBe(true);
    await tiles(page).first().click();
    await page.getByRole("button", { name: /^Exclude/ }).click();
    await page.getByText("Undo").first().waitFor();
    await page.getByRole("button", { name: /^Retrain the head/ }).click();
    await page.getByRole("region", { name: "The new head" }).waitFor();
    expect(readFileSync(`${photos}.corrections.jsonl`, "utf8")).toContain('"kind":"excluded"');
  }));

test("a picture is tried: its classes, where the network looks, and pictures like it", () =>
  onPage("/runs/real/try", async (page) => {
    const bytes = readFileSync(join(photos, "discs", "0.png"));
    await page.getByText("Drop pictures here").waitFor();
    await drop(page, [{ name: "disc.png", type: "image/png", bytes }], ".drop");
    const answer = page.getByRole("region", { name: "What it says of disc.png" });
    await answer.getByRole("checkbox").check();
    await answer.getByRole("img", { name: /^Where it looks for/ }).waitFor();
    expect(await answer.getByRole("link", { name: /\.png, (checks|discs|stripes)$/ }).count()).toBeGreaterThan(3);
  }));

test("a run is started, watched while it learns, and stopped", async () => {
  const { origin, hash } = new URL(dashboard!.address);
  const options = { ...thinTyped, strategy: "feature-extraction", epochs: "100000" };
  await fetch(`${origin}/api/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${hash.replace("#token=", "")}` },
    body: JSON.stringify({ data: photos, name: "watched", options }),
  });
  await onPage("/runs/watched", async (page) => {
    await page
      .getByText(/^Epoch \d+ of 100000/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
  });
});
