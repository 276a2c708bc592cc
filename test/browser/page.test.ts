import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../src/data/decode.ts";
import { writeWebFolder } from "../../src/export/web.ts";
import { chromiumForTests, drop } from "./browser.ts";
import { card, classes, nodeOutputs, steepModel } from "./model.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";

const open = chromiumForTests();
const temporary = mkdtempSync(join(tmpdir(), "reinception-browser-"));
const folder = join(temporary, "web");
const { size } = card.inputFormat;
let model: Uint8Array;
let server: StaticServer;

beforeAll(async () => {
  model = await steepModel(
    (await decodeImage(await photo("hat/hat-05").resize(size, size).png().toBuffer())).pixels,
    1000,
  );
  await writeWebFolder(model, card, folder, { accuracy: { share: 0.931, pictures: 58 } });
  server = await serveFolder(folder);
});
afterAll(async () => {
  await server.close();
  rmSync(temporary, { recursive: true, force: true });
});

function photo(name: string) {
  return sharp(readFileSync(new URL(`../../examples/photos/${name}.jpg`, import.meta.url)));
}

const png = async (name: string, width: number, height: number) => ({
  name: `${name.replace("/", "-")}.png`,
  type: "image/png",
  bytes: await photo(name).resize(width, height, { fit: "fill" }).png().toBuffer(),
});

/** Probabilities that the page shows, in the model's order, once it says so of a picture of this name. */
async function shown(page: Page, name: string): Promise<readonly number[]> {
  await page.locator("#measured", { hasText: name }).waitFor();
  const all = page.locator("#all");
  if ((await all.getAttribute("aria-expanded")) === "false") await all.click();
  const rows = await page.locator("#classes li").evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector(".name")?.textContent ?? "",
      probability: Number(item.querySelector("data")?.value),
    })),
  );
  expect(rows.map(({ probability }) => probability)).toEqual(
    rows.map(({ probability }) => probability).sort((a, b) => b - a),
  );
  const byName = new Map(rows.map(({ name, probability }) => [name, probability]));
  return classes.map((name) => byName.get(name) ?? Number.NaN);
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, at) => Math.abs(x - b[at]!)));

/** What Node says to the same file, decoded as training does. */
async function inNode(bytes: Uint8Array): Promise<Float32Array> {
  const { width, height, pixels } = await decodeImage(bytes);
  return (await nodeOutputs(model, { width, height, rgb: pixels })).probabilities;
}

describe("a page that is opened", () => {
  test("says nothing on the console and asks for its own files alone", async () => {
    const { page, said, requests, context } = await open(server.url);
    await page.getByText("Ready for a picture.").waitFor();
    const picture = await png("hat/hat-01", size, size);
    await drop(page, [picture]);
    await shown(page, picture.name);
    expect(said).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("blob:"))).toEqual([]);
    expect(await page.locator("#not-served").isVisible()).toBe(false);
    await context.close();
  });

  test("cannot talk to another address, not from its worker either", async () => {
    const { page, context } = await open(server.url);
    const other = await serveFolder(folder, { "Access-Control-Allow-Origin": "*" });
    const ask = (url: string) => `fetch(${JSON.stringify(url)}).then(() => "talked", () => "refused")`;
    expect(await page.evaluate(ask(`${server.url}model.json`))).toBe("talked");
    expect(await page.evaluate(ask(`${other.url}model.json`))).toBe("refused");
    await page.getByText("Ready for a picture.").waitFor();
    const worker = page.workers()[0]!;
    expect(await worker.evaluate(ask(`${server.url}model.json`))).toBe("talked");
    expect(await worker.evaluate(ask(`${other.url}model.json`))).toBe("refused");
    await other.close();
    await context.close();
  });

  test("says from disk that it has to be served", async () => {
    const { page, context } = await open(pathToFileURL(join(folder, "index.html")).href);
    await expect.poll(() => page.locator("#not-served").isVisible(), { timeout: 5000 }).toBe(true);
    expect(await page.locator("#not-served").textContent()).toContain("web server");
    await context.close();
  });

  test("says what is missing when the folder is not whole", async () => {
    const part = join(temporary, "part");
    await writeWebFolder(model, card, part);
    await rm(join(part, "model.onnx"));
    const partly = await serveFolder(part);
    const { page, context } = await open(partly.url);
    await page.getByText("/model.onnx is not there (the server answered 404)").waitFor();
    await partly.close();
    await context.close();
  });

  test("tells what the model is", async () => {
    const { page, context } = await open(server.url);
    await page.getByText("What is this model?").click();
    const facts = await page.locator("#facts").textContent();
    for (const part of [...classes, "93.1 % of 58 pictures", "hybrid", "80 × 80 pixels", "reinception 0.1.0"])
      expect(facts).toContain(part);
    await context.close();
  });
});

describe("the page says what Node says", () => {
  test.each([["hat/hat-01"], ["dress/dress-01"]])("of %s as PNG, to 1e-3", async (name) => {
    const { page, context } = await open(server.url);
    const picture = await png(name, size, size);
    await drop(page, [picture]);
    const probabilities = await shown(page, picture.name);
    expect(furthest(probabilities, await inNode(picture.bytes))).toBeLessThan(1e-3);
    await context.close();
  });
});

test("axe", async () => {
  const { page, context } = await open(server.url);
  await page.addScriptTag({ content: "" }).catch(() => undefined);
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const r = (await page.evaluate("axe.run()")) as { violations: { id: string }[] };
  expect(r.violations.map((v) => JSON.stringify(v))).toEqual([]);
  await context.close();
});
