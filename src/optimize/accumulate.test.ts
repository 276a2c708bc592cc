import fc from "fast-check";
import { expect, test } from "vitest";
import { accumulate, newAccumulator } from "./accumulate.ts";

const rows = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
  maxLength: 20,
});

test("every k-th batch gives the mean of the last k, the others nothing", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (batches, every) => {
      const accumulator = newAccumulator(every);
      for (const [call, batch] of batches.entries()) {
        const mean = accumulate(accumulator, [Float64Array.from(batch)]);
        if ((call + 1) % every !== 0) expect(mean).toBeUndefined();
        else {
          const last = batches.slice(call + 1 - every, call + 1);
          expect([...mean![0]!]).toEqual([0, 1].map((i) => last.reduce((total, row) => total + row[i]!, 0) / every));
        }
      }
    }),
  );
});

test("gradients that were given are never changed", () => {
  const accumulator = newAccumulator(2);
  const first = Float32Array.of(1);
  accumulate(accumulator, [first]);
  const mean = accumulate(accumulator, [Float32Array.of(3)]);
  expect([first[0], mean![0]![0]]).toEqual([1, 2]);
});

test("a mean that was spoilt by clipping does not enter the next one", () => {
  const accumulator = newAccumulator(2);
  accumulate(accumulator, [Float32Array.of(1)]);
  accumulate(accumulator, [Float32Array.of(1)])![0]!.fill(Number.NaN);
  accumulate(accumulator, [Float32Array.of(4)]);
  expect(accumulate(accumulator, [Float32Array.of(6)])![0]![0]).toBe(5);
});

test("what a stopped run had added up goes on", () => {
  const stopped = newAccumulator(3);
  accumulate(stopped, [Float32Array.of(1)]);
  const resumed = newAccumulator(3, { count: stopped.count, sums: stopped.sums });
  accumulate(resumed, [Float32Array.of(2)]);
  expect(accumulate(resumed, [Float32Array.of(6)])![0]![0]).toBe(3);
});
