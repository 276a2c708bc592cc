import { describe, expect, test } from "vitest";
import { definePlateau, newPlateau, observePlateau, type Plateau } from "./plateau.ts";

// Whole runs of both libraries are held against ours in optimizers.test.ts.

function ratesOf(plateau: Plateau, metrics: readonly number[]): number[] {
  let state = newPlateau(plateau, 1);
  return metrics.map((metric) => {
    state = observePlateau(plateau, state, metric);
    return state.rate;
  });
}

test("Keras lowers the rate one epoch before PyTorch", () => {
  const metrics = [1, 2, 2, 2];
  expect(ratesOf(definePlateau({ definition: "keras", patience: 2, factor: 0.5 }), metrics)).toEqual([1, 1, 0.5, 0.5]);
  expect(ratesOf(definePlateau({ definition: "pytorch", patience: 2, factor: 0.5 }), metrics)).toEqual([1, 1, 1, 0.5]);
});

describe.each(["keras", "pytorch"] as const)("%s", (definition) => {
  test("goes down to the floor and no further", () => {
    const plateau = definePlateau({ definition, patience: 0, factor: 0.5, floor: 0.3 });
    expect(ratesOf(plateau, [1, 1, 1, 1, 1, 1]).at(-1)).toBe(0.3);
  });

  test("leaves the rate alone while a larger metric is better and grows", () => {
    const plateau = definePlateau({ definition, mode: "max", patience: 1 });
    expect(ratesOf(plateau, [0.1, 0.2, 0.3, 0.4, 0.5])).toEqual([1, 1, 1, 1, 1]);
  });

  test("takes a metric which is not a number for no improvement", () => {
    const plateau = definePlateau({ definition, patience: 1, factor: 0.5 });
    const rates = ratesOf(plateau, [1, Number.NaN, Number.NaN, 0.5]);
    expect(rates.at(-1)).toBeLessThan(1);
  });
});
