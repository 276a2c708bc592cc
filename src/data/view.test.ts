import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import fixture from "../../test/fixtures/preprocessing.json" with { type: "json" };
import { inceptionInput } from "../input-format.ts";
import { stream } from "../random.ts";
import { decodeImage } from "./decode.ts";
import type { Pixels } from "./resize.ts";
import { evaluationPlan, evaluationView, randomBox, trainingView } from "./view.ts";

const { size, mean, std } = inceptionInput;

describe("the evaluation view is timm's, to the last bit", () => {
  for (const { file, variants } of fixture.images) {
    test(file, async () => {
      const image = await decodeImage(fileURLToPath(new URL(`../../test/fixtures/${file}`, import.meta.url)));
      const ours = new Set(["rgb", "upright", "scaled", "on-white"]);
      const { timm } = variants.find(({ id }) => ours.has(id)) ?? variants[0]!;
      const plan = evaluationPlan(image.width, image.height, inceptionInput);
      expect({ resized: [plan.width, plan.height], cropOffset: [plan.left, plan.top] }).toEqual({
        resized: timm.resized,
        cropOffset: timm.cropOffset,
      });
      const view = evaluationView(image, inceptionInput);
      for (const [k, i] of timm.indices.entries()) expect(planar(view, i)).toBeCloseTo(timm.values[k]!, 6);
      for (const channel of [0, 1, 2]) {
        const values = Float64Array.from({ length: size * size }, (_, i) => planar(view, channel * size * size + i));
        const average = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
        expect(average).toBeCloseTo(timm.mean[channel]!, 6);
        expect(Math.sqrt(variance)).toBeCloseTo(timm.std[channel]!, 6);
      }
    });
  }

  /** The value at a flat position of the normalised tensor [3, size, size]. */
  function planar(view: Uint8Array, index: number): number {
    const channel = Math.floor(index / (size * size));
    return (view[(index % (size * size)) * 3 + channel]! / 255 - mean[channel]!) / std[channel]!;
  }
});

describe("halves go to the even neighbour when the crop is placed", () => {
  test.each([
    [341, 300, 20],
    [342, 300, 21],
    [343, 300, 22],
  ])("a short side of %i cut to %i starts at %i", (short, cut, start) => {
    const format = { ...inceptionInput, size: cut, crop: cut / (short + 0.5) };
    expect(evaluationPlan(1000, 1000, format)).toEqual({ width: short, height: short, left: start, top: start });
  });
});

describe("a random box", () => {
  const sides = fc.record({ width: fc.integer({ min: 1, max: 3000 }), height: fc.integer({ min: 1, max: 3000 }) });

  test("lies inside the picture and is not empty", () => {
    fc.assert(
      fc.property(sides, fc.nat(), ({ width, height }, seed) => {
        const { left, top, right, bottom } = randomBox(width, height, [0.35, 1], stream(seed, "box"));
        expect([left, top, right, bottom].every(Number.isInteger)).toBe(true);
        expect(left >= 0 && top >= 0 && left < right && top < bottom && right <= width && bottom <= height).toBe(true);
      }),
    );
  });

  test("shows the stated part of the area in the stated aspect", () => {
    const random = stream(1, "boxes");
    const boxes = Array.from({ length: 2000 }, () => randomBox(1000, 800, [0.35, 0.6], random));
    const areas = boxes.map(({ left, top, right, bottom }) => ((right - left) * (bottom - top)) / 800_000);
    const aspects = boxes.map(({ left, top, right, bottom }) => (right - left) / (bottom - top));
    expect(Math.min(...areas)).toBeGreaterThan(0.349);
    expect(Math.max(...areas)).toBeLessThan(0.601);
    expect(areas.reduce((sum, area) => sum + area) / areas.length).toBeCloseTo(0.475, 2);
    expect(Math.min(...aspects)).toBeGreaterThan(0.747);
    expect(Math.max(...aspects)).toBeLessThan(1.337);
    const logMean = aspects.reduce((sum, aspect) => sum + Math.log(aspect), 0) / aspects.length;
    expect(Math.abs(logMean)).toBeLessThan(0.02);
  });

  test("is the largest centred one where no drawn one fits", () => {
    const random = stream(1, "panorama");
    expect(randomBox(1000, 10, [0.35, 1], random)).toEqual({ left: 493, top: 0, right: 506, bottom: 10 });
    expect(randomBox(10, 1000, [0.35, 1], random)).toEqual({ left: 0, top: 493, right: 10, bottom: 506 });
  });
});

describe("a training view", () => {
  const format = { ...inceptionInput, size: 80 };
  const image: Pixels = {
    width: 160,
    height: 120,
    pixels: Uint8Array.from({ length: 160 * 120 * 3 }, (_, i) => (Math.floor(i / 3) % 160) + (i % 3)),
  };

  test("is the same for the same stream and another for another", () => {
    const view = (name: string) => trainingView(image, format, stream(7, name));
    const same = (left: string, right: string) => Buffer.compare(view(left), view(right)) === 0;
    expect(same("epoch 1 image 3", "epoch 1 image 3")).toBe(true);
    expect(same("epoch 1 image 3", "epoch 2 image 3")).toBe(false);
    expect(view("a").length).toBe(80 * 80 * 3);
  });

  test("is mirrored half of the time, channels in place", () => {
    let mirrored = 0;
    for (let i = 0; i < 200; i++) {
      const view = trainingView(image, format, stream(i, "mirror"));
      const [left, right] = [view[3 * 10]!, view[3 * 70]!];
      if (left > right) mirrored++;
      expect([view[3 * 40 + 1]! - view[3 * 40]!, view[3 * 40 + 2]! - view[3 * 40]!]).toEqual([1, 2]);
    }
    expect(mirrored).toBeGreaterThan(70);
    expect(mirrored).toBeLessThan(130);
  });
});
