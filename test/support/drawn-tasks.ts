// Tasks that a test draws itself, as train/ and test/ folders of class folders: faint textures, for which the network has to
// learn, large shapes, for which a head is enough, and small tasks of every kind by chance. The same seed draws the same
// files; no picture is on both sides.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { shuffled, type Stream, stream } from "../../src/random.ts";
import { arrangementPainters } from "./drawn-arrangements.ts";
import { blotPainters } from "./drawn-blots.ts";
import { between, type Painter, side, wholeBetween } from "./drawn-canvas.ts";
import { shapePainters } from "./drawn-shapes.ts";
import { texturePainters } from "./drawn-textures.ts";

const kinds = {
  shapes: shapePainters,
  textures: texturePainters,
  colours: blotPainters,
  scenes: arrangementPainters,
} satisfies Readonly<Record<string, Readonly<Record<string, Painter>>>>;

export type TaskKind = keyof typeof kinds;

export interface DrawnTask {
  readonly kind: TaskKind;
  readonly seed: number;
  /** Largest deviation of a channel from its colour, of 255. */
  readonly noise: number;
  /** Pictures to learn from. */
  readonly classes: readonly { readonly name: string; readonly train: number }[];
}

export interface TaskPlace {
  /** Becomes the folder of train/ and test/. */
  readonly folder: string;
  /** Pictures of each class that are not learnt from; 0 for no test side. */
  readonly test: number;
}

/** Three pairs of textures that frozen features hardly tell apart, with so many pictures of each to learn from. */
export function texturesTask(train: number, seed: number): DrawnTask {
  return balancedTask("textures", train, seed);
}

/** Five large shapes that frozen features do tell apart. */
export function shapesTask(train: number, seed: number): DrawnTask {
  return balancedTask("shapes", train, seed);
}

/**
 * A small task of chance: 2 to 5 classes of 8 to 30 pictures, in about every other task of unequal size, with little or much
 * noise. Kinds take turns with the seed, so that any four seeds in a row have them all.
 */
export function randomTask(seed: number): DrawnTask {
  const random = stream(seed, "task");
  const names = Object.keys(kinds) as TaskKind[];
  const kind = names[seed % names.length]!;
  const all = Object.keys(kinds[kind]);
  const chosen = [...shuffled(all.length, random)].slice(0, wholeBetween(random, 2, 5)).map((at) => all[at]!);
  const [noise, balanced, same] = [between(random, 0, 25), random() < 0.5, pictures(random)];
  return { kind, seed, noise, classes: chosen.map((name) => ({ name, train: balanced ? same : pictures(random) })) };
}

/** Draws the task and returns its folder. */
export async function drawTask(
  { kind, seed, noise, classes }: DrawnTask,
  { folder, test }: TaskPlace,
): Promise<string> {
  const painters: Readonly<Record<string, Painter>> = kinds[kind];
  for (const { name, train } of classes)
    for (const [part, count] of Object.entries({ train, test })) {
      if (count === 0) continue;
      await mkdir(join(folder, part, name), { recursive: true });
      for (let number = 0; number < count; number++) {
        const pixels = painters[name]!(stream(seed, `${kind}:${part}:${name}:${number}`), noise);
        await writeFile(join(folder, part, name, `${number}.png`), await png(pixels));
      }
    }
  return folder;
}

function balancedTask(kind: TaskKind, train: number, seed: number): DrawnTask {
  return { kind, seed, noise: 10, classes: Object.keys(kinds[kind]).map((name) => ({ name, train })) };
}

function pictures(random: Stream): number {
  return wholeBetween(random, 8, 30);
}

function png(pixels: Uint8Array): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}
