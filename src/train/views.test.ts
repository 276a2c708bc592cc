import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { fileAt, placeOf } from "../data/locator.ts";
import { openPixels } from "../data/pixels.ts";
import { inceptionInput } from "../input-format.ts";
import { augmentedView, openViews, plainView, type RunImage, type Views } from "./views.ts";

const format = { ...inceptionInput, size: 75 };
const bytes = 75 * 75 * 3;
const light = (seed: number) => ({ augment: "light", seed }) as const;
let root = "";
let views: Views;
let first: RunImage;
let second: RunImage;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "reinception-views-"));
  await drawPhotos({ folder: root, classes: ["stripes"], each: 2, size: 100, seed: 3 });
  const image = (i: number) => ({
    locator: fileAt(join(root, "stripes", `${i}.png`)),
    name: `stripes/${i}.png`,
    label: 0,
    hash: `hash${i}`,
  });
  [first, second] = [image(0), image(1)];
  views = openViews({ ...light(5), format, workers: 1 });
});
afterAll(async () => {
  await views.close();
  await rm(root, { recursive: true });
});

describe("a view", () => {
  test("is named by the content of its image, wherever the file lies", () => {
    const moved = { ...first, locator: fileAt("/elsewhere.png"), name: "elsewhere.png" };
    expect(plainView(moved).key).toBe(plainView(first).key);
    expect(augmentedView(moved, light(1), "a").key).toBe(augmentedView(first, light(1), "a").key);
    const keys = [
      plainView(first),
      plainView(second),
      augmentedView(first, light(1), "a"),
      augmentedView(first, light(2), "a"),
    ];
    keys.push(augmentedView(first, light(1), "b"), augmentedView(second, light(1), "a"));
    keys.push(augmentedView(first, { augment: "strong", seed: 1 }, "a"));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  });

  test("that is plain has the pixels by which is judged and predicted", async () => {
    const pool = openPixels({ format, workers: 1 });
    const expected = await pool.view({ locator: first.locator, kind: "evaluation" });
    await pool.close();
    expect(await views.pixels([plainView(first)])).toEqual(expected);
  });

  test("that is augmented is drawn by its seed and its name alone", async () => {
    const drawn = (seed: number, draw: string) => views.pixels([augmentedView(first, light(seed), draw)]);
    const once = await drawn(1, "a");
    expect(await drawn(1, "a")).toEqual(once);
    expect(await drawn(1, "b")).not.toEqual(once);
    expect(await drawn(2, "a")).not.toEqual(once);
    expect(await views.pixels([plainView(first)])).not.toEqual(once);
  });

  test("is as long as any other, one after the other in the order asked for", async () => {
    const [one, other] = [await views.pixels([plainView(first)]), await views.pixels([plainView(second)])];
    const both = await views.pixels([plainView(second), plainView(first)]);
    expect(both).toHaveLength(2 * bytes);
    expect(both.subarray(0, bytes)).toEqual(other);
    expect(both.subarray(bytes)).toEqual(one);
  });

  test("that is plain stays in memory: it is there when the file is gone", async () => {
    const path = join(root, "passing.png");
    await copyFile(placeOf(first.locator), path);
    const passing = { ...first, locator: fileAt(path), hash: "passing" };
    const pixels = await views.pixels([plainView(passing)]);
    await rm(path);
    expect(await views.pixels([plainView(passing)])).toEqual(pixels);
    await expect(views.pixels([augmentedView(passing, light(1), "a")])).rejects.toThrow("data/unreadable");
  });
});

describe("a picture that cannot be decoded", () => {
  test("is refused by name, and of a sound one the facts are told and the view is there", async () => {
    const path = join(root, "broken.png");
    await writeFile(path, "no picture");
    await expect(views.examine({ ...first, locator: fileAt(path), hash: "broken" })).rejects.toThrow("broken.png");
    const copy = join(root, "looked-at.png");
    await copyFile(placeOf(first.locator), copy);
    expect((await views.examine({ ...first, locator: fileAt(copy), hash: "looked-at" })).kind).toBe("PNG");
    await rm(copy);
    expect(await views.pixels([plainView({ ...first, locator: fileAt(copy), hash: "looked-at" })])).toHaveLength(bytes);
  });
});

test("what pixels depend on is said: another size is another way", async () => {
  const other = openViews({ ...light(5), format: { ...format, size: 80 }, workers: 1 });
  await other.close();
  expect(other.description).not.toBe(views.description);
  const same = openViews({ augment: "strong", seed: 9, format, workers: 2 });
  await same.close();
  expect(same.description).toBe(views.description); // seed and tier are in the names of the views
});
