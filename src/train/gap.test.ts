import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream, type Stream } from "../random.ts";
import type { EpochResult } from "./events.ts";
import { gapIn } from "./gap.ts";

const images = { train: 400, validation: 100 };

/** Epochs from rows of loss, accuracy, held-out loss, held-out accuracy. */
function epochsOf(...rows: readonly (readonly [number, number, number, number])[]): readonly EpochResult[] {
  return rows.map(([loss, accuracy, validationLoss, validationAccuracy]) => ({
    ...{ loss, accuracy, validationLoss, validationAccuracy },
  }));
}

/** Of which only the losses differ. */
const losses = (...rows: readonly (readonly [training: number, heldOut: number])[]) =>
  epochsOf(...rows.map(([training, heldOut]) => [training, 0.9, heldOut, 0.9] as const));

/** Held-out losses beside a training loss that falls, or rises. */
const falling = (heldOut: readonly number[]) => heldOut.map((loss, i) => [0.9 - 0.1 * i, loss] as const);
const rising = (heldOut: readonly number[]) => heldOut.map((loss, i) => [0.1 + 0.1 * i, loss] as const);

/** Of which only the accuracies differ. */
const accuracies = (...rows: readonly (readonly [training: number, heldOut: number])[]) =>
  epochsOf(...rows.map(([training, heldOut]) => [0.5, training, 0.5, heldOut] as const));

describe("losses that come apart", () => {
  const apart = losses([0.9, 0.8], [0.6, 0.5], [0.4, 0.6], [0.3, 0.7], [0.2, 0.8], [0.1, 0.9]);

  test("for three epochs are told after the third, as having begun in the first", () => {
    expect(gapIn(apart, images)).toEqual({
      ...{ sinceEpoch: 3, toldAtEpoch: 5, sign: "loss", training: [0.6, 0.2], validation: [0.5, 0.8] },
    });
    expect(gapIn(apart.slice(0, 4), images)).toBeNull();
  });

  test.each<{ where: string; rows: readonly (readonly [number, number])[] }>([
    { where: "both rise: it learns too fast, and nothing by heart", rows: rising([0.4, 0.5, 0.6, 0.7]) },
    { where: "the held-out one has a better epoch in between", rows: falling([0.5, 0.6, 0.55, 0.7]) },
    { where: "the held-out one hardly rises", rows: falling([0.5, 0.505, 0.51, 0.52]) },
    { where: "both fall", rows: falling([0.5, 0.4, 0.3, 0.2]) },
  ])("are not told where $where", ({ rows }) => expect(gapIn(losses(...rows), images)).toBeNull());
});

describe("accuracies that come apart", () => {
  const rows = [
    [0.7, 0.75],
    [0.8, 0.78],
    [0.9, 0.78],
    [0.95, 0.78],
    [0.99, 0.78],
  ] as const;

  test("by more than chance explains are told, since the first epoch of them", () => {
    expect(gapIn(accuracies(...rows), images)).toEqual({
      ...{ sinceEpoch: 3, toldAtEpoch: 5, sign: "accuracy", training: [0.8, 0.99], validation: [0.78, 0.78] },
    });
  });

  test("are told of many pictures and not of few", () => {
    const closer = rows.map(([training, heldOut]) => [training - 0.08, heldOut] as const);
    expect(gapIn(accuracies(...closer), { train: 80, validation: 20 })).toBeNull();
    expect(gapIn(accuracies(...closer), { train: 8000, validation: 2000 })).toMatchObject({ sign: "accuracy" });
  });

  test("are not told where they were apart from the beginning and stay so", () => {
    expect(gapIn(accuracies([0.99, 0.8], [0.99, 0.81], [1, 0.8], [1, 0.81], [1, 0.8]), images)).toBeNull();
  });

  test("of held-out pictures that are all right are never told", () => {
    expect(gapIn(accuracies([0.4, 1], [0.6, 1], [0.9, 1], [1, 1], [1, 1]), { train: 9, validation: 3 })).toBeNull();
  });
});

test("once told it stays the same, whatever epochs follow", () => {
  const share = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
  const epoch = fc.tuple(share, share, share, share);
  fc.assert(
    fc.property(fc.array(epoch, { maxLength: 12 }), fc.nat(12), (rows, at) => {
      const epochs = epochsOf(...rows);
      const early = gapIn(epochs.slice(0, at), images);
      if (early !== null) expect(gapIn(epochs, images)).toEqual(early);
      const late = gapIn(epochs, images);
      if (late === null) return;
      expect(late.sinceEpoch).toBeLessThanOrEqual(late.toldAtEpoch - 2);
      expect(gapIn(epochs.slice(0, late.toldAtEpoch), images)).toEqual(late);
      expect(gapIn(epochs.slice(0, late.toldAtEpoch - 1), images)).toBeNull();
    }),
  );
});

describe("of 300 drawn stages", () => {
  /**
   * Fifteen epochs of a learner that comes close to `top`. Each picture has a hardness of its own, so that epochs differ
   * less among themselves than two sets of pictures do. A share `byHeart` of what it does not understand it remembers.
   */
  function drawnStage(random: Stream, top: number, byHeart: number): readonly EpochResult[] {
    const hardness = (count: number) => Array.from({ length: count }, () => random());
    const [train, heldOut] = [hardness(images.train), hardness(images.validation)];
    const shareBelow = (all: readonly number[], limit: number) =>
      all.filter((each) => each < limit).length / all.length;
    const wobble = (size: number) => size * (random() + random() + random() - 1.5) * 2;
    return Array.from({ length: 15 }, (_, epoch) => {
      const progress = 1 - Math.exp(-(epoch + 1) / 3);
      const understood = 0.5 + (top - 0.5) * progress;
      return {
        loss: (1.2 - understood) * (1 - byHeart * progress) * (1 + wobble(0.02)),
        accuracy: shareBelow(train, understood + byHeart * (1 - understood) * progress + wobble(0.01)),
        validationLoss: (1.2 - understood) * (1 + byHeart * 0.1 * epoch) * (1 + wobble(0.03)),
        validationAccuracy: shareBelow(heldOut, understood + wobble(0.01)),
      };
    });
  }

  const told = (top: number, byHeart: number) =>
    Array.from({ length: 300 }, (_, i) => drawnStage(stream(i, `stage:${top}:${byHeart}`), top, byHeart)).filter(
      (epochs) => gapIn(epochs, images) !== null,
    ).length;

  test.each([0.8, 0.95])("that understand all they know (%d), at most 3 %% are suspected", (top) => {
    expect(told(top, 0)).toBeLessThanOrEqual(9);
  });

  test.each([0.6, 0.8])("that know by heart what they do not understand (%d), nine in ten are found", (top) => {
    expect(told(top, 0.9)).toBeGreaterThanOrEqual(270);
  });
});
