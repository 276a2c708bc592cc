// Pictures that a test draws itself, so that it knows what they show: one motif for each class, in colours, places, angles
// and noise of chance. The same seed draws the same files, and no two pictures of a folder are alike.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type Stream, stream } from "../../src/random.ts";

export type Motif = "checks" | "crosses" | "discs" | "stripes";

export interface DrawnPhotos {
  /** Holds one folder of pictures for each class. */
  readonly folder: string;
  readonly classes: readonly Motif[];
  /** Pictures of each class. */
  readonly each: number;
  /** Height and width in pixels. */
  readonly size: number;
  readonly seed: number;
  /** Largest deviation of a channel from its colour, of 255; 20 unless given. */
  readonly noise?: number;
}

/** Whether a motif covers the point (x, y), both from -1 to 1. */
type Covers = (x: number, y: number) => boolean;

const motifs: { readonly [K in Motif]: (random: Stream) => Covers } = {
  checks(random) {
    const [cells, shift] = [between(random, 2, 4), random()];
    return (x, y) => (Math.floor(x * cells + shift) + Math.floor(y * cells + shift)) % 2 === 0;
  },
  crosses(random) {
    const [arm, thickness] = [between(random, 0.5, 0.9), between(random, 0.1, 0.25)];
    return (x, y) => Math.min(Math.abs(x), Math.abs(y)) < thickness && Math.max(Math.abs(x), Math.abs(y)) < arm;
  },
  discs(random) {
    const radius = between(random, 0.4, 0.8);
    return (x, y) => x * x + y * y < radius * radius;
  },
  stripes(random) {
    const [count, shift] = [between(random, 2, 5), random()];
    return (x) => Math.floor(x * count + shift) % 2 === 0;
  },
};

/** Draws a folder of class folders and returns its path. */
export async function drawPhotos({ folder, classes, each, size, seed, noise = 20 }: DrawnPhotos): Promise<string> {
  for (const motif of classes) {
    await mkdir(join(folder, motif), { recursive: true });
    for (let number = 0; number < each; number++)
      await drawPhoto(join(folder, motif, `${number}.png`), motif, size, stream(seed, `${motif}:${number}`), noise);
  }
  return folder;
}

/** The same with `train`, `validation` and `test` folders, each with pictures of its own. */
export async function drawSplitPhotos({
  folder,
  each,
  seed,
  ...photos
}: Omit<DrawnPhotos, "each"> & {
  readonly each: { readonly train: number; readonly validation: number; readonly test: number };
}): Promise<string> {
  for (const [i, side] of (["train", "validation", "test"] as const).entries())
    await drawPhotos({ ...photos, folder: join(folder, side), each: each[side], seed: seed * 3 + i });
  return folder;
}

async function drawPhoto(path: string, motif: Motif, size: number, random: Stream, noise: number): Promise<void> {
  const covers = motifs[motif](random);
  const [paper, ink] = [colour(random, 150), colour(random, 10)];
  const angle = between(random, 0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top] = [between(random, -0.2, 0.2), between(random, -0.2, 0.2)];
  const pixels = new Uint8Array(size * size * 3);
  for (let at = 0; at < size * size; at++) {
    const x = ((at % size) / size) * 2 - 1 - left;
    const y = (Math.floor(at / size) / size) * 2 - 1 - top;
    const base = covers(cos * x + sin * y, cos * y - sin * x) ? ink : paper;
    for (let c = 0; c < 3; c++)
      pixels[at * 3 + c] = Math.min(255, Math.max(0, base[c]! + between(random, -noise, noise)));
  }
  await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
}

/** Channels from `least` to `least` + 90. */
function colour(random: Stream, least: number): readonly [number, number, number] {
  return [between(random, least, least + 90), between(random, least, least + 90), between(random, least, least + 90)];
}

function between(random: Stream, low: number, high: number): number {
  return low + (high - low) * random();
}
