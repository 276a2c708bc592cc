import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averaged, interpolated, type Parameters } from "./interpolate.ts";

// -0 is left out: it comes back as 0, which is equal
const real = fc.float({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Parameters of `count` networks of one make. */
function networks(count: number): fc.Arbitrary<readonly Parameters[]> {
  const tensor = (length: number) =>
    fc.array(real, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
  const one = fc.tuple(tensor(3), tensor(1)).map(
    ([kernel, bias]): Parameters =>
      new Map([
        ["kernel", kernel],
        ["bias", bias],
      ]),
  );
  return fc.array(one, { minLength: count, maxLength: count });
}

describe("parameters on the way from one to another", () => {
  test("are those of the ends at the ends, and what is equal in both stays, to the bit", () => {
    fc.assert(
      fc.property(networks(2), share, ([from, to], part) => {
        expect(interpolated(from!, to!, 0)).toEqual(from);
        expect(interpolated(from!, to!, 1)).toEqual(to);
        expect(interpolated(from!, from!, part)).toEqual(from);
      }),
    );
  });

  test("are rounded once", () => {
    fc.assert(
      fc.property(networks(2), ([from, to]) => {
        const quarter = interpolated(from!, to!, 0.25).get("kernel")!;
        for (const [i, value] of quarter.entries())
          expect(value).toBe(Math.fround(0.75 * from!.get("kernel")![i]! + 0.25 * to!.get("kernel")![i]!));
      }),
    );
  });

  test("lie between the ends", () => {
    fc.assert(
      fc.property(networks(2), share, ([from, to], part) => {
        for (const [name, tensor] of interpolated(from!, to!, part))
          for (const [i, value] of tensor.entries()) {
            const ends = [from!.get(name)![i]!, to!.get(name)![i]!];
            expect(value).toBeGreaterThanOrEqual(Math.min(...ends));
            expect(value).toBeLessThanOrEqual(Math.max(...ends));
          }
      }),
    );
  });
});

describe("the average", () => {
  test("of one, and of equals, is that one to the bit, in tensors of its own", () => {
    fc.assert(
      fc.property(networks(1), fc.integer({ min: 1, max: 7 }), ([one], count) => {
        const average = averaged(Array.from({ length: count }, () => one!));
        expect(average).toEqual(one);
        expect(average.get("bias")).not.toBe(one!.get("bias"));
      }),
    );
  });

  test("of two is the middle of the way", () => {
    fc.assert(
      fc.property(networks(2), (both) => {
        expect(averaged(both)).toEqual(interpolated(both[0]!, both[1]!, 0.5));
      }),
    );
  });

  test("of three is rounded once: a third of 1 is what float32 has for it", () => {
    const given = [0, 0, 1].map((value): Parameters => new Map([["w", Float32Array.of(value)]]));
    expect(averaged(given).get("w")).toEqual(Float32Array.of(1 / 3));
  });

  test("changes none of what it is made of", () => {
    fc.assert(
      fc.property(networks(3), (all) => {
        const before = structuredClone(all);
        averaged(all);
        interpolated(all[0]!, all[1]!, 0.3);
        expect(all).toEqual(before);
      }),
    );
  });
});

test("parameters of different networks, and no share, are bugs of ours", () => {
  const one: Parameters = new Map([["w", new Float32Array(2)]]);
  expect(() => averaged([])).toThrow("internal:");
  expect(() => averaged([one, new Map()])).toThrow("internal:");
  expect(() => averaged([one, new Map([["v", new Float32Array(2)]])])).toThrow("internal: w ");
  expect(() => averaged([one, new Map([["w", new Float32Array(3)]])])).toThrow("internal: w ");
  for (const share of [-0.1, 1.1, Number.NaN]) expect(() => interpolated(one, one, share)).toThrow("internal:");
});
