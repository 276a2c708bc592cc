import { describe, expect, test } from "vitest";
import { uniform, whole } from "../../test/support/numbers.ts";
import { repeatable } from "../../test/support/repeatable-numbers.ts";
import { stream } from "../random.ts";
import { linearCka, parameterDistance, relativeDistance } from "./drift.ts";

const random = stream(1, "drift");

/** `numbers` and a share of others of the same kind, exact in float32. */
function moved(numbers: Float32Array, seed: number, share: number): Float32Array {
  const others = repeatable(seed, numbers.length);
  return numbers.map((number, i) => number + share * others[i]!);
}

/** Features after `change` of each row. */
function eachRow(
  features: Float32Array,
  width: number,
  change: (row: Float32Array) => ArrayLike<number>,
): Float32Array {
  const result = new Float32Array(features.length);
  for (let row = 0; row < features.length; row += width) result.set(change(features.subarray(row, row + width)), row);
  return result;
}

describe("numpy 2.4.6 says the same: rows, width, alignment with moved features and with others, relative distance", () => {
  // X, Z = repeatable(1), repeatable(2); Y = X + Z / 2; columns centred;
  // norm(Y.T @ X)**2 / (norm(X.T @ X) * norm(Y.T @ Y)); mean(norm(Y - X, axis=1) / norm(X, axis=1))
  test.each([
    [40, 8, 0.859231466482883, 0.1839664378127793, 0.5086077669313082],
    [8, 40, 0.9863504881311042, 0.8509063343410949, 0.49729432171096505],
    [7, 5, 0.8637569191883769, 0.3498848157371989, 0.5331405324731434],
    [5, 9, 0.9675625042074703, 0.8613342573779388, 0.5540544474936616],
    [6, 6, 0.9686426690152578, 0.7626981225332263, 0.5298792234406693],
  ])("%i x %i", (rows, width, withMoved, withOthers, distance) => {
    const before = repeatable(1, rows * width);
    const after = moved(before, 2, 0.5);
    expect(linearCka(before, after, width)).toBeCloseTo(withMoved, 13);
    expect(linearCka(before, repeatable(2, rows * width), width)).toBeCloseTo(withOthers, 13);
    expect(relativeDistance(before, after, width)).toBeCloseTo(distance, 13);
  });

  test("and of the parameters named, all together", () => {
    const [kernel, bias] = [repeatable(3, 20), repeatable(4, 5)];
    const before = new Map([
      ["kernel", kernel],
      ["bias", bias],
    ]);
    const after = new Map([
      ["kernel", moved(kernel, 5, 0.25)],
      ["bias", moved(bias, 6, 0.25)],
    ]);
    expect(parameterDistance(before, after, ["kernel", "bias"])).toBeCloseTo(0.24373188578312371, 13);
    expect(parameterDistance(before, after, new Set(["kernel"]))).toBeCloseTo(0.2403950948752758, 13);
  });
});

describe("linear alignment", () => {
  const shapes = Array.from({ length: 20 }, () => [whole(random, 2, 30), whole(random, 1, 30)] as const);

  test.each(shapes)("of %i x %i features with themselves is exactly 1", (rows, width) => {
    const features = Float32Array.from(uniform(random, rows * width));
    expect(linearCka(features, features, width)).toBe(1);
  });

  test.each(shapes)("of %i x %i features is the same both ways, and from 0 to 1", (rows, width) => {
    const [x, y] = [uniform(random, rows * width), uniform(random, rows * width)].map((x) => Float32Array.from(x));
    const likeness = linearCka(x!, y!, width);
    expect(linearCka(y!, x!, width)).toBeCloseTo(likeness, 12);
    expect(likeness).toBeGreaterThanOrEqual(0);
    expect(likeness).toBeLessThanOrEqual(1);
  });

  test.each([
    [20, 4],
    [4, 20],
  ])("of %i x %i features does not see turning, mirroring, scaling, shifting", (rows, width) => {
    const features = repeatable(7, rows * width);
    const turned = eachRow(features, width, ([a, b, ...rest]) => [0.6 * a! - 0.8 * b!, 0.8 * a! + 0.6 * b!, ...rest]);
    const mirrored = eachRow(features, width, (row) => row.toReversed());
    const scaled = features.map((value) => 1e15 * value);
    const shifted = eachRow(features, width, (row) => row.map((value, column) => value + column));
    for (const other of [turned, mirrored, scaled, shifted])
      expect(linearCka(features, other, width)).toBeCloseTo(1, 6);
  });

  test("of what is at right angles is 0", () => {
    expect(linearCka(Float32Array.of(1, 1, -1, -1), Float32Array.of(1, -1, 1, -1), 1)).toBe(0);
  });

  test("of features that are the same for all pictures is 1 with such features and 0 with others", () => {
    const [still, moving] = [Float32Array.of(1, 2, 1, 2), Float32Array.of(1, 2, 3, 5)];
    expect(linearCka(still, still.map(Math.sqrt), 2)).toBe(1);
    expect(linearCka(still, moving, 2)).toBe(0);
    expect(linearCka(moving, still, 2)).toBe(0);
  });
});

describe("a distance", () => {
  test("is 0 where nothing moved, zeros too, and 1 where everything went to zero", () => {
    const features = Float32Array.of(0, 0, 3, 4);
    expect(relativeDistance(features, features, 2)).toBe(0);
    expect(relativeDistance(features, new Float32Array(4), 2)).toBe(0.5);
    expect(parameterDistance(new Map([["w", features]]), new Map([["w", new Float32Array(4)]]), ["w"])).toBe(1);
  });

  test("is infinite where there was nothing before", () => {
    expect(relativeDistance(new Float32Array(2), Float32Array.of(0, 1), 2)).toBe(Infinity);
  });

  test("does not change with the unit, however large or small", () => {
    const [before, after] = [repeatable(8, 12), repeatable(9, 12)];
    const distance = relativeDistance(before, after, 4);
    for (const unit of [2 ** 100, 2 ** -100])
      expect(
        relativeDistance(
          before.map((x) => x * unit),
          after.map((x) => x * unit),
          4,
        ),
      ).toBeCloseTo(distance, 12);
  });
});

test("what does not belong together is a bug of ours", () => {
  const [four, five] = [new Float32Array(4), new Float32Array(5)];
  expect(() => linearCka(four, five, 2)).toThrow("internal:");
  expect(() => relativeDistance(five, five, 2)).toThrow("internal:");
  expect(() => relativeDistance(new Float32Array(0), new Float32Array(0), 2)).toThrow("internal:");
  expect(() => parameterDistance(new Map([["w", four]]), new Map([["w", five]]), ["w"])).toThrow("internal: w ");
  expect(() => parameterDistance(new Map(), new Map(), ["w"])).toThrow("internal: w ");
});
