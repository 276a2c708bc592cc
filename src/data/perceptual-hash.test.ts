import fc from "fast-check";
import type { Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { drawScene } from "../../test/support/drawn-scenes.ts";
import { stream } from "../random.ts";
import { decodeImage } from "./decode.ts";
import { hammingDistance, onesOf, perceptualHash } from "./perceptual-hash.ts";
import { factsOf } from "./picture-facts.ts";

const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const hex = (value: bigint) => value.toString(16).padStart(16, "0");

const hashesOf = async (image: Sharp) => {
  const { hash, mirrored } = factsOf(await decodeImage(await image.toBuffer()));
  return { hash, mirrored };
};

describe("a perceptual hash", () => {
  test.each([1, 2, 3, 4, 5, 6])("hardly changes when the picture is stored anew (%i)", async (seed) => {
    const { hash, mirrored } = await hashesOf(drawScene(seed).png());
    const anew = {
      jpeg: drawScene(seed).jpeg({ quality: 40 }),
      smaller: drawScene(seed).resize(120).webp({ quality: 70 }),
      larger: drawScene(seed).resize(250).png(),
      brighter: drawScene(seed).linear(0.9, 20).png(),
    };
    for (const [how, image] of Object.entries(anew))
      expect(hammingDistance((await hashesOf(image)).hash, hash), how).toBeLessThanOrEqual(4);
    const flopped = await hashesOf(drawScene(seed).flop().png());
    expect(hammingDistance(flopped.hash, mirrored)).toBeLessThanOrEqual(2);
    expect(hammingDistance(flopped.mirrored, hash)).toBeLessThanOrEqual(2);
  });

  test("is another for another picture: about half of the bits differ", async () => {
    const hashes = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => hashesOf(drawScene(seed).png())));
    const distances = hashes.flatMap((one, i) =>
      hashes.slice(i + 1).map((other) => hammingDistance(one.hash, other.hash)),
    );
    expect(Math.min(...distances)).toBeGreaterThan(12);
    expect(distances.reduce((sum, distance) => sum + distance) / distances.length).toBeGreaterThan(24);
  });

  test("of a mirrored grid is the mirrored hash, where no frequency is the median itself", () => {
    const random = stream(3, "grid");
    const grid = Float64Array.from({ length: 1024 }, () => random() * 255);
    const turned = grid.map((_, at) => grid[at - (at % 32) + 31 - (at % 32)]!);
    expect(perceptualHash(turned)).toEqual({
      hash: perceptualHash(grid).mirrored,
      mirrored: perceptualHash(grid).hash,
    });
  });

  test("has 31 bits that are 1, none of them for the mean", () => {
    const random = stream(4, "grid");
    const { hash } = perceptualHash(Float64Array.from({ length: 1024 }, () => random() * 255));
    expect(hammingDistance(hash, "0".repeat(16))).toBe(31);
    expect(Number.parseInt(hash[0]!, 16)).toBeLessThan(8);
  });
});

test("the distance counts the bits that differ", () => {
  const ones = (value: bigint) => value.toString(2).replaceAll("0", "").length;
  fc.assert(
    fc.property(bits, bits, (a, b) => {
      expect(hammingDistance(hex(a), hex(b))).toBe(ones(a ^ b));
    }),
  );
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(onesOf(value)).toBe(ones(BigInt(value >>> 0)));
    }),
  );
});
