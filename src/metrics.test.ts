import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accuracy,
  accuracyInterval,
  argmax,
  balancedAccuracy,
  classScores,
  confusionMatrix,
  macroF1,
  softmax,
} from "./metrics.ts";

const classes = fc.integer({ min: 1, max: 6 });
/** Rows of logits with the true class of each. */
const judged = classes.chain((count) =>
  fc
    .array(
      fc.tuple(
        fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: count, maxLength: count }),
        fc.nat(count - 1),
      ),
      {
        maxLength: 20,
      },
    )
    .map((rows) => ({
      logits: rows.flatMap(([row]) => row),
      labels: rows.map(([, label]) => label),
      classes: count,
    })),
);

describe("softmax", () => {
  test("is exp(x) over its sum, for each row", () => {
    const [a, b, c] = [Math.exp(1), Math.exp(2), Math.exp(-1)];
    const result = softmax([1, 2, -1, 0, 0, 0], 3);
    const expected = [a / (a + b + c), b / (a + b + c), c / (a + b + c), 1 / 3, 1 / 3, 1 / 3];
    for (const [i, value] of result.entries()) expect(value).toBeCloseTo(expected[i]!, 14);
  });

  test("does not overflow where exp would", () => {
    expect([...softmax([1000, 0, -1000], 3)]).toEqual([1, 0, 0]);
    expect([...softmax([-1000, -1000], 2)]).toEqual([0.5, 0.5]);
  });

  test("gives shares of 1 in the order of the logits", () => {
    fc.assert(
      fc.property(judged, ({ logits, classes }) => {
        const result = softmax(logits, classes);
        for (let row = 0; row < logits.length; row += classes) {
          const shares = result.subarray(row, row + classes);
          expect(shares.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 12);
          expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
        }
        // what is almost nothing may be rounded away, but never turned round
        argmax(logits, classes).forEach((top, row) => {
          const shares = result.subarray(row * classes, (row + 1) * classes);
          expect(shares[top]).toBe(Math.max(...shares));
        });
      }),
    );
  });
});

test("the class of equals is the first", () => {
  expect([...argmax([0.2, 0.4, 0.4, 1, 1, 1, 0, 0, 3], 3)]).toEqual([1, 0, 2]);
});

describe("accuracy and the confusion matrix", () => {
  const predictions = {
    // called 0, 1, 1, 2, 0
    probabilities: Float64Array.of(0.8, 0.1, 0.1, 0, 1, 0, 0.2, 0.5, 0.3, 0, 0, 1, 0.4, 0.3, 0.3),
    labels: [0, 1, 0, 1, 0],
    classes: 3,
  };

  test("count by truth and by what was said", () => {
    expect(confusionMatrix(predictions)).toEqual([
      [2, 1, 0],
      [0, 1, 1],
      [0, 0, 0],
    ]);
    expect(accuracy(predictions)).toBe(3 / 5);
  });

  test("give precision, recall and F1, and null where there is nothing to divide by", () => {
    expect(classScores(confusionMatrix(predictions))).toEqual([
      { images: 3, precision: 1, recall: 2 / 3, f1: 4 / 5 },
      { images: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 },
      { images: 0, precision: 0, recall: null, f1: 0 },
    ]);
    expect(classScores([[0]])).toEqual([{ images: 0, precision: null, recall: null, f1: null }]);
  });

  test("of no images are 0", () => {
    expect(accuracy({ probabilities: new Float64Array(), labels: [], classes: 2 })).toBe(0);
  });

  test("agree with each other for any predictions", () => {
    fc.assert(
      fc.property(judged, ({ logits, labels, classes }) => {
        const predictions = { probabilities: Float64Array.from(logits), labels, classes };
        const matrix = confusionMatrix(predictions);
        const trace = matrix.reduce((total, row, c) => total + row[c]!, 0);
        expect(matrix.flat().reduce((total, count) => total + count, 0)).toBe(labels.length);
        expect(accuracy(predictions)).toBe(trace / Math.max(labels.length, 1));
        for (const [c, { images, precision, recall, f1 }] of classScores(matrix).entries()) {
          expect(images).toBe(labels.filter((label) => label === c).length);
          // the harmonic mean of both, where both are known
          if (precision !== null && recall !== null && precision + recall > 0)
            expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
        }
      }),
    );
  });
});

describe("scores in which every class counts alike", () => {
  // scikit-learn 1.9.1: balanced_accuracy_score, f1_score(average="macro")
  const labels = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 0];
  const said = [0, 0, 0, 1, 0, 2, 1, 0, 2, 2, 3, 0];
  const probabilities = Float64Array.from(said.flatMap((name) => [0, 1, 2, 3, 4].map((c) => (c === name ? 1 : 0))));
  const scores = classScores(confusionMatrix({ probabilities, labels, classes: 5 }));

  test("are scikit-learn's, also with a class that is only named and one that does not occur", () => {
    expect(balancedAccuracy(scores)).toBeCloseTo(0.626984126984127, 14);
    expect(macroF1(scores)).toBeCloseTo(0.4839743589743589, 14);
  });

  test("see that one class is called always, where accuracy does not", () => {
    const matrix = [
      [99, 0],
      [1, 0],
    ];
    expect(balancedAccuracy(classScores(matrix))).toBe(0.5);
    expect(macroF1(classScores(matrix))).toBeLessThan(0.5);
  });

  test("of no images are 0", () => {
    expect([balancedAccuracy(classScores([[0]])), macroF1(classScores([[0]]))]).toEqual([0, 0]);
  });
});

describe("the interval of an accuracy", () => {
  // Newcombe: "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is the published one", (right, images, low, high) => {
    const interval = accuracyInterval(right / images, images);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  test("says nothing of no images", () => expect(accuracyInterval(0, 0)).toEqual([0, 1]));

  const measured = fc
    .integer({ min: 1, max: 5000 })
    .chain((images) => fc.nat(images).map((right) => ({ right, images })));

  test("holds the accuracy, stays between 0 and 1 and mirrors itself", () => {
    fc.assert(
      fc.property(measured, ({ right, images }) => {
        const [low, high] = accuracyInterval(right / images, images);
        const [lowMissed, highMissed] = accuracyInterval((images - right) / images, images);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(right / images + 1e-12);
        expect(high).toBeGreaterThanOrEqual(right / images - 1e-12);
        expect(low).toBeCloseTo(1 - highMissed, 10);
        expect(high).toBeCloseTo(1 - lowMissed, 10);
      }),
    );
  });

  test("is narrower for four times the images, by about half", () => {
    const width = (images: number) => {
      const [low, high] = accuracyInterval(0.8, images);
      return high - low;
    };
    expect(width(4000) / width(1000)).toBeCloseTo(0.5, 2);
  });
});
