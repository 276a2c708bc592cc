import { readdirSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { assert, constantFrom, integer, property } from "fast-check";
import { drawPhotos } from "../test/support/drawn-photos.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { divide, sourceTasks } from "./strategy-tasks.ts";

const listOf = (length: number) => Array.from({ length }, (_, i) => String(i));

describe("the sides of a class", () => {
  const sizes = constantFrom(5, 20, 80, "all" as const);

  test("have no picture in common, and a test side of 10 to 30 or of a third", () => {
    assert(
      property(integer({ min: 0, max: 200 }), sizes, (count, size) => {
        const sides = divide(listOf(count), size);
        if (sides === null) return;
        const [train, tested] = [sides.train.length, sides.test.length];
        expect(new Set([...sides.train, ...sides.test]).size).toBe(train + tested);
        expect(train).toBe(size === "all" ? count - tested : size);
        expect(tested).toBeLessThanOrEqual(30);
        expect(tested).toBeGreaterThanOrEqual(Math.min(10, Math.floor(count / 3)));
      }),
    );
  });

  test("grow: who learns from few pictures, learns from a part of those of whoever learns from more", () => {
    const [few, more, most] = ([5, 20, 80] as const).map((size) => divide(listOf(150), size)!);
    expect(most!.train).toEqual(expect.arrayContaining([...more!.train]));
    expect(more!.train).toEqual(expect.arrayContaining([...few!.train]));
    expect([few, more, most].map((sides) => sides!.test)).toEqual(Array(3).fill(few!.test));
  });

  test.each([
    { pictures: 90, size: 80, train: 80, tested: 10 },
    { pictures: 90, size: "all", train: 60, tested: 30 },
    { pictures: 10, size: 5, train: 5, tested: 5 },
    { pictures: 10, size: "all", train: 7, tested: 3 },
  ] as const)("$size of $pictures are $train and $tested", ({ pictures, size, train, tested }) => {
    const sides = divide(listOf(pictures), size);
    expect([sides?.train.length, sides?.test.length]).toEqual([train, tested]);
  });

  test.each([
    [89, 80],
    [20, 20],
    [2, "all"],
  ] as const)("are not there for %i pictures at size %s", (pictures, size) => {
    expect(divide(listOf(pictures), size)).toBeNull();
  });
});

describe("the tasks of a folder", () => {
  const folder = temporaryFolder();
  let source = "";
  beforeAll(async () => {
    source = await drawPhotos({
      folder: join(folder, "motifs"),
      classes: ["discs", "stripes"],
      each: 18,
      size: 8,
      seed: 1,
    });
  });

  async function laidOut(task: string, seed: number): Promise<readonly string[]> {
    const place = join(folder, `${task}-${seed}`);
    await rm(place, { recursive: true, force: true });
    await mkdir(place);
    await (await sourceTasks(source, seed)).find(({ name }) => name === task)!.layOut(place);
    return readdirSync(place, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".png"));
  }

  test("are those that its classes are large enough for", async () => {
    expect((await sourceTasks(source, 0)).map(({ name }) => name)).toEqual(["motifs-5", "motifs-all"]);
    const smaller = join(folder, "smaller");
    await cp(source, smaller, { recursive: true });
    for (let number = 4; number < 18; number++) await rm(join(smaller, "discs", `${number}.png`));
    expect((await sourceTasks(smaller, 0)).map(({ name }) => name)).toEqual(["smaller-all"]);
  });

  test("are train and test folders of all classes", async () => {
    const paths = await laidOut("motifs-5", 0);
    const countIn = (...parts: readonly string[]) =>
      paths.filter((path) => path.startsWith(join(...parts, "/"))).length;
    for (const name of ["discs", "stripes"]) expect([countIn("train", name), countIn("test", name)]).toEqual([5, 13]);
  });

  test("are the same for the same seed and others for another", async () => {
    const first = await laidOut("motifs-all", 0);
    expect(await laidOut("motifs-all", 0)).toEqual(first);
    expect(await laidOut("motifs-all", 1)).not.toEqual(first);
  });
});
