// What a model that nobody has trained says of a picture, where it looks, and which folders there are.

import sharp from "sharp";
import type { FolderList, TryAnswer } from "../../src/dashboard/api.ts";
import { stream } from "../../src/random.ts";
import { classes, photos } from "./fake-photos.ts";

/** Warm where it looks, and more so in the middle of it. */
export async function heatMap(seed: number, edge = 96): Promise<Buffer> {
  const random = stream(seed, "heat");
  const [x, y, wide] = [0.35 + 0.3 * random(), 0.35 + 0.3 * random(), 0.16 + 0.1 * random()];
  const pixels = new Uint8Array(edge * edge * 4);
  for (let at = 0; at < edge * edge; at++) {
    const [dx, dy] = [(at % edge) / edge - x, Math.floor(at / edge) / edge - y];
    const heat = Math.exp(-(dx * dx + dy * dy) / (2 * wide * wide));
    pixels.set([255, Math.round(225 * (1 - heat)), Math.round(80 * (1 - heat)), Math.round(235 * heat)], at * 4);
  }
  return sharp(pixels, { raw: { width: edge, height: edge, channels: 4 } })
    .png()
    .toBuffer();
}

/** A picture of one colour alone is unlike anything it has learnt. */
export async function answerTo(
  picture: Buffer,
): Promise<TryAnswer | { readonly code: string; readonly message: string; readonly fix: string }> {
  const stats = await sharp(picture)
    .stats()
    .catch(() => undefined);
  if (stats === undefined)
    return {
      code: "data/unreadable",
      message: '"-" is not a picture.',
      fix: "Take a JPEG, PNG, WebP, GIF, TIFF or AVIF.",
    };
  const flat = stats.channels.every(({ stdev }) => stdev < 8);
  const probabilities = [0.874, 0.081, 0.029, 0.011, 0.004, 0.001];
  const order = ["hat", ...classes.filter((name) => name !== "hat")];
  return {
    prediction: {
      path: "-",
      classes: order.map((name, k) => ({
        name,
        probability: flat ? [0.24, 0.21, 0.18, 0.15, 0.12, 0.1][k]! : probabilities[k]!,
      })),
      set: flat ? order.slice(0, 4) : order.slice(0, 2),
      distance: flat ? 3.1 : 0.94,
      rejected: flat,
    },
    heat: `data:image/png;base64,${(await heatMap(5)).toString("base64")}`,
    nearest: photos
      .filter(({ label, split }) => classes[label] === "hat" && split === "train")
      .slice(0, 5)
      .map(({ id, name, label }, at) => ({ id, name, class: classes[label]!, distance: 0.4 + at / 10 })),
  };
}

const tree: Readonly<Record<string, readonly (readonly [name: string, pictures: number])[]>> = {
  "/home/ada/photos": [
    ["birds", 2140],
    ["clothing", 311],
    ["scans", 0],
    ["sign-language", 1820],
  ],
  "/home/ada/photos/clothing": [
    ["dress", 52],
    ["hat", 51],
    ["outwear", 50],
    ["pants", 53],
    ["shoes", 54],
    ["t-shirt", 51],
  ],
};

export function folders(path: string | null): FolderList {
  if (path === null)
    return { path, parent: null, folders: [{ name: "photos", path: "/home/ada/photos", pictures: 4271 }] };
  const parent = path === "/home/ada/photos" ? null : path.replace(/\/[^/]+$/, "");
  const own = tree[path] ?? [];
  return { path, parent, folders: own.map(([name, pictures]) => ({ name, path: `${path}/${name}`, pictures })) };
}
