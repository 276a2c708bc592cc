import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { classes, photos } from "./fake-photos.ts";
import { pageTests, tiles } from "./fake-page.ts";

const { open, server } = pageTests({ each: true });

const chosen = (page: Page) =>
  page.getByRole("listbox", { name: "Pictures" }).getByRole("option", { selected: true }).count();
const press = async (page: Page, ...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      "document.activeElement.getAttribute('aria-label') || document.activeElement.labels?.[0]?.textContent || document.activeElement.querySelector('[aria-label]')?.getAttribute('aria-label') || document.activeElement.textContent",
    );
    if (name.test(String(focused))) return;
  }
  throw new Error(`nothing called ${name} can be reached with the Tab key`);
}

test("from a number of the matrix to a new head, by keyboard alone", async () => {
  const { page } = await open("runs/clothing");
  const grid = page.getByRole("grid", { name: "What was called what" });
  await grid.waitFor();
  await tabTo(page, /^\d+ pictures? of dress called dress/);
  await press(page, "ArrowRight", "ArrowRight");
  const cell = String(await page.evaluate("document.activeElement.firstElementChild.getAttribute('aria-label')"));
  expect(cell).toMatch(/^\d+ pictures? of dress called outwear$/);
  await press(page, "Enter");
  await tiles(page).first().waitFor();
  expect(page.url()).toContain("/runs/clothing/pictures?split=validation&class=dress&said=outwear");
  const pictures = await tiles(page).count();
  expect(pictures).toBe(Number.parseInt(cell, 10));

  await tabTo(page, /dress, called outwear/);
  await press(page, "Enter");
  await page.getByRole("dialog").waitFor();
  await press(page, "Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await press(page, "Control+a");
  await expect.poll(() => chosen(page)).toBe(pictures);
  await tabTo(page, /^Relabel to/);
  await page.keyboard.type("outw");
  await press(page, "Enter");
  await expect.poll(() => page.getByText("now outwear").count()).toBe(pictures);
  expect([...server().corrections.values()]).toEqual(Array(pictures).fill({ kind: "class", class: "outwear" }));
  expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe("option");
  expect(await page.getByRole("status").textContent()).toMatch(/relabelled to outwear\.$/);

  await press(page, "Control+z");
  await expect.poll(() => page.getByText("now outwear").count()).toBe(0);
  expect(server().corrections.size).toBe(0);
  await press(page, " ");
  await tabTo(page, /^Exclude/);
  await press(page, "Enter");
  await expect.poll(() => server().corrections.size).toBe(1);

  await page.evaluate("document.getElementById('main').focus()");
  await tabTo(page, /^Retrain the head/);
  await press(page, "Enter");
  await page.getByRole("region", { name: "The new head" }).waitFor();
  expect(await page.getByRole("status").textContent()).toMatch(/^Fitted: [\d.]+ % before, [\d.]+ % now\.$/);
  expect(await page.locator("td.changed").count()).toBeGreaterThan(0);
  await tabTo(page, /^Open the new run/);
  await press(page, "Enter");
  await page.getByText("head of clothing").or(page.getByText("fitted anew")).first().waitFor();
  expect(page.url()).toMatch(/\/runs\/clothing-refit$/);
});

test("with a mouse: one, a stretch, one more, all that are shown; moved, and taken back", async () => {
  const { page } = await open("runs/clothing/pictures");
  const tile = (at: number) => tiles(page).nth(at);
  await tile(0).click();
  expect(await chosen(page)).toBe(1);
  await tile(4).click({ modifiers: ["Shift"] });
  expect(await chosen(page)).toBe(5);
  await tile(9).click({ modifiers: ["Control"] });
  await tile(2).click({ modifiers: ["Control"] });
  expect(await chosen(page)).toBe(5);
  await page.getByRole("button", { name: "Hold back" }).click();
  await expect.poll(() => page.getByText("now held back").count()).toBe(5);
  expect(new Set(server().corrections.keys())).toEqual(new Set([0, 1, 3, 4, 9].map((at) => photos[at]!.id)));
  await page.getByRole("button", { name: "Select all shown" }).click();
  expect(await chosen(page)).toBe(60);
  await page.getByRole("combobox", { name: "Relabel to" }).click();
  await page.getByRole("listbox", { name: "Relabel to" }).getByRole("option", { name: classes[1]! }).click();
  await page.getByText("60 pictures corrected").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("5 pictures corrected").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Nothing is corrected").waitFor();
  expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
});

test("with a finger each touch chooses one more", async () => {
  const { page } = await open("runs/clothing/pictures", { hasTouch: true, viewport: { width: 390, height: 800 } });
  for (const at of [0, 1, 3]) await tiles(page).nth(at).tap();
  await page.getByText("3 pictures chosen").waitFor();
  await tiles(page).nth(1).tap();
  await page.getByText("2 pictures chosen").waitFor();
});

test("a large picture goes on with arrow keys, and has a map when it is asked for", async () => {
  const { page, requests } = await open("runs/clothing/pictures");
  await tiles(page).nth(1).dblclick();
  const dialog = page.getByRole("dialog", { name: photos[1]!.name });
  await dialog.waitFor();
  expect(requests.filter((url) => url.includes("/heat?"))).toEqual([]);
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("img", { name: /^Where it looks/ }).waitFor();
  await press(page, "ArrowRight");
  await page.getByRole("dialog", { name: photos[2]!.name }).waitFor();
  await expect.poll(() => requests.filter((url) => url.includes(`/pictures/${photos[2]!.id}/heat`)).length).toBe(1);
  await press(page, "Escape");
  expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe("option");
});
