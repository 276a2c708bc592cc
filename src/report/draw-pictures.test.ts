import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { inceptionInput } from "../input-format.ts";
import type { HeatMaps } from "../train/heat-maps.ts";
import type { JudgedPicture } from "./choose-pictures.ts";
import { type DrawnPictures, drawPictures, thumbnailEdge } from "./draw-pictures.ts";

const photos = join(temporaryFolder(), "photos");
beforeAll(() => drawPhotos({ folder: photos, classes: ["discs", "stripes"], each: 6, size: 90, seed: 1 }));

const format = { ...inceptionInput, size: 75 };

function pictureNamed(name: string): JudgedPicture {
  const hash = createHash("sha256")
    .update(readFileSync(join(photos, name)))
    .digest("hex");
  return { name, hash, truth: 0, said: 1, probability: 0.9, probabilityOfTruth: 0.1 };
}

async function drawnOf(
  pictures: readonly JudgedPicture[],
  heatMaps?: HeatMaps,
  mapSeconds: number | null = null,
): Promise<DrawnPictures> {
  const drawing = drawPictures(pictures, { data: [photos], format, threads: 2, heatMaps, mapSeconds });
  const done: number[] = [];
  for (;;) {
    const next = await drawing.next();
    if (next.done) return next.value;
    done.push(next.value.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  }
}

function bytesOf(address: string, type: string): Buffer {
  expect(address.startsWith(`data:${type};base64,`)).toBe(true);
  return Buffer.from(address.split(",")[1]!, "base64");
}

describe("the pictures of a page", () => {
  test("are small and say nothing of the file", async () => {
    const { byName, problem, block } = await drawnOf([pictureNamed("discs/0.png"), pictureNamed("stripes/1.png")]);
    expect({ problem, block, names: [...byName.keys()] }).toEqual({
      problem: null,
      block: null,
      names: ["discs/0.png", "stripes/1.png"],
    });
    const { width, height, exif, icc } = await sharp(
      bytesOf(byName.get("discs/0.png")!.thumbnail, "image/webp"),
    ).metadata();
    expect({ width, height, exif, icc }).toEqual({ width: thumbnailEdge, height: thumbnailEdge });
  });

  test("have a map of where the network looks for what it says", async () => {
    const asked: (readonly number[])[] = [];
    const heatMaps: HeatMaps = {
      ...{ block: "mixed_6h", rows: 2, columns: 2 },
      async maps(views, classes) {
        expect(views).toHaveLength(75 * 75 * 3);
        asked.push(classes);
        return [Float32Array.of(1, 0, 0, 0)];
      },
      look: async () => {
        throw new Error("a report asks for maps alone");
      },
      close: async () => {},
    };
    const { byName, block } = await drawnOf([pictureNamed("discs/0.png")], heatMaps);
    expect({ asked, block }).toEqual({ asked: [[1]], block: "mixed_6h" });
    const { data, info } = await sharp(bytesOf(byName.get("discs/0.png")!.heat!, "image/png"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const opacity = (x: number, y: number) => data[(y * info.width + x) * info.channels + 3]!;
    expect(opacity(0, 0)).toBeLessThan(20); // where it looks the picture is to be seen
    expect(opacity(info.width - 1, info.height - 1)).toBeGreaterThan(200);
  });

  test("come without a map when its time is over", async () => {
    const heatMaps: HeatMaps = {
      ...{ block: "mixed_6h", rows: 1, columns: 1 },
      look: async () => {
        throw new Error("internal: nobody looks here");
      },
      maps: async () => [Float32Array.of(1)],
      close: async () => {},
    };
    const { byName, withoutMap } = await drawnOf([pictureNamed("discs/0.png")], heatMaps, 0);
    expect({ heat: byName.get("discs/0.png")!.heat, withoutMap }).toEqual({ heat: null, withoutMap: 1 });
  });

  test("that are gone, damaged or others by now are missing, and that is said", async () => {
    const [gone, other, kept] = ["discs/3.png", "discs/4.png", "discs/5.png"].map(pictureNamed);
    rmSync(join(photos, "discs/3.png"));
    writeFileSync(join(photos, "discs/4.png"), readFileSync(join(photos, "stripes/0.png")));
    const { byName, problem } = await drawnOf([gone!, other!, kept!]);
    expect([...byName.keys()]).toEqual(["discs/5.png"]);
    expect(problem).toBe("2 of 3 have moved, changed or cannot be read any more");
  });

  test("of a folder that is gone are none", async () => {
    const drawing = drawPictures([pictureNamed("discs/0.png")], { data: ["/nowhere"], format, threads: 1 });
    expect(await drawing.next()).toMatchObject({
      done: true,
      value: { problem: expect.stringContaining("not where") },
    });
  });
});
