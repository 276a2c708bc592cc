// The page of a run as people meet it: opened from disk, in both themes, on a desk and on a phone, with a keyboard and no mouse.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallRun, smallRunClasses } from "../support/small-run.ts";
import { chromiumForTests } from "./browser.ts";

const open = chromiumForTests();
const folder = mkdtempSync(join(tmpdir(), "reinception-page-"));
process.env.REINCEPTION_CACHE = join(folder, "cache");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let url = "";
beforeAll(async () => {
  const { out } = await smallRun(folder);
  url = pathToFileURL(join(out, "report.html")).href;
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

/** What axe finds, as rule and place. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`));
  });
}

const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };
const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ["desk, light", { viewport: sizes.desk, colorScheme: "light" }],
  ["desk, dark", { viewport: sizes.desk, colorScheme: "dark" }],
  ["phone, light", { viewport: sizes.phone, colorScheme: "light" }],
  ["phone, dark", { viewport: sizes.phone, colorScheme: "dark" }],
];

describe.each(looks)("the page on a %s", (_, options) => {
  test("says nothing on the console, asks for nothing but itself, and runs nothing that a folder is called", async () => {
    const { page, said, requests, context } = await open(url, options);
    await page.waitForLoadState("load");
    expect(said).toEqual([]);
    expect(requests.filter((one) => !one.startsWith("data:"))).toEqual([url]);
    expect(await page.title()).toBe("run: report");
    expect(await page.locator("img[src=x]").count()).toBe(0);
    await context.close();
  });

  test("has no violation that axe finds, closed and with everything open", async () => {
    // the page itself lets nothing run, so axe has to be let in
    const { page, context } = await open(url, { ...options, bypassCSP: true });
    expect(await violations(page)).toEqual([]);
    const cell = (await page.locator(".matrix td.wrong a, .matrix td.right a").first().getAttribute("href"))!;
    await page.goto(`${url}${cell}`);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await page.check("#looks");
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  test("never scrolls sideways as a whole", async () => {
    const { page, context } = await open(url, options);
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await beyond()).toBeLessThanOrEqual(0);
    for (const summary of await page.locator("main > section > details > summary").all()) await summary.click();
    expect(await beyond()).toBeLessThanOrEqual(0);
    await context.close();
  });
});

describe("with a keyboard alone", () => {
  const opened = () => open(url, { viewport: sizes.desk });
  const visible = (page: Page) => page.locator(".cell:visible");

  test("a number of the matrix leads to the pictures behind it, and back", async () => {
    const { page, context } = await opened();
    const link = page.locator(".matrix td a").first();
    const [name, count] = [(await link.getAttribute("aria-label"))!, Number(await link.textContent())];
    expect(await visible(page).count()).toBe(0);
    await link.focus();
    await page.keyboard.press("Enter");
    await visible(page).waitFor();
    expect(await visible(page).count()).toBe(1);
    expect(name).toContain(`${count} picture`);
    expect(await visible(page).locator(".photo img:not(.heat)").count()).toBe(Math.min(count, 12));
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".cell") !== null)).toBe(true);
    await visible(page).getByRole("link", { name: "Close" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash === "#confusion");
    expect(await visible(page).count()).toBe(0);
    await context.close();
  });

  test("where the network looks is shown for one picture, and for all", async () => {
    const { page, context } = await opened();
    const photo = page.locator("#errors .photo, #labels .photo").first();
    const opacity = () => photo.locator(".heat").evaluate((element) => Number(getComputedStyle(element).opacity));
    expect(await opacity()).toBe(0);
    await photo.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await expect.poll(opacity).toBe(1);
    await page.keyboard.press("Space");
    await expect.poll(opacity).toBe(0);
    await page.locator("#looks").focus();
    await page.keyboard.press("Space");
    await expect.poll(opacity).toBe(1);
    await context.close();
  });

  test("every link, checkbox and fold is reached in the order of the page", async () => {
    const { page, context } = await opened();
    const wanted = await page.evaluate(
      () =>
        [...document.querySelectorAll("a, summary, input, [tabindex='0']")].filter((one) => one.checkVisibility())
          .length,
    );
    const reached = new Set<number>();
    for (let at = 0; at < wanted; at++) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(() => {
        const all = [...document.querySelectorAll("*")];
        return all.indexOf(document.activeElement!);
      });
      reached.add(place);
    }
    expect([...reached]).toEqual([...reached].sort((a, b) => a - b));
    expect(reached.size).toBe(wanted);
    await context.close();
  });
});

test("on paper it is light, everything is open, and nothing is cut off", async () => {
  const { page, context } = await open(url, { viewport: sizes.desk, colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  expect(await page.locator("nav").isVisible()).toBe(false);
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(100_000);
  await context.close();
});

test("names are shown as they are", async () => {
  const { page, context } = await open(url);
  const names = await page.locator(".matrix tbody th").allTextContents();
  expect(names).toEqual(smallRunClasses);
  await context.close();
});
