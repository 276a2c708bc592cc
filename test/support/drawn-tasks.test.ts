import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { auditDataset } from "../../src/index.ts";
import { type DrawnTask, drawTask, randomTask, shapesTask, texturesTask } from "./drawn-tasks.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

/** SHA-256 of every picture, by its path in the folder. */
function hashesIn(task: string): ReadonlyMap<string, string> {
  const paths = readdirSync(task, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".png"));
  const hashOf = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(task, path)))
      .digest("hex");
  return new Map(paths.sort().map((path) => [path, hashOf(path)]));
}

let drawn = 0;
function draw(task: DrawnTask, testPictures = 2): Promise<string> {
  return drawTask(task, { folder: join(folder, String(drawn++)), test: testPictures });
}

describe.each([
  ["textures", texturesTask],
  ["shapes", shapesTask],
  ["a task of chance", (_: number, seed: number) => randomTask(seed)],
] as const)("%s", (_, taskOf) => {
  let first: ReadonlyMap<string, string>;
  beforeAll(async () => {
    first = hashesIn(await draw(taskOf(3, 5)));
  });

  test("are the same files for the same seed", async () => {
    expect(hashesIn(await draw(taskOf(3, 5)))).toEqual(first);
  });

  test("are no file twice, on one side or on both", () => {
    expect(new Set(first.values()).size).toBe(first.size);
  });

  test("share no file with those of another seed", async () => {
    const others = new Set(hashesIn(await draw(taskOf(3, 9))).values());
    expect([...first.values()].filter((hash) => others.has(hash))).toEqual([]);
  });

  test("have as many pictures as they say", () => {
    const counted = taskOf(3, 5).classes.flatMap(({ name, train }) => [
      [join("train", name), train],
      [join("test", name), 2],
    ]);
    const inFolder = (path: string) => [...first.keys()].filter((one) => one.startsWith(join(path, "/"))).length;
    expect(counted.map(([path]) => [path, inFolder(String(path))])).toEqual(counted);
  });
});

describe("twenty tasks of chance", () => {
  const tasks = Array.from({ length: 20 }, (_, seed) => randomTask(seed));
  const sizes = tasks.map(({ classes }) => classes.map(({ train }) => train));

  test("have 2 to 5 classes of 8 to 30 pictures", () => {
    expect(new Set(sizes.map((counts) => counts.length))).toEqual(new Set([2, 3, 4, 5]));
    expect(sizes.flat().filter((count) => count < 8 || count > 30)).toEqual([]);
    expect(tasks.filter(({ classes }) => new Set(classes.map(({ name }) => name)).size < classes.length)).toEqual([]);
  });

  test("are of every kind, some balanced and some not", () => {
    expect(new Set(tasks.map(({ kind }) => kind)).size).toBe(4);
    const unequal = sizes.filter((counts) => new Set(counts).size > 1).length;
    expect(unequal).toBeGreaterThan(4);
    expect(unequal).toBeLessThan(16);
  });

  // one of each kind, and of large classes a part: looking at pictures takes longer than drawing them
  test.each([0, 1, 2, 3])("task %i has no copies, and nothing that a run would leave out", async (seed) => {
    const task = randomTask(seed);
    const classes = task.classes.map(({ name, train }) => ({ name, train: Math.min(train, 10) }));
    const { skipped, findings } = await auditDataset({ data: await draw({ ...task, classes }) }).result;
    expect(skipped).toEqual([]);
    const copies = findings.filter(({ kind, severity }) => severity === "serious" || kind.includes("duplicate"));
    expect(copies).toEqual([]);
  });
});
