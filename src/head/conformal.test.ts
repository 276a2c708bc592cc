import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { type Predictions, softmax } from "../metrics.ts";
import { type ConformalMethod, fitConformal, predictionSet } from "./conformal.ts";

const classes = 8;
const methods: readonly ConformalMethod[] = ["lac", "aps", "raps"];

/** A classifier that is too sure of itself: labels are drawn by the softmax of its logits, its probabilities are sharper. */
function drawn(rows: number, seed: number): Predictions & { probabilities: Float64Array } {
  const logits = uniform(stream(seed, "logits"), rows * classes, -4, 4);
  const chances = softmax(logits, classes);
  const random = stream(seed, "labels");
  const labels = Uint32Array.from({ length: rows }, (_, row) => {
    let [u, k] = [random(), 0];
    while (k < classes - 1 && (u -= chances[row * classes + k]!) > 0) k += 1;
    return k;
  });
  return {
    probabilities: softmax(
      logits.map((z) => 2.5 * z),
      classes,
    ),
    labels,
    classes,
  };
}

const rowOf = ({ probabilities }: { probabilities: Float64Array }, row: number) =>
  probabilities.subarray(row * classes, (row + 1) * classes);

describe("sets of classes", () => {
  test.each(methods)(
    "by %s hold the true class as often as promised, on average over the rows they are fitted on",
    (method) => {
      for (const miss of [0.05, 0.2]) {
        let [held, all] = [0, 0];
        for (let seed = 0; seed < 40; seed++) {
          const rule = fitConformal(drawn(200, seed), { method, miss, seed });
          const test = drawn(200, 1000 + seed);
          for (const [row, label] of Array.from(test.labels).entries()) {
            held += predictionSet(rowOf(test, row), rule).includes(label) ? 1 : 0;
            all += 1;
          }
        }
        // three standard errors of the share, for the rows and for the thresholds
        const slack = 3 * Math.sqrt((miss * (1 - miss)) / all + (miss * (1 - miss)) / (40 * 140));
        expect(held / all).toBeGreaterThan(1 - miss - slack);
        // the top class is always in, and APS counts it whole, so it may hold more than was promised; LAC holds hardly more
        if (method === "lac") expect(held / all).toBeLessThan(1 - miss + slack + 1 / 200);
      }
    },
  );

  test("take the corrected quantile: of 19 rows at 0.05 the largest score, of 20 still that one, of 39 the second", () => {
    const rule = (rows: number) => {
      const shares = Array.from({ length: rows }, (_, row) => [1 - (row + 1) / 100, (row + 1) / 100]);
      const probabilities = Float64Array.from(shares.flat());
      return fitConformal({ probabilities, labels: new Uint32Array(rows), classes: 2 }, { method: "lac", miss: 0.05 });
    };
    expect(rule(19).threshold).toBeCloseTo(0.19, 12);
    expect(rule(20).threshold).toBeCloseTo(0.2, 12);
    expect(rule(39).threshold).toBeCloseTo(0.38, 12);
  });

  test("are never empty, grow with the promise, and begin with the most probable class", () => {
    const given = drawn(300, 1);
    for (const method of methods) {
      const rules = [0.5, 0.2, 0.05].map((miss) => fitConformal(given, { method, miss, seed: 1 }));
      for (let row = 0; row < 100; row++) {
        const own = rowOf(given, row);
        const sets = rules.map((rule) => predictionSet(own, rule));
        expect(sets[0]!.length).toBeGreaterThan(0);
        for (const set of sets) expect(own[set[0]!]).toBe(Math.max(...own));
        if (method !== "raps") for (const k of sets[0]!) expect(sets[2]).toContain(k);
      }
    }
  });

  test("by RAPS have shorter tails than by APS", () => {
    const [fit, judge] = [drawn(1000, 1), drawn(1000, 2)];
    const longest = (method: ConformalMethod) => {
      const rule = fitConformal(fit, { method, miss: 0.05, seed: 1 });
      return Math.max(...Array.from(judge.labels, (_, row) => predictionSet(rowOf(judge, row), rule).length));
    };
    expect(longest("raps")).toBeLessThanOrEqual(longest("aps"));
  });

  test("cannot be promised on too few rows, and the error says how many it takes", () => {
    const needed = (method: ConformalMethod, rows: number) => () =>
      fitConformal(drawn(rows, 1), { method, miss: 0.05 });
    expect(needed("lac", 18)).toThrow(/head\/too-few-to-calibrate: .*need 19 rows/);
    expect(needed("lac", 19)).not.toThrow();
    expect(needed("raps", 20)).toThrow(/need 28 rows/);
    expect(needed("raps", 28)).not.toThrow();
    expect(() => fitConformal(drawn(30, 1), { method: "aps", miss: 1.5 })).toThrow(/head\/number-out-of-range/);
  });
});
