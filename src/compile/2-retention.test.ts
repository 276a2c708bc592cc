import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { difference } from "../../test/support/numbers.ts";
import { slopeError } from "../../test/support/slope.ts";
import { smallBatch, smallClasses, smallNetwork } from "../../test/support/small-network.ts";
import { build } from "../ir/graph.ts";
import { print } from "../ir/print.ts";
import { evaluate } from "../ir/reference.ts";
import { softmax } from "../metrics.ts";
import type { Compilable } from "./1-partition.ts";
import { targetsOf } from "./2-loss.ts";
import { readBy, type Retention } from "./2-retention.ts";
import { compileComparison, compileTraining, compileTrunk } from "./program.ts";

const sourceClasses = 6;
const learns = new Set(["left.kernel", "left.gamma", "right.beta", "head.weight", "head.bias"]);

/** The small network with averages behind its mixed block, `mixed.pooled`. */
function network(): Compilable {
  const small = smallNetwork();
  const g = build(small.graph);
  const mixed = small.boundaries[2]!.value;
  const sums = g.reshape(g.sum(mixed, { axes: [2, 3] }), { shape: [smallBatch, 5] });
  const value = g.divide(sums, g.constant({ values: [9], shape: [1, 1] }));
  return { ...small, depths: [{ name: "mixed.pooled", value }] };
}

const small = network();
const cut = { boundary: small.boundaries[1]!, dtype: "float32" } as const;
const blocks = ["mixed.pooled", "pooled"];
const [lwf, ldifs, rehearsal]: readonly [Retention, Retention, Retention] = [
  { method: "lwf", strength: 0.7, temperature: 2, classes: sourceClasses },
  { method: "ldifs", strength: 0.7, blocks },
  { method: "rehearsal", classes: sourceClasses },
];

function givenTo(retention: Retention): Record<string, Float64Array> {
  const program = compileTraining(small, cut, learns, { retention });
  const sourceTargets = new Float64Array(smallBatch * sourceClasses);
  sourceTargets[sourceClasses + 4] = 0.5;
  sourceTargets[2 * sourceClasses + 1] = 0.5;
  const given = givenFor(program.graph);
  const activations = evaluate(compileTrunk(small, [cut]), givenFor(small.graph)).stem!;
  return { ...given, activations, targets: targetsOf([0, 3, 1], smallClasses), sourceTargets };
}

/** What the term adds to the loss. */
function addedBy(retention: Retention, given: Record<string, Float64Array>): number {
  const [held, plain] = [{ retention }, {}].map((terms) => evaluate(compileTraining(small, cut, learns, terms), given));
  return held!.loss![0]! - plain!.loss![0]!;
}

/** Averages of the network as it is, and logits of the source classifier where it is given. */
function said(given: Record<string, Float64Array>) {
  return evaluate(compileComparison(small, cut, blocks, "source.weight" in given ? sourceClasses : undefined), given);
}

describe.each([lwf, ldifs, rehearsal])("the term of $method", (retention) => {
  test("has gradients which are the slopes", () => {
    const given = givenTo(retention);
    const program = compileTraining(small, cut, learns, { retention });
    for (const name of learns) expect(slopeError(program, given, name, 1e-5), name).toBeLessThan(1e-6);
  });

  test("moves what it reads and leaves the head's gradient alone", () => {
    const given = givenTo(retention);
    const [held, plain] = [{ retention }, {}].map((terms) =>
      evaluate(compileTraining(small, cut, learns, terms), given),
    );
    expect(difference(held!["gradient:left.kernel"]!, plain!["gradient:left.kernel"]!)).toBeGreaterThan(1e-3);
    expect(difference(held!["gradient:head.weight"]!, plain!["gradient:head.weight"]!)).toBeLessThan(1e-15);
  });

  test("leaves the outputs of a program as they are and in their order", () => {
    const [held, plain] = [{ retention }, {}].map((terms) => compileTraining(small, cut, learns, terms));
    expect(Object.keys(held!.outputs)).toEqual(Object.keys(plain!.outputs));
  });
});

test("without a term the program is the plain one, node by node", () => {
  const text = (terms: { retention?: undefined }) => print(compileTraining(small, cut, learns, terms));
  expect(text({ retention: undefined })).toBe(text({}));
});

describe("learning without forgetting", () => {
  const given = givenTo(lwf);
  const softened = (logits: ArrayLike<number>) =>
    softmax(
      Array.from(logits, (value) => value / 2),
      sourceClasses,
    );
  const now = softened(said(given).source!);

  test("is the cross-entropy of softened answers, by the formula", () => {
    const features = given["original:pooled"]!;
    const [weight, bias] = [given["source.weight"]!, given["source.bias"]!];
    const logits = Array.from({ length: smallBatch * sourceClasses }, (_, at) => {
      const [row, c] = [Math.floor(at / sourceClasses), at % sourceClasses];
      return [0, 1, 2, 3, 4].reduce((sum, i) => sum + features[row * 5 + i]! * weight[c * 5 + i]!, bias[c]!);
    });
    const then = softened(logits);
    const expected = then.reduce((total, p, i) => total - p * Math.log(now[i]!), 0) / smallBatch;
    expect(addedBy(lwf, given)).toBeCloseTo(0.7 * expected, 10);
  });

  test("is least where nothing has been forgotten: there its gradient is zero", () => {
    const same = { ...given, "original:pooled": Float64Array.from(said(given).pooled!) };
    const [held, plain] = [{ retention: lwf }, {}].map((terms) =>
      evaluate(compileTraining(small, cut, learns, terms), same),
    );
    for (const name of learns)
      expect(difference(held![`gradient:${name}`]!, plain![`gradient:${name}`]!), name).toBeLessThan(1e-12);
  });
});

describe("distance of averages", () => {
  const given = givenTo(ldifs);

  test("is the mean over blocks and images of what each has moved, as a share of its size", () => {
    const averages = said(given);
    const shares = blocks.flatMap((name) => {
      const [now, then] = [averages[name]!, given[`original:${name}`]!];
      return [0, 1, 2].map((row) => {
        const places = [0, 1, 2, 3, 4].map((i) => row * 5 + i);
        const away = places.reduce((sum, at) => sum + (now[at]! - then[at]!) ** 2, 0);
        return away / places.reduce((sum, at) => sum + then[at]! ** 2, 0);
      });
    });
    const mean = shares.reduce((total, share) => total + share, 0) / shares.length;
    expect(addedBy(ldifs, given)).toBeCloseTo(0.7 * mean, 10);
  });

  test("is nothing where nothing has moved, even where the averages were zero", () => {
    const averages = said(given);
    const same = Object.fromEntries(blocks.map((name) => [`original:${name}`, Float64Array.from(averages[name]!)]));
    expect(addedBy(ldifs, { ...given, ...same })).toBeCloseTo(0, 12);
    const none = Object.fromEntries(blocks.map((name) => [`original:${name}`, new Float64Array(15)]));
    expect(addedBy(ldifs, { ...given, ...none })).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

test("rehearsal is the cross-entropy of the rows that have a target, and of no other", () => {
  const given = givenTo(rehearsal);
  const probabilities = softmax(said(given).source!, sourceClasses);
  const expected =
    -0.5 * Math.log(probabilities[sourceClasses + 4]!) - 0.5 * Math.log(probabilities[2 * sourceClasses + 1]!);
  expect(addedBy(rehearsal, given)).toBeCloseTo(expected, 10);
});

test("a name that the network does not have is an error of ours", () => {
  const retention: Retention = { method: "ldifs", strength: 1, blocks: ["elsewhere"] };
  expect(readBy(retention)).toEqual(["elsewhere"]);
  expect(() => compileTraining(small, cut, learns, { retention })).toThrow(
    'internal: the network has no averages "elsewhere"',
  );
});
