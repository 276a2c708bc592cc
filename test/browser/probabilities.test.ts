import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumForTests, drop, type OpenPage } from "./browser.ts";
import { exportedPage, photo, shown } from "./exported-page.ts";
import { inNode } from "./model.ts";
import { serveFolder } from "./static-server.ts";

const open = chromiumForTests();
const exported = exportedPage();
let opened: OpenPage;
beforeAll(async () => {
  opened = await open(exported.url());
});

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, at) => Math.abs(x - b[at]!)));

let dropped = 0;

/** How far what the page says of a file is from what Node says of it. */
async function distance(type: string, bytes: Uint8Array, { page } = opened): Promise<number> {
  const name = `picture ${++dropped}`;
  await drop(page, [{ name, type, bytes }]);
  return furthest(await shown(page, name), await inNode(exported.model(), bytes));
}

describe("the page says what Node says, to 1e-3,", () => {
  test.each([
    ["hat/hat-01", 233, 151],
    ["dress/dress-01", 80, 91],
    ["shoes/shoes-01", 31, 47],
    ["pants/pants-01", 1, 1],
    ["pants/pants-01", 2100, 2051], // more than one tile of a canvas
  ])("of %s as a PNG of %i x %i", async (name, width, height) => {
    const bytes = await photo(name).resize(width, height, { fit: "fill" }).png({ compressionLevel: 1 }).toBuffer();
    expect(await distance("image/png", bytes)).toBeLessThan(1e-3);
  });

  test("of a PNG in shades of grey", async () => {
    const bytes = await photo("hat/hat-02").resize(90, 120).greyscale().toColourspace("b-w").png().toBuffer();
    expect(await distance("image/png", bytes)).toBeLessThan(1e-3);
  });

  test("of a PNG whose transparency is put on white", async () => {
    const [width, height] = [120, 91];
    const rgba = await photo("hat/hat-02").resize(width, height).ensureAlpha().raw().toBuffer();
    for (let at = 3; at < rgba.length; at += 4) rgba[at] = (at / 4) % width;
    const bytes = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
    const opaque = await sharp(bytes).removeAlpha().png().toBuffer();
    const answers = [await inNode(exported.model(), bytes), await inNode(exported.model(), opaque)] as const;
    expect(furthest(...answers)).toBeGreaterThan(1e-2);
    expect(await distance("image/png", bytes)).toBeLessThan(1e-3);
  });
});

// Decoders of JPEG may round differently; those of Chromium and libvips gave the same where this was measured.
describe("and of a JPEG", () => {
  /** With one corner black, so that no two orientations look alike. */
  const turned = (orientation: number) =>
    photo("outwear/outwear-01")
      .resize(200, 120)
      .composite([{ input: { create: { width: 110, height: 50, channels: 3, background: "#000" } }, left: 0, top: 0 }])
      .withMetadata({ orientation })
      .jpeg({ quality: 90 })
      .toBuffer();

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("whose EXIF orientation is %i", async (orientation) => {
    expect(await distance("image/jpeg", await turned(orientation))).toBeLessThan(1e-3);
  });

  test("which is less than what another orientation makes", async () => {
    const answers: Float32Array[] = [];
    for (let orientation = 1; orientation <= 8; orientation++)
      answers.push(await inNode(exported.model(), await turned(orientation)));
    const apart = answers.flatMap((a, i) => answers.slice(i + 1).map((b) => furthest(a, b)));
    expect(Math.min(...apart)).toBeGreaterThan(2e-3);
  });
});

test("with several threads too, where the server isolates the page", async () => {
  const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await serveFolder(await exported.again(), isolation);
  const isolated = await open(server.url);
  expect(await isolated.page.evaluate("crossOriginIsolated")).toBe(true);
  const bytes = await photo("hat/hat-01").resize(233, 151).png().toBuffer();
  expect(await distance("image/png", bytes, isolated)).toBeLessThan(1e-3);
  // the page's worker, and one of the engine for each thread but the first
  expect(isolated.page.workers().length).toBe(
    Math.min(await isolated.page.evaluate("navigator.hardwareConcurrency"), 8),
  );
  expect(isolated.said).toEqual([]);
  await isolated.context.close();
  await server.close();
});
