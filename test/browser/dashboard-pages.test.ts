import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { expectNothingWrong } from "./axe.ts";
import { token } from "./fake-dashboard.ts";
import { pageTests, tiles } from "./fake-page.ts";

const { open } = pageTests();

/** Every page, and what is there when it is whole. */
const pages: readonly (readonly [path: string, whole: (page: Page) => Promise<unknown>])[] = [
  ["", (page) => page.getByRole("link", { name: "clothing", exact: true }).waitFor()],
  ["?search=nothing-like-this", (page) => page.getByText("No run is like that").waitFor()],
  ["runs/clothing", (page) => page.locator("svg.chart").nth(4).waitFor()],
  ["runs/shoes-or-hats", (page) => page.getByText("Under way").waitFor()],
  ["runs/night-run", (page) => page.getByText("Nothing has come of this run yet").waitFor()],
  ["runs/nothing", (page) => page.getByRole("alert").waitFor()],
  ["runs/clothing/pictures", (page) => tiles(page).nth(20).waitFor()],
  ["runs/clothing/try", (page) => page.getByText("Drop pictures here").waitFor()],
  ["compare?runs=clothing,clothing-hybrid,clothing-head", (page) => page.locator("svg.chart").nth(1).waitFor()],
  ["new", (page) => page.getByRole("button", { name: "photos" }).waitFor()],
  ["new?data=/home/ada/photos/clothing", (page) => page.getByText("What is odd").waitFor()],
  ["nowhere", (page) => page.getByText("There is no page at this address").waitFor()],
];

/** Opens everything that opens, so that what is inside is looked at too. */
const openDetails = (page: Page) =>
  page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");

describe("axe finds nothing wrong, light and dark, and nothing sticks out, on a phone or where all is twice as large:", () => {
  test.each(pages)("/%s", async (path, whole) => {
    const { page } = await open(path, { reducedMotion: "reduce" });
    await whole(page);
    await openDetails(page);
    await expectNothingWrong(page);
    for (const width of [360, 640, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  });

  test("with pictures chosen, a list open, and one of them large", async () => {
    const { page } = await open("runs/clothing/pictures?only=wrong", { reducedMotion: "reduce" });
    await tiles(page).nth(2).click();
    await page.getByRole("combobox", { name: "Relabel to" }).click();
    await expectNothingWrong(page);
    await page.getByRole("button", { name: "View" }).click();
    await page.getByRole("checkbox", { name: /Where it looks/ }).check();
    await expectNothingWrong(page);
  });
});

describe("the token", () => {
  test("leaves the address, and goes with what changes something", async () => {
    const { page } = await open("runs/clothing/pictures");
    await tiles(page).first().waitFor();
    expect(page.url()).not.toContain("token");
    expect(await page.evaluate("sessionStorage.getItem('reinception-token')")).toBe(token);
    const asked = page.waitForRequest((request) => request.method() === "POST");
    await tiles(page).first().click();
    await page.getByRole("button", { name: "Exclude" }).click();
    expect((await asked).headers().authorization).toBe(`Bearer ${token}`);
    await page.getByRole("button", { name: "Undo" }).click();
  });

  test("is missed where it is missing, and everything can be looked at all the same", async () => {
    const { page } = await open("runs/clothing/pictures", { token: null });
    await page.getByText("Read only.").waitFor();
    await tiles(page).first().click();
    await page.getByRole("button", { name: "View" }).waitFor();
    for (const name of ["Exclude", "Undo", "Retrain the head"])
      expect(await page.getByRole("button", { name }).count()).toBe(0);
  });

  test("that comes later is taken too", async () => {
    const { page } = await open("", { token: null });
    await page.getByText("Read only.").waitFor();
    await page.goto(`${page.url()}#token=${token}`);
    await expect.poll(() => page.getByText("Read only.").count()).toBe(0);
  });
});

test("the whole program is less than 150 kB packed, and nothing of it stands inside the document", () => {
  const built = new URL("../../dist/dashboard/page/", import.meta.url);
  const names = readdirSync(new URL("assets/", built)).filter((name) => name.endsWith(".js"));
  const packed = names.map((name) => gzipSync(readFileSync(new URL(`assets/${name}`, built))).length);
  expect(packed.reduce((sum, bytes) => sum + bytes)).toBeLessThan(150_000);
  const document = readFileSync(new URL("index.html", built), "utf8");
  expect(document).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
});

test("nothing is fetched before it is shown: no other page's program, no picture out of sight, no map of heat", async () => {
  const { page, requests } = await open("runs/clothing/pictures", { viewport: { width: 1000, height: 600 } });
  await tiles(page).nth(20).waitFor();
  await page.waitForLoadState("networkidle");
  const asked = (part: RegExp) => requests.filter((url) => part.test(url)).length;
  expect(asked(/assets\/(?:try|compare|new-run|overview)/)).toBe(0);
  expect(asked(/\/heat\?/)).toBe(0);
  expect(asked(/\/image/)).toBeGreaterThan(5);
  expect(asked(/\/image/)).toBeLessThan(60);
});

describe("runs", () => {
  test("are searched, sorted and chosen for comparison without a mouse", async () => {
    const { page } = await open("");
    await page.getByRole("searchbox", { name: "Search" }).fill("clothing");
    await page.getByText("3 of 125 runs").waitFor();
    await page.getByRole("button", { name: "Accuracy" }).press("Enter");
    const heading = page.getByRole("columnheader", { name: "Accuracy" });
    await expect.poll(() => heading.getAttribute("aria-sort")).toBe("descending");
    expect(await page.locator("tbody th").first().textContent()).toMatch(/^clothing-hybrid/);
    await page.getByRole("checkbox", { name: "Compare clothing-hybrid" }).press(" ");
    await page.getByRole("checkbox", { name: "Compare clothing-head" }).press(" ");
    await page.getByRole("link", { name: "Compare" }).press("Enter");
    await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
    expect(page.url()).toContain("/compare?runs=clothing-hybrid%2Cclothing-head");
  });

  test("come a page at a time", async () => {
    const { page } = await open("");
    const rows = page.locator("tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => rows.count()).toBe(125);
  });

  test("keep what is asked for in the address", async () => {
    const { page } = await open("?state=interrupted&sort=name&order=up");
    await page.getByText("of 125 runs").waitFor();
    expect(await page.locator("td .state").allTextContents()).toEqual(expect.arrayContaining(["interrupted"]));
    expect(await page.getByRole("combobox", { name: "State" }).inputValue()).toBe("interrupted");
  });
});

test("the theme that was chosen is there again, and follows the device where it was not", async () => {
  const { page } = await open("", { colorScheme: "dark" });
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const dark = await ground();
  await page.getByRole("button", { name: "Use the light theme" }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  expect(await ground()).toBe(light);
  await page.getByRole("button", { name: "Use the dark theme" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  expect(await ground()).toBe(light);
});
