// The tasks on which strategies are compared: parts of folders of photos, and tasks that are drawn. Each is laid out as train/
// and test/ folders; what is held back for validation is taken from train/ by the run itself. The test side is never learnt
// from, and a smaller training side is part of every larger one.

import { copyFile, mkdir, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { shuffled, stream } from "../src/random.ts";
import { drawTask, shapesTask, texturesTask } from "../test/support/drawn-tasks.ts";

export interface Task {
  readonly name: string;
  /** Fills an empty folder with train/ and test/. */
  readonly layOut: (folder: string) => Promise<unknown>;
}

/** Pictures to learn from in each class. */
export type TaskSize = number | "all";

export interface Sides {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

const sizes: readonly TaskSize[] = [5, 20, 80, "all"];
/** Pictures of each class on the test side, where there are enough. */
const mostTested = 30;
/** With fewer the accuracy says too little. */
const leastTested = 10;
const drawnTested = 40;

/** Parts of a folder of class folders, by size; those that one of its classes is too small for are left out. */
export async function sourceTasks(source: string, seed: number): Promise<readonly Task[]> {
  const classes = await picturesOf(source, seed);
  return sizes.flatMap((size) => {
    const divided = [...classes].map(([name, pictures]) => [name, divide(pictures, size)] as const);
    if (divided.some(([, sides]) => sides === null)) return [];
    const layOut = async (folder: string) => {
      for (const [name, sides] of divided)
        for (const side of ["train", "test"] as const) await copyAll(sides![side], join(folder, side, name));
    };
    return [{ name: `${basename(resolve(source))}-${size}`, layOut }];
  });
}

/** Textures for which the network has to learn and shapes for which a head is enough, each in two sizes. */
export function drawnTasks(seed: number): readonly Task[] {
  const task = (kind: "textures" | "shapes", size: number): Task => ({
    name: `${kind}-${size}`,
    layOut: (folder) => {
      const drawn = kind === "textures" ? texturesTask(size, seed) : shapesTask(size, seed);
      return drawTask(drawn, { folder, test: drawnTested });
    },
  });
  return [task("textures", 20), task("textures", 80), task("shapes", 5), task("shapes", 20)];
}

/**
 * The sides of one class: the test side from the beginning of the list, the training side from its end.
 *
 * "all" is what a test side of 30 pictures, or of a third of the class, leaves over. A number is that many; then the test
 * side may be smaller than 30, but not smaller than 10, or than a third of the class.
 *
 * @returns null where the class is too small
 */
export function divide(pictures: readonly string[], size: TaskSize): Sides | null {
  const third = Math.floor(pictures.length / 3);
  const train = size === "all" ? pictures.length - Math.min(mostTested, third) : size;
  const test = Math.min(mostTested, pictures.length - train);
  if (test < Math.max(1, Math.min(leastTested, third))) return null;
  return { train: pictures.slice(pictures.length - train), test: pictures.slice(0, test) };
}

/** Paths of the pictures of each class, in an order of chance that is the same for the same names. */
async function picturesOf(source: string, seed: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const folders = (await readdir(source, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const classes = new Map<string, readonly string[]>();
  for (const { name } of folders.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const files = (await readdir(join(source, name))).filter((file) => !file.startsWith(".")).sort();
    const order = shuffled(files.length, stream(seed, `test side of ${name}`));
    classes.set(
      name,
      [...order].map((at) => join(source, name, files[at]!)),
    );
  }
  return classes;
}

async function copyAll(paths: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const path of paths) await copyFile(path, join(folder, basename(path)));
}
