import { describe, expect, test } from "vitest";
import { drawnRows, rowsOf } from "../../test/support/drawn-features.ts";
import { difference } from "../../test/support/numbers.ts";
import { shuffled, stream } from "../random.ts";
import { softmax } from "../metrics.ts";
import { balancedWeights } from "./features.ts";
import { fitHead, fitLogistic, type LogisticFit } from "./fit-head.ts";
import type { StrengthScore } from "./path.ts";
import { headLogits } from "./standardise.ts";

const data = drawnRows(120, 20, 3);
const { features, labels, classes, width } = data;
const fully = { threads: 1, tolerance: 1e-10 };
const probabilitiesOf = (head: LogisticFit, of = features) => softmax(headLogits(head, of), classes);
const strengthOfTest = 3;
const sequence = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("a head at one strength", () => {
  test("is the same whatever the order of the rows", async () => {
    const head = await fitLogistic(data, { ...fully, strength: 1 });
    const other = await fitLogistic(rowsOf(data, [...shuffled(120, stream(1, "order"))]), { ...fully, strength: 1 });
    expect(difference(other.weight, head.weight)).toBeLessThan(1e-7);
    expect(difference(other.bias, head.bias)).toBeLessThan(1e-7);
  });

  test("has its rows in the order of the classes", async () => {
    const head = await fitLogistic(data, { ...fully, strength: 1 });
    const other = await fitLogistic(
      { ...data, labels: Array.from(labels, (k) => (k + 1) % 3) },
      { ...fully, strength: 1 },
    );
    const turned = [...head.weight.subarray(2 * width), ...head.weight.subarray(0, 2 * width)];
    expect(difference(other.weight, turned)).toBeLessThan(1e-7);
  });

  test("counts a row of weight 2 as two rows", async () => {
    const twice = sequence(120).flatMap((row) => (row % 4 === 0 ? [row, row] : [row]));
    const rowWeights = sequence(120).map((row) => (row % 4 === 0 ? 2 : 1));
    // as they are: what standardises takes each row once, whatever it weighs, as scikit-learn does
    const settings = { ...fully, strength: 1, standardise: false };
    const head = await fitLogistic({ ...data, rowWeights }, settings);
    const other = await fitLogistic(rowsOf(data, twice), settings);
    expect(difference(other.weight, head.weight)).toBeLessThan(1e-7);
  });

  test("does as if rows of weight 0 were not there, in its standardisation too", async () => {
    const some = sequence(120).filter((row) => row % 4 !== 0);
    const rowWeights = sequence(120).map((row) => (row % 4 === 0 ? 0 : 1));
    const head = await fitLogistic({ ...data, rowWeights }, { ...fully, strength: 1 });
    const other = await fitLogistic(rowsOf(data, some), { ...fully, strength: 1 });
    expect(difference(other.weight, head.weight)).toBeLessThan(1e-7);
  });

  test("that standardises does not see in which units a feature is given", async () => {
    const scaled = features.map((x, at) => (at % width === 3 ? 1024 * x : x));
    const head = await fitLogistic(data, { ...fully, strength: 1 });
    const other = await fitLogistic({ ...data, features: scaled }, { ...fully, strength: 1 });
    expect(difference(probabilitiesOf(other, scaled), probabilitiesOf(head))).toBeLessThan(1e-7);
  });

  test("makes no use of a feature that is the same everywhere", async () => {
    const flat = features.map((x, at) => (at % width === 3 ? 0.3 : x));
    for (const standardise of [true, false]) {
      const { weight } = await fitLogistic({ ...data, features: flat }, { ...fully, strength: 1, standardise });
      for (let k = 0; k < classes; k++) expect(Math.abs(weight[k * width + 3]!)).toBeLessThan(1e-9);
    }
  });

  test("reaches its tolerance on the engine alone, where the problem is too large for float64", async () => {
    const large = drawnRows(1200, 1500, 10);
    const { ended, gradient, iterations } = await fitLogistic(large, { threads: 2, tolerance: 5e-6, strength: 100 });
    expect(ended).toBe("converged");
    expect(gradient).toBeLessThanOrEqual(5e-6);
    expect(iterations).toBeGreaterThan(5);
  });

  test("says so when it was given too few iterations", async () => {
    const { ended, iterations } = await fitLogistic(data, { ...fully, strength: 1e-3, iterations: 4 });
    expect([ended, iterations]).toEqual(["iterations", 4]);
  });

  test("with balanced weights leans to no class because it has more rows", async () => {
    const few = rowsOf(
      data,
      sequence(120).filter((row) => row % 3 !== 0 || row < 15),
    );
    const mean = (head: LogisticFit) => {
      const p = probabilitiesOf(head);
      return sequence(120).reduce((total, row) => total + p[row * classes]!, 0) / 120;
    };
    const settings = { ...fully, strength: 30 };
    const plain = await fitLogistic(few, settings);
    const balanced = await fitLogistic({ ...few, classWeights: balancedWeights(few.labels, classes) }, settings);
    expect(mean(balanced) - mean(plain)).toBeGreaterThan(0.05);
  });
});

describe("a head with the strength that cross-validation chooses", () => {
  test("each row is judged by the fit of the other folds alone, with their own standardisation", async () => {
    const head = await fitHead(data, { threads: 1, tolerance: 1e-6 });
    for (const fold of [0, 3]) {
      const others = rowsOf(
        data,
        sequence(120).filter((row) => head.folds[row] !== fold),
      );
      const alone = await fitLogistic(others, { ...fully, strength: head.strength });
      const expected = probabilitiesOf(alone);
      for (const row of sequence(120).filter((one) => head.folds[one] === fold)) {
        const part = (all: Float64Array) => all.subarray(row * classes, (row + 1) * classes);
        expect(difference(part(head.outOfFold), part(expected))).toBeLessThan(1e-4);
      }
    }
  });

  test("is the head of that strength on all rows", async () => {
    const head = await fitHead(data, fully);
    const alone = await fitLogistic(data, { ...fully, strength: head.strength });
    expect(difference(head.weight, alone.weight)).toBeLessThan(1e-6);
    expect(head.ended).toBe("converged");
  });

  test("takes the best strength of a path that ends after five without gain", async () => {
    const seen: StrengthScore[] = [];
    const head = await fitHead(data, { threads: 1, judged: (score) => seen.push(score) });
    expect(seen).toEqual(head.path);
    const losses = head.path.map(({ logLoss }) => logLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(head.strength).toBe(head.path[best]!.strength);
    expect(best).toBeGreaterThan(0);
    expect(losses.length).toBeLessThan(15);
    expect(losses.length - 1 - best).toBe(5);
    expect(head.path.map(({ strength }) => strength)).toEqual(
      head.path.map(({ strength }) => strength).sort((left, right) => right - left),
    );
  });

  test("whose path is walked loosely still ends as exactly as was asked", async () => {
    const loose = await fitHead(data, { threads: 1, tolerance: 1e-8, pathTolerance: 1e-2 });
    const alone = await fitLogistic(data, { threads: 1, tolerance: 1e-8, strength: loose.strength });
    expect(loose.gradient).toBeLessThanOrEqual(1e-8);
    expect(difference(loose.weight, alone.weight)).toBeLessThan(1e-4);
    const exact = await fitHead(data, { threads: 1, tolerance: 1e-8 });
    expect(loose.path[0]!.logLoss).not.toBe(exact.path[0]!.logLoss);
  });

  test("its path tells the log loss and the accuracy of the rows held back", async () => {
    const { path, outOfFold, strength } = await fitHead(data, { threads: 1, strengths: [strengthOfTest] });
    expect(strength).toBe(strengthOfTest);
    const own = sequence(120).map((row) => outOfFold[row * classes + labels[row]!]!);
    expect(path[0]!.logLoss).toBeCloseTo(own.reduce((total, p) => total - Math.log(p), 0) / 120, 6);
    const right = sequence(120).filter(
      (row) => own[row] === Math.max(...outOfFold.subarray(row * classes, (row + 1) * classes)),
    );
    expect(path[0]!.accuracy).toBe(right.length / 120);
  });

  test("gives the same numbers for the same data and seed", async () => {
    const [one, two] = [await fitHead(data, { threads: 1 }), await fitHead(data, { threads: 1 })];
    expect(two.weight).toEqual(one.weight);
    expect(two.path).toEqual(one.path);
  });

  test("can be had where a class has a single row, and where classes have none", async () => {
    const rare = rowsOf(
      { ...data, classes: 5 },
      sequence(120).filter((row) => row % 3 !== 0 || row === 3),
    );
    const head = await fitHead(rare, { threads: 1, strengths: [100, 10, 1] });
    expect(head.weight.every(Number.isFinite)).toBe(true);
    expect(head.outOfFold.every((p) => p >= 0 && p <= 1 + 1e-6)).toBe(true);
  });
});

describe("what a head cannot be fitted on", () => {
  const strength = 1;
  test.each([
    ["head/lengths", { ...data, labels: [0, 1] }],
    ["head/lengths", { ...data, rowWeights: [1] }],
    ["head/lengths", { ...data, classWeights: [1] }],
    ["head/label", { ...data, labels: Array.from(labels, (k) => k + 1) }],
    ["head/weight", { ...data, rowWeights: sequence(120).map((row) => (row === 5 ? -1 : 1)) }],
    ["head/one-class", { ...data, labels: new Uint32Array(120) }],
    ["head/one-class", { ...data, classWeights: [1, 0, 0] }],
    ["head/feature", { ...data, features: features.map((x, at) => (at === 77 ? Number.NaN : x)) }],
  ])("%s", async (code, given) => {
    await expect(fitLogistic(given, { threads: 1, strength })).rejects.toMatchObject({ code });
    await expect(fitHead(given, { threads: 1 })).rejects.toMatchObject({ code });
  });

  test.each([{ folds: 1 }, { strengths: [0] }, { strengths: [] }, { tolerance: 0 }, { iterations: 0 }])(
    "options that cannot be: %j",
    async (options) => {
      const code = "head/number-out-of-range";
      await expect(fitHead(data, { threads: 1, ...options })).rejects.toMatchObject({ code });
    },
  );
});
