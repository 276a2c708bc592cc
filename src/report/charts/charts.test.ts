import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { circles, expectChart, numbersIn } from "../../../test/support/chart-facts.ts";
import { barChart } from "./bars.ts";
import { learningCurves, type LearningStage } from "./learning-curves.ts";
import { intervalMarks } from "./interval-mark.ts";
import { reliabilityDiagram } from "./reliability.ts";
import { sampleCurve } from "./sample-curve.ts";
import { tradeOff } from "./trade-off.ts";

const number = fc.oneof(fc.double(), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 1e308, 5e-324));
/** Of which a hundredfold is a number too. */
const part = fc.oneof(fc.double({ min: -1e300, max: 1e300 }), fc.double({ min: 0, max: 1, noNaN: true }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const name = fc.string({ unit: "binary", maxLength: 30 });

/** Everything finite is in the table. */
function expectNumbers(chart: Parameters<typeof numbersIn>[0], numbers: readonly number[]): void {
  const shown = numbersIn(chart);
  for (const value of numbers.filter(Number.isFinite)) expect(shown).toContain(value);
}

describe("learning curves", () => {
  const epoch = (loss: number, accuracy: number, validationLoss: number, validationAccuracy: number) => {
    return { loss, accuracy, validationLoss, validationAccuracy };
  };
  const stages: readonly LearningStage[] = [
    { name: "the head", bestEpoch: 2, epochs: [epoch(2, 0.2, 1.5, 0.4), epoch(1, 0.5, 1.25, 0.5)] },
    { name: "everything", bestEpoch: 0, epochs: [epoch(0.5, 0.75, 1.5, 0.45)] },
  ];

  test("go on from stage to stage, with a line between them and a ring where an epoch is kept", () => {
    const { loss, accuracy } = learningCurves(stages);
    const held = circles(loss, "dot").slice(3);
    expect(held.map(([x]) => x)).toEqual([46, 196, 346]);
    expect(held[0]![1]).toBe(held[2]![1]); // 1.5 and 1.5
    expect(held[1]![1]).toBeGreaterThan(held[0]![1]); // a lower loss lies lower
    expect(circles(loss, "ring first")).toEqual([held[1]]);
    expect(loss.picture.markup.match(/class="boundary" x1="271"/g)).toHaveLength(1);
    expect(
      circles(accuracy, "dot")
        .slice(0, 3)
        .map(([, y]) => y),
    ).toEqual([204, 115, 40.83]);
  });

  test("say in words where they lead", () => {
    expect(learningCurves(stages).accuracy.summary).toBe(
      "stage 1, the head: held back from 40.0 % to 50.0 %; stage 2, everything: held back from 45.0 % to 45.0 %.",
    );
    expect(learningCurves([]).loss.summary).toBe("No epoch was learnt.");
  });

  test("can be of any numbers, and all of them stand in the table", () => {
    const any = fc.record({ loss: number, accuracy: part, validationLoss: number, validationAccuracy: part });
    const some = fc.array(fc.record({ name, epochs: fc.array(any, { maxLength: 6 }), bestEpoch: fc.nat(6) }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(some, (stages) => {
        const { loss, accuracy } = learningCurves(stages);
        const epochs = stages.flatMap(({ epochs }) => epochs);
        expectChart(loss);
        expectChart(accuracy);
        expectNumbers(
          loss,
          epochs.flatMap((one) => [one.loss, one.validationLoss]),
        );
        expectNumbers(
          accuracy,
          epochs.flatMap((one) => [one.accuracy, one.validationAccuracy]),
        );
      }),
    );
  });
});

describe("the reliability diagram", () => {
  test("puts what is right as often as it says on the diagonal", () => {
    const bins = [0.1, 0.5, 0.9].map((share) => ({ count: 10, accuracy: share, confidence: share }));
    const chart = reliabilityDiagram({ before: null, after: bins });
    for (const [x, y] of circles(chart, "bubble")) expect((x - 46) / 378).toBeCloseTo((246 - y) / 220, 3);
    expect(chart.picture.markup).not.toContain("before calibration");
  });

  test("can be of any bins", () => {
    const bins = fc.array(fc.record({ count: fc.nat(1e6), accuracy: share, confidence: share }), { maxLength: 15 });
    fc.assert(
      fc.property(fc.option(bins), bins, (before, after) => {
        const chart = reliabilityDiagram({ before, after });
        expectChart(chart);
        expectNumbers(
          chart,
          [...(before ?? []), ...after].flatMap((bin) => [bin.count, bin.accuracy, bin.confidence]),
        );
      }),
    );
  });
});

describe("bars", () => {
  const shown = (value: number) => String(value);

  test("are as long as their numbers", () => {
    const bars = [1, 2, 0, null].map((value, i) => ({ name: `bar ${i}`, value }));
    const { picture } = barChart({ title: "Bars", summary: "Some.", unit: "m", bars, shown });
    const widths = [...picture.markup.matchAll(/<rect class="bar"[^>]* width="([^"]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([120, 240, 0, 0]);
    expect(picture.markup).toContain("not known");
  });

  test("can be of any names and numbers", () => {
    const bars = fc.array(fc.record({ name, value: fc.option(number) }), { maxLength: 30 });
    fc.assert(
      fc.property(bars, (bars) => {
        const chart = barChart({ title: "Bars", summary: "Some.", unit: "m", bars, shown });
        expectChart(chart);
        expectNumbers(
          chart,
          bars.flatMap(({ value }) => (value === null ? [] : [value])),
        );
      }),
    );
  });
});

describe("gained and forgotten", () => {
  const way = [
    { share: 0, accuracy: 0.4, forgotten: 0 },
    { share: 0.5, accuracy: 0.5, forgotten: 0.01 },
    { share: 1, accuracy: 0.6, forgotten: 0.05 },
  ];

  test("mark the model where it lies, between two points if need be", () => {
    const at = (chosen: number) => tradeOff({ way, chosen, limit: null, measure: "accuracy on the source" });
    const points = circles(at(1), "dot");
    expect(circles(at(1), "ring first")).toEqual([points[2]]);
    const [[x, y] = [0, 0]] = circles(at(0.75), "ring first");
    expect(x).toBeCloseTo((points[1]![0] + points[2]![0]) / 2, 1);
    expect(y).toBeCloseTo((points[1]![1] + points[2]![1]) / 2, 1);
  });

  test("show a limit that lies on the axis", () => {
    const at = (limit: number | null) => tradeOff({ way, chosen: 1, limit, measure: "answers that have changed" });
    expect(at(0.02).picture.markup).toContain(">limit<");
    expect(at(0.5).picture.markup).not.toContain(">limit<");
    expect(at(null).picture.markup).not.toContain(">limit<");
  });

  test("can be of any way", () => {
    const point = fc.record({ share, accuracy: part, forgotten: part });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 12 }), share, fc.option(part), (way, chosen, limit) => {
        expectChart(tradeOff({ way, chosen, limit, measure: "accuracy on the source" }));
      }),
    );
  });
});

describe("what more pictures would bring", () => {
  test("goes on to twice as many", () => {
    const points = [100, 200].map((images) => ({ images, accuracy: images / 400, standardError: 0.05 }));
    const chart = sampleCurve({ points, gainOfTwice: 0.1, standardError: 0.02 });
    const [twice, first, second] = circles(chart, "dot");
    expect(twice![0] - second![0]).toBeCloseTo(2 * (second![0] - first![0]), 0);
    expect(chart.summary).toBe(
      "25.0 % with 100, 50.0 % with 200; twice as many would add about 10.0 %, with a standard error of 2.0 %.",
    );
  });

  test("can be of any numbers", () => {
    const point = fc.record({ images: fc.nat(1e9), accuracy: share, standardError: share });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 6 }), part, share, (points, gainOfTwice, standardError) => {
        const chart = sampleCurve({ points, gainOfTwice, standardError });
        expectChart(chart);
        expectNumbers(
          chart,
          points.flatMap(({ images, accuracy, standardError: error }) => [images, accuracy, error]),
        );
      }),
    );
  });
});

test("marks of intervals share one axis", () => {
  const marks = intervalMarks(
    [
      { value: 0.5, low: 0.4, high: 0.6 },
      { value: 0.7, low: 0.6, high: 0.8 },
    ],
    1,
  );
  const ends = marks.map(({ markup }) => /d="M([\d.]+) 8H([\d.]+)"/.exec(markup)!.slice(1).map(Number));
  expect(ends[0]![1]).toBe(ends[1]![0]);
  expect(marks[1]!.markup).toContain('<circle class="dot"');
  expect(marks[0]!.markup).toContain('<circle class="bubble"');
});
