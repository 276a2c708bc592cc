import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { prototypesOf } from "../head/prototypes.ts";
import { softmax } from "../metrics.ts";
import { type Stream, stream } from "../random.ts";
import { doubtsFor } from "./doubt.ts";
import { calibrationReport, type Heard, probabilitiesOf, temperatureFor, trustOf } from "./trust.ts";

const classes = 6;
const prototypes = prototypesOf(Float32Array.of(1, 0), Float32Array.of(1, 1), 2);

/** A network that is `sure` times as sure as it is right: labels are drawn by the softmax of its logits without that. */
function heard(rows: number, seed: number, sure: number): Heard {
  const fair = uniform(stream(seed, "logits"), rows * classes, -3, 3);
  const chances = softmax(fair, classes);
  const random = stream(seed, "labels");
  return {
    labels: Array.from({ length: rows }, (_, row) => drawnBy(chances.subarray(row * classes), random)),
    logits: Float32Array.from(fair, (z) => sure * z),
    features: new Float32Array(rows * 2).fill(1),
  };
}

function drawnBy(chances: Float64Array, random: Stream): number {
  let [u, k] = [random(), 0];
  while (k < classes - 1 && (u -= chances[k]!) > 0) k += 1;
  return k;
}

describe("calibration", () => {
  test("on held-back pictures makes new ones as sure as right", () => {
    for (const sure of [0.4, 3]) {
      const {
        temperature,
        reason,
        test: judged,
      } = calibrationReport(heard(400, 1, sure), heard(2000, 2, sure), classes);
      expect(reason).toBeNull();
      expect(temperature / sure).toBeCloseTo(1, 0);
      expect(judged!.after.ece).toBeLessThan(judged!.before.ece / 3);
      expect(judged!.after.logLoss).toBeLessThan(judged!.before.logLoss);
      expect(judged!.after.bins.reduce((total, { count }) => total + count, 0)).toBe(2000);
    }
  });

  test("is left alone, and why is said, where few pictures or none that is called wrong tell of it", () => {
    expect(temperatureFor(heard(29, 1, 3), classes)).toMatchObject({ temperature: 1, images: 29 });
    expect(temperatureFor(heard(29, 1, 3), classes).reason).toContain("29 pictures are held back");
    const labels = Array.from({ length: 60 }, (_, row) => row % classes);
    const right = Float32Array.from({ length: 60 * classes }, (_, at) =>
      labels[Math.floor(at / classes)] === at % classes ? 4 : 0,
    );
    expect(temperatureFor({ logits: right, labels }, classes)).toMatchObject({ temperature: 1 });
    expect(temperatureFor({ logits: right, labels }, classes).reason).toContain("called right");
    expect(temperatureFor({ logits: right.map((z) => -z), labels }, classes).reason).toContain("worse than none");
  });

  test("gives a temperature that float32 holds, for that is what a model file has", () => {
    const { temperature } = temperatureFor(heard(100, 3, 2), classes);
    expect(Math.fround(temperature)).toBe(temperature);
  });
});

describe("sets of classes asked of a finished model", () => {
  const card = (trust: object) => ({ classes: ["a", "b", "c", "d", "e", "f"], ...trust }) as never;

  test("hold the true class as often as asked, within three points, on average over new pictures", () => {
    for (const coverage of [0.8, 0.9, 0.95]) {
      let [held, all] = [0, 0];
      for (let seed = 0; seed < 12; seed++) {
        const known = heard(300, seed, 3);
        const { temperature } = temperatureFor(known, classes);
        const trust = trustOf(known, { classes, temperature, prototypes });
        const doubts = doubtsFor(card(trust), { coverage }, "");
        const { logits, labels } = heard(300, 100 + seed, 3);
        const probabilities = probabilitiesOf(logits, classes, temperature);
        for (const [row, label] of labels.entries()) {
          const own = Float32Array.from(probabilities.subarray(row * classes, (row + 1) * classes));
          held += Number(doubts(own, undefined).set!.includes("abcdef"[label]!));
          all += 1;
        }
      }
      expect(Math.abs(held / all - coverage)).toBeLessThan(0.03);
    }
  });

  test("cannot be promised by few pictures, and the largest coverage that can is named and works", () => {
    const known = heard(40, 1, 3);
    const trust = card(trustOf(known, { classes, temperature: 1, prototypes }));
    expect(() => doubtsFor(trust, { coverage: 0.99 }, "")).toThrow(
      /predict\/too-few-for-coverage: 40 pictures were held back.*coverage of 0\.99/,
    );
    const [, largest] = /--coverage (\S+)/.exec(fixOf(() => doubtsFor(trust, { coverage: 0.99 }, "")))!;
    expect(Number(largest)).toBeGreaterThan(0.97);
    expect(() => doubtsFor(trust, { coverage: Number(largest) }, "")).not.toThrow();
    const [, smallest] = /--reject (\S+)/.exec(fixOf(() => doubtsFor(trust, { reject: 0.001 }, "")))!;
    expect(() => doubtsFor(trust, { reject: Number(smallest) }, "")).not.toThrow();
  });

  test("are refused for a model that does not say what they need", () => {
    expect(() => doubtsFor(card({}), { coverage: 0.9 }, "m.onnx")).toThrow('predict/not-calibrated: "m.onnx"');
    expect(() => doubtsFor(card({}), { reject: 0.1 }, "m.onnx")).toThrow("--reject needs");
    expect(doubtsFor(card({}), {}, "")(Float32Array.of(1), 0.5)).toEqual({});
  });
});

describe("a picture is rejected", () => {
  test("when it is farther than all but the share asked for of the held-back ones", () => {
    const known = { rows: 99, values: Array.from({ length: 99 }, (_, i) => (i + 1) / 100) };
    const doubts = doubtsFor({ classes: ["a"], distances: known } as never, { reject: 0.1 }, "");
    const of = (distance: number) => doubts(Float32Array.of(1), distance);
    expect(of(0.9)).toEqual({ distance: 0.9, rejected: false });
    expect(of(0.91)).toEqual({ distance: 0.91, rejected: true });
  });
});

function fixOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { fix: string }).fix;
  }
  throw new Error("nothing was thrown");
}
