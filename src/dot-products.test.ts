import { expect, test } from "vitest";
import { uniform, whole } from "../test/support/numbers.ts";
import { fourProducts } from "./dot-products.ts";
import { stream } from "./random.ts";

const random = stream(1, "dot products");

/** From the first number to the last. */
function product(left: Float64Array, a: number, right: Float64Array, c: number, length: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += left[a + i]! * right[c + i]!;
  return total;
}

test("two rows with two others are four products of one row with one, to the bit", () => {
  for (let round = 0; round < 50; round++) {
    const length = whole(random, 0, 40);
    const [left, right] = [uniform(random, 5 * length), uniform(random, 5 * length)];
    const [a, c] = [whole(random, 0, 3) * length, whole(random, 0, 3) * length];
    const products = new Float64Array(4);
    fourProducts(left, a, right, c, length, products);
    expect([...products]).toEqual(
      [
        [a, c],
        [a, c + length],
        [a + length, c],
        [a + length, c + length],
      ].map(([of, and]) => product(left, of!, right, and!, length)),
    );
  }
});

test("which row comes first makes no difference, to the bit", () => {
  const rows = uniform(random, 4 * 33);
  const [once, turned] = [new Float64Array(4), new Float64Array(4)];
  fourProducts(rows, 0, rows, 2 * 33, 33, once);
  fourProducts(rows, 2 * 33, rows, 0, 33, turned);
  expect([...turned]).toEqual([once[0], once[2], once[1], once[3]]);
});
