import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumForTests, drop, type OpenPage } from "./browser.ts";
import { exportedPage, photo, shown } from "./exported-page.ts";
import { classes } from "./model.ts";
import { serveFolder } from "./static-server.ts";

const open = chromiumForTests();
const exported = exportedPage();
let opened: OpenPage;
beforeAll(async () => {
  opened = await open(exported.url());
});

const png = () => photo("hat/hat-01").resize(120, 80).png().toBuffer();

describe("a page that is opened", () => {
  test("says nothing on the console and asks for its own files alone", async () => {
    const { page, said, requests, context } = await open(exported.url());
    await page.getByText("Ready for a picture.").waitFor();
    await drop(page, [{ name: "hat.png", type: "image/png", bytes: await png() }]);
    await shown(page, "hat.png");
    expect(said).toEqual([]);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((url) => !url.replace(/^blob:/, "").startsWith(exported.url()))).toEqual([]);
    await context.close();
  });

  test("cannot talk to another address, and its worker cannot either", async () => {
    const { page, context } = await open(exported.url());
    const other = await serveFolder(await exported.again(), { "Access-Control-Allow-Origin": "*" });
    const ask = (url: string) => `fetch(${JSON.stringify(`${url}model.json`)}).then(() => "talked", () => "refused")`;
    await page.getByText("Ready for a picture.").waitFor();
    const worker = page.workers()[0]!;
    expect([await page.evaluate(ask(exported.url())), await worker.evaluate(ask(exported.url()))]).toEqual([
      "talked",
      "talked",
    ]);
    expect([await page.evaluate(ask(other.url)), await worker.evaluate(ask(other.url))]).toEqual([
      "refused",
      "refused",
    ]);
    await other.close();
    await context.close();
  });

  test("says from disk that it has to be served", async () => {
    const { page, context } = await open(pathToFileURL(join(await exported.again(), "index.html")).href);
    expect(await page.locator("#not-served").isVisible()).toBe(true);
    expect(await page.locator("main").isVisible()).toBe(false);
    await context.close();
    expect(await opened.page.locator("#not-served").isVisible()).toBe(false);
  });

  test("has no script in it but the one whose hash its policy names", async () => {
    const html = readFileSync(join(await exported.again(), "index.html"), "utf8");
    const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text!);
    const hashes = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    expect(hashes).toEqual([...html.matchAll(/'sha256-[^']+'/g)].map(([hash]) => hash));
  });

  test.each([
    ["model.onnx", "/model.onnx is not there (the server answered 404)"],
    ["model.json", "model.json is not there (the server answered 404)"],
    ["onnxruntime/ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.wasm is not there (the server answered 404)"],
  ])("without %s says so", async (name, text) => {
    const part = await exported.again();
    await rm(join(part, name));
    const server = await serveFolder(part);
    const { page, context } = await open(server.url);
    await page.locator("#problem", { hasText: text }).waitFor();
    await context.close();
    await server.close();
  });

  test("with half of a model says so", async () => {
    const part = await exported.again();
    await truncate(join(part, "model.onnx"), 1000);
    const server = await serveFolder(part);
    const { page, context } = await open(server.url);
    await page.locator("#problem", { hasText: "model.onnx is shorter than model.json says" }).waitFor();
    await context.close();
    await server.close();
  });

  test("tells what the model is, names as they are", async () => {
    const { page } = opened;
    await page.getByText("What is this model?").click();
    const facts = await page.locator("#facts").textContent();
    for (const part of [...classes, "93.1 % of 58 pictures", "hybrid", "80 × 80 pixels", "reinception 0.1.0"])
      expect(facts).toContain(part);
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });
});

describe("a file that cannot be classified is refused in words:", () => {
  const refused = async (name: string, type: string, bytes: Uint8Array, text: string) => {
    const { page, said } = opened;
    await drop(page, [{ name, type, bytes }]);
    await page.locator("#problem", { hasText: text }).waitFor();
    expect(await page.locator("#answer").isVisible()).toBe(false);
    expect(await page.locator("#invitation").isVisible()).toBe(true);
    expect(said).toEqual([]);
  };

  test("text", () => refused("notes.png", "image/png", Buffer.from("hello"), "“notes.png” is not a picture"));

  test("nothing", () => refused("empty.jpg", "image/jpeg", new Uint8Array(), "“empty.jpg” is not a picture"));

  test("a drawing", () =>
    refused("a.svg", "image/svg+xml", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "“a.svg” is not a"));

  test.each(["png", "jpeg"] as const)("half a %s", async (format) => {
    const whole = await photo("hat/hat-01").toFormat(format).toBuffer();
    await refused("half", `image/${format}`, whole.subarray(0, whole.length / 2), "“half” is damaged or incomplete");
  });

  test("more than 100 million pixels", async () => {
    const gif = await photo("hat/hat-01").resize(8, 8).gif().toBuffer();
    gif.writeUInt16LE(20_000, 6); // of the whole picture, of which the frame is a part
    gif.writeUInt16LE(6000, 8);
    await refused("huge.gif", "image/gif", gif, "“huge.gif” has 20000 × 6000 pixels");
  });

  test("no file at all", async () => {
    await drop(opened.page, []);
    await opened.page.locator("#problem", { hasText: "No picture file was in what you dropped" }).waitFor();
  });

  test("and the next picture is classified", async () => {
    await drop(opened.page, [{ name: "hat.png", type: "image/png", bytes: await png() }]);
    await shown(opened.page, "hat.png");
    expect(await opened.page.locator("#problem").textContent()).toBe("");
  });
});
