import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Split, type SplitImage, splitDataset } from "./split.ts";

/** Images of some classes with some copies, in one class or in two. Hashes are random, as those of contents are. */
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const image = fc.record({ hash, label: fc.nat(4) });
const images = fc
  .tuple(fc.array(image, { minLength: 1, maxLength: 60 }), fc.array(fc.tuple(fc.nat(), fc.nat(4)), { maxLength: 6 }))
  .map(([own, copies]) => [...own, ...copies.map(([i, label]) => ({ hash: own[i % own.length]!.hash, label }))]);
const shares = fc.constantFrom(
  { validation: 0.2 },
  { validation: 0.2, test: 0.1 },
  { validation: 0, test: 0.3 },
  { validation: 0.5 },
);
const options = fc.tuple(shares, fc.nat()).map(([share, seed]) => ({ ...share, seed }));

const sideOf = (split: Split, i: number) =>
  split.train.includes(i)
    ? "train"
    : split.validation.includes(i)
      ? "validation"
      : split.test.includes(i)
        ? "test"
        : "";

/** Side of each content; fails if copies of one content lie on two sides. */
function sides(all: readonly SplitImage[], split: Split): Map<string, string> {
  const found = new Map<string, string>();
  for (const [i, { hash: content }] of all.entries()) {
    expect(found.get(content) ?? sideOf(split, i)).toBe(sideOf(split, i));
    found.set(content, sideOf(split, i));
  }
  return found;
}

const forcedOf = (all: readonly SplitImage[], split: Split) => new Set(split.forced.map((i) => all[i]!.hash));

describe("a split", () => {
  test("puts every image on exactly one side, and copies on the same", () => {
    fc.assert(
      fc.property(images, options, (all, option) => {
        const split = splitDataset(all, option);
        expect([...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)).toEqual([...all.keys()]);
        sides(all, split);
      }),
    );
  });

  test("gives each class something to learn from, and to check on as far as it has pictures of its own", () => {
    fc.assert(
      fc.property(images, options, (all, option) => {
        const side = sides(all, splitDataset(all, option));
        const labels = new Map<string, Set<number>>();
        for (const { hash: content, label } of all)
          labels.set(content, new Set([...(labels.get(content) ?? []), label]));
        for (const label of new Set(all.map((one) => one.label))) {
          const contents = [...labels].filter(([, own]) => own.has(label));
          const own = contents.filter(([, classes]) => classes.size === 1).length;
          const has = new Set(contents.map(([content]) => side.get(content)));
          expect(has).toContain("train");
          if (own >= 2 && option.validation > 0) expect(has).toContain("validation");
          if (own >= 3 && (option.test ?? 0) > 0) expect(has).toContain("test");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("puts a picture where the user has said since, and others where they were but for those that are forced", () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.constantFrom("train" as const, "validation" as const)));
    fc.assert(
      fc.property(images, options, moves, (all, option, said) => {
        const moved = new Map(said.map(([i, side]) => [i % all.length, side]));
        const told = all.map((one, i) => (moved.has(i) ? { ...one, moved: moved.get(i)! } : one));
        const [before, after] = [splitDataset(all, option), splitDataset(told, option)];
        const forced = new Set([...before.forced, ...after.forced]);
        for (const i of all.keys()) {
          if (moved.has(i)) expect(sideOf(after, i)).toBe(moved.get(i));
          else if (!forced.has(i)) expect(sideOf(after, i)).toBe(sideOf(before, i));
        }
        expect(after.forced.some((i) => moved.has(i))).toBe(false);
      }),
    );
  });

  test("moves a single picture out of its group, and out of the side that its folder states", () => {
    const stated = [
      { hash: "a", label: 0, split: "train", group: "g" },
      { hash: "b", label: 0, split: "test", group: "g", moved: "train" },
      { hash: "c", label: 0, split: "validation" },
    ] as const;
    const split = splitDataset(stated, { validation: 0.2, seed: 0 });
    expect([split.train, split.validation, split.test]).toEqual([[0, 1], [2], []]);
  });

  test("depends on contents and classes only, not on names, places or order", () => {
    fc.assert(
      fc.property(images, options, fc.nat(), (all, option, turn) => {
        const at = turn % all.length;
        const turned = [...all.slice(at), ...all.slice(0, at)].map((one, i) => ({ ...one, path: `/elsewhere/${i}` }));
        expect(sides(turned, splitDataset(turned, option))).toEqual(sides(all, splitDataset(all, option)));
      }),
    );
  });

  test("moves no image when others come, except those that are forced before or after", () => {
    fc.assert(
      fc.property(images, images, options, (all, more, option) => {
        const grown = [...all, ...more];
        const [before, after] = [splitDataset(all, option), splitDataset(grown, option)];
        const [old, now] = [sides(all, before), sides(grown, after)];
        const forced = new Set([...forcedOf(all, before), ...forcedOf(grown, after)]);
        for (const [content, side] of old) if (!forced.has(content)) expect(now.get(content)).toBe(side);
      }),
    );
  });

  test("forces at most one content for each class and side", () => {
    fc.assert(
      fc.property(images, options, (all, option) => {
        const classes = new Set(all.map(({ label }) => label)).size;
        expect(forcedOf(all, splitDataset(all, option)).size).toBeLessThanOrEqual(3 * classes);
      }),
    );
  });

  test("of classes with enough pictures forces nothing, so that 10 % more move nothing at all", () => {
    const grown = drawn(1100, 4);
    const old = grown.slice(0, 1000);
    const option = { validation: 0.2, test: 0.1, seed: 5 };
    const [before, after] = [splitDataset(old, option), splitDataset(grown, option)];
    expect([before.forced, after.forced]).toEqual([[], []]);
    for (const i of old.keys()) expect(sideOf(after, i)).toBe(sideOf(before, i));
    expect(before.validation.length / 1000).toBeCloseTo(0.2, 1);
    expect(before.test.length / 1000).toBeCloseTo(0.1, 1);
  });

  test("is another with another seed", () => {
    const all = drawn(200, 2);
    expect(splitDataset(all, { validation: 0.2, seed: 1 })).not.toEqual(
      splitDataset(all, { validation: 0.2, seed: 2 }),
    );
  });

  test("of two pictures per class has one on each side", () => {
    const { train, validation, test: held } = splitDataset(drawn(20, 10), { validation: 0.2, test: 0.1, seed: 1 });
    expect([train.length, validation.length, held.length]).toEqual([10, 10, 0]);
  });
});

describe("groups", () => {
  const grouped = fc
    .tuple(images, fc.array(fc.option(fc.nat(6).map(String), { nil: undefined }), { minLength: 120, maxLength: 120 }))
    .map(([all, groups]) =>
      all.map((one, i): SplitImage => (groups[i] === undefined ? one : { ...one, group: groups[i] })),
    );

  test("stay on one side, and each class has something to learn from", () => {
    fc.assert(
      fc.property(grouped, options, (all, option) => {
        const split = splitDataset(all, option);
        const side = new Map<string, string>();
        for (const [i, { group }] of all.entries()) {
          if (group === undefined) continue;
          expect(side.get(group) ?? sideOf(split, i)).toBe(sideOf(split, i));
          side.set(group, sideOf(split, i));
        }
        for (const label of new Set(all.map((one) => one.label)))
          expect(split.train.some((i) => all[i]!.label === label)).toBe(true);
      }),
    );
  });

  test("do not move when other images and groups come, unless they are forced before or after", () => {
    fc.assert(
      fc.property(grouped, grouped, options, (all, more, option) => {
        const grown = [
          ...all,
          ...more.map((one) => (one.group === undefined ? one : { ...one, group: `new ${one.group}` })),
        ];
        const [before, after] = [splitDataset(all, option), splitDataset(grown, option)];
        const names = (split: Split, of: readonly SplitImage[]) => split.forced.map((i) => of[i]!.group ?? of[i]!.hash);
        const forced = new Set([...names(before, all), ...names(after, grown)]);
        for (const [i, one] of all.entries())
          if (!forced.has(one.group ?? one.hash)) expect(sideOf(after, i)).toBe(sideOf(before, i));
      }),
    );
  });
});

describe("splits which the folders state", () => {
  const stated = (sidesOf: readonly ("train" | "validation" | "test")[]) =>
    drawn(120, 3).map((one, i) => ({ ...one, split: sidesOf[i % sidesOf.length]! }));

  test("are final", () => {
    const all = stated(["train", "validation", "train", "test", "train"]);
    const split = splitDataset(all, { validation: 0.5, test: 0.4, seed: 1 });
    for (const [i, { split: side }] of all.entries()) expect(sideOf(split, i)).toBe(side);
    expect(split.forced).toEqual([]);
  });

  test("without validation have it cut from train, and nothing from test", () => {
    const all = stated(["train", "train", "test"]);
    const split = splitDataset(all, { validation: 0.3, test: 0.3, seed: 1 });
    expect(split.test).toEqual([...all.keys()].filter((i) => all[i]!.split === "test"));
    expect(split.validation.length).toBeGreaterThan(10);
    expect(split.train.length).toBeGreaterThan(40);
  });
});

test("shares that leave nothing to learn from are a bug of ours", () => {
  expect(() => splitDataset([], { validation: 0.6, test: 0.4, seed: 1 })).toThrow("internal");
  expect(() => splitDataset([], { validation: Number.NaN, seed: 1 })).toThrow("internal");
});

function drawn(count: number, classes: number): SplitImage[] {
  return Array.from({ length: count }, (_, i) => ({ hash: `content ${i}`, label: i % classes }));
}
