import { describe, expect, test } from "vitest";
import { difference, uniform } from "../../test/support/numbers.ts";
import { compileComparison } from "../compile/program.ts";
import { inceptionInput } from "../input-format.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { networkParameters } from "../models/parameters.ts";
import { stream } from "../random.ts";
import { openProgram } from "../runtime/session.ts";
import type { RunConfig } from "./config.ts";
import type { Feed } from "./feed.ts";
import { besideOriginal, openOriginal, rehearsing } from "./held-feed.ts";
import { buildNetwork, cutAt } from "./plan.ts";
import type { RunImage } from "./views.ts";

function image(label: number, name: string): RunImage {
  return { locator: { kind: "file", path: name }, name, label, hash: name };
}
const own = [0, 1, 1, 0].map((label, i) => image(label, `own-${i}`));
const source = [4, 2, 3].map((label, i) => image(label, `source-${i}`));

/** Two numbers for each image: the length of its name and its label. */
const plain: Feed = {
  learning: async (images) => ({
    feeds: { activations: Float32Array.from(images.flatMap(({ name, label }) => [name.length, label])) },
    ownShare: 1,
  }),
  judging: async () => ({}),
};
const place = { epoch: 2, step: 3 };

describe("rehearsal", () => {
  const feed = (seed: number, each = 0.5) => rehearsing(plain, { images: source, each, classes: 5, seed, feed: plain });

  test("puts pictures of the source behind a batch, and says what they show in rows of their own", async () => {
    const { feeds, besides } = await feed(1).learning(own, place);
    expect(besides).toBe(2);
    const rows = feeds.activations as Float32Array;
    expect([...rows.subarray(0, 8)]).toEqual([5, 0, 5, 1, 5, 1, 5, 0]);
    expect([rows[8], rows[10]]).toEqual([8, 8]);
    const targets = feeds.sourceTargets as Float32Array;
    expect([...targets.subarray(0, 20)].every((target) => target === 0)).toBe(true);
    expect([targets[20 + rows[9]!], targets[25 + rows[11]!]]).toEqual([0.5, 0.5]);
    expect(targets.reduce((total, target) => total + target, 0)).toBe(1);
  });

  test("has at least one of them in the smallest batch", async () => {
    expect((await feed(1, 0.1).learning(own.slice(0, 1), place)).besides).toBe(1);
  });

  test("draws under seed, epoch and step, so that a resumed run draws the same", async () => {
    const drawn = async (seed: number, step: number) => [
      ...((await feed(seed, 4).learning(own, { ...place, step })).feeds.sourceTargets as Float32Array),
    ];
    expect(await drawn(1, 3)).toEqual(await drawn(1, 3));
    expect(await drawn(1, 3)).not.toEqual(await drawn(1, 4));
    expect(await drawn(1, 3)).not.toEqual(await drawn(2, 3));
  });
});

test("beside pixels stands what the original network makes of the very same pixels", async () => {
  const pixels: Feed = {
    ...plain,
    learning: async () => ({ feeds: { image: Uint8Array.of(1, 2, 3, 4) }, ownShare: 0.7 }),
  };
  const original = {
    averages: async (image: ArrayLike<number>, count: number) => ({
      "original:pooled": Float32Array.of(image[3]!, count),
    }),
    close: async () => {},
  };
  const { feeds, ownShare } = await besideOriginal(pixels, original).learning(own, place);
  expect(ownShare).toBe(0.7);
  expect([...(feeds["original:pooled"] as Float32Array)]).toEqual([4, 4]);
});

test("the original network says of a few pixels what its program for many says of each", async () => {
  const head = { classes: 2, hidden: [], dropout: 0 };
  const network = { width: 1 / 32, format: { ...inceptionInput, size: 75 }, head };
  const drawn = initialParameters(networkParameters(network.width, head), 1);
  const parameters = new Map([...drawn].map(([name, { values }]) => [name, values]));
  const config = { batchSize: 3, threads: 1, cachePrecision: "float16" } as RunConfig;
  const names = ["features.20.pooled", "pooled"];
  const original = await openOriginal({ config, network }, parameters, ["features.20"], names);
  const pixels = Uint8Array.from(uniform(stream(1, "pixels"), 2 * 75 * 75 * 3, 0, 256));
  const both = await original.averages(pixels, 2);
  const alone = await original.averages(pixels.subarray(75 * 75 * 3), 1);
  await original.close();

  const built = buildNetwork(network, {
    batch: 2,
    learning: false,
    batchStatistics: new Set(),
    depths: ["features.20"],
  });
  const program = compileComparison(built, cutAt(built, "image", "float32"), names, undefined);
  const session = await openProgram(program, { constants: parameters, threads: 1 });
  const expected = await session.run({ image: pixels });
  await session.release();
  for (const name of names) {
    const rows = both[`original:${name}`] as Float32Array;
    expect(difference(rows, expected[name] as Float32Array), name).toBeLessThan(1e-5);
    expect(alone[`original:${name}`], name).toEqual(rows.subarray(rows.length / 2));
  }
});
