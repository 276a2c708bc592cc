import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileAt } from "../data/locator.ts";
import { evaluationOf } from "./report.ts";
import type { RunImage } from "./views.ts";

const classes = ["cat", "dog", "owl"];

function image(label: number, i: number): RunImage {
  return { locator: fileAt(`/photos/${i}.jpg`), name: `${classes[label]}/${i}.jpg`, label, hash: `${i}` };
}

describe("what is said of a judgement", () => {
  const labels = [0, 0, 1, 2];
  const images = labels.map(image);
  const probabilities = Float64Array.of(
    ...[0.7, 0.2, 0.1], // right
    ...[0.3, 0.6, 0.1], // called dog
    ...[0.1, 0.8, 0.1], // right
    ...[0.05, 0.9, 0.05], // called dog, and surer of it
  );
  const losses = Float64Array.of(1, 2, 3, 6);
  const result = evaluationOf(images, classes, probabilities, losses, 2);

  test("is the mean loss, the accuracy and the matrix", () => {
    expect(result).toMatchObject({
      images: 4,
      loss: 3,
      temperature: 2,
      accuracy: 0.5,
      balancedAccuracy: 1 / 2,
      macroF1: (2 / 3 + 1 / 2 + 0) / 3,
      confusionMatrix: [
        [1, 1, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
    });
    expect(result.accuracyInterval[0]).toBeCloseTo(0.15, 3);
    expect(result.accuracyInterval[1]).toBeCloseTo(0.85, 3);
  });

  test("names each class with its scores", () => {
    expect(result.classes).toEqual([
      { name: "cat", images: 2, precision: 1, recall: 1 / 2, f1: 2 / 3 },
      { name: "dog", images: 1, precision: 1 / 3, recall: 1, f1: 1 / 2 },
      { name: "owl", images: 1, precision: null, recall: 0, f1: 0 },
    ]);
  });

  test("lists the wrong ones, the surest error first", () => {
    expect(result.mostWrong).toEqual([
      { name: "owl/3.jpg", truth: "owl", said: "dog", probability: 0.9, probabilityOfTruth: 0.05 },
      { name: "cat/1.jpg", truth: "cat", said: "dog", probability: 0.6, probabilityOfTruth: 0.3 },
    ]);
  });

  test("of no images is nothing, and no division by zero", () => {
    expect(evaluationOf([], classes, new Float64Array(), new Float64Array(), 1)).toMatchObject({
      images: 0,
      loss: 0,
      accuracy: 0,
      accuracyInterval: [0, 1],
      balancedAccuracy: 0,
      macroF1: 0,
      mostWrong: [],
    });
  });

  test("lists at most 50, and none that was right", () => {
    const row = fc.tuple(
      fc.nat(2),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 90 }), (rows) => {
        const judged = evaluationOf(
          rows.map(([label], i) => image(label, i)),
          classes,
          Float64Array.from(rows.flatMap(([, values]) => values)),
          new Float64Array(rows.length),
          1,
        );
        const wrong = Math.round((1 - judged.accuracy) * rows.length);
        expect(judged.mostWrong).toHaveLength(rows.length === 0 ? 0 : Math.min(50, wrong));
        for (const { truth, said, probability, probabilityOfTruth } of judged.mostWrong) {
          expect(said).not.toBe(truth);
          expect(probability).toBeGreaterThanOrEqual(probabilityOfTruth);
        }
        const sure = judged.mostWrong.map(({ probability }) => probability);
        expect(sure).toEqual(sure.toSorted((a, b) => b - a));
      }),
      { numRuns: 50 },
    );
  });
});
