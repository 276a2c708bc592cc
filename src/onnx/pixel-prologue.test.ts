import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prologueModel } from "../../test/support/prologue-model.ts";
import type { Pixels } from "../data/resize.ts";
import { evaluationView } from "../data/view.ts";
import { type InputFormat, inceptionInput } from "../input-format.ts";
import { stream } from "../random.ts";
import { openModel, type Session } from "../runtime/session.ts";

const small: InputFormat = { ...inceptionInput, size: 80 };
const uneven: InputFormat = { ...inceptionInput, size: 77, crop: 0.9, mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] };
const whole: InputFormat = { ...inceptionInput, size: 96, crop: 1 };

/** Sessions by format: opening one takes longer than running it. */
const sessions = new Map<InputFormat, Promise<Session>>();

async function prologueOf(format: InputFormat): Promise<Session> {
  const known = sessions.get(format) ?? openModel(prologueModel(format), { threads: 1 });
  sessions.set(format, known);
  return known;
}

async function viewByNodes({ width, height, pixels }: Pixels, format: InputFormat): Promise<Uint8Array> {
  const session = await prologueOf(format);
  const { view } = await session.run({ image: { data: pixels, shape: [1, height, width, 3] } });
  return view as Uint8Array;
}

/** Noise: of all levels, or of black and white alone, which makes the curve overshoot most. */
function drawn(width: number, height: number, seed: number, hard = false): Pixels {
  const random = stream(seed, "picture");
  const level = () => (hard ? 255 * Math.round(random()) : Math.floor(random() * 256));
  return { width, height, pixels: Uint8Array.from({ length: width * height * 3 }, level) };
}

/** How many bytes differ; comparing large arrays through expect takes longer than making them. */
function differing(some: Uint8Array, others: Uint8Array): number {
  expect(some).toHaveLength(others.length);
  return Buffer.compare(some, others) === 0 ? 0 : some.filter((value, i) => value !== others[i]).length;
}

/** Sides of which small ones are as likely as large ones. */
const side = fc.double({ min: 0, max: Math.log(500), noNaN: true }).map((power) => Math.floor(Math.exp(power)));

describe("the view that the nodes make", () => {
  test("is that of data/view to the last bit, whatever the size of the picture", async () => {
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.nat(),
        fc.boolean(),
        fc.constantFrom(small, uneven, whole),
        async (width, height, seed, hard, format) => {
          const picture = drawn(width, height, seed, hard);
          expect(differing(await viewByNodes(picture, format), evaluationView(picture, format))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ["one pixel", 1, 1],
    ["a line of pixels", 1, 900],
    ["a row of pixels", 900, 1],
    ["a hair before the middle of a pixel", 93, 93],
    ["as large as after the resize", 341, 341],
    ["as large as the view", 299, 299],
    ["one pixel larger", 342, 341],
    ["half a pixel between the sides of the crop", 400, 341],
    ["twice as large", 682, 1023],
    ["wide", 2900, 160],
    ["high", 120, 1800],
    ["that of a camera", 1224, 918],
  ])("of a picture that is %s", async (_, width, height) => {
    const picture = drawn(width, height, width + height);
    expect(differing(await viewByNodes(picture, inceptionInput), evaluationView(picture, inceptionInput))).toBe(0);
  });

  test("of several pictures of one size is that of each", async () => {
    const pictures = [1, 2, 3].map((seed) => drawn(50, 31, seed));
    const data = Uint8Array.from(pictures.flatMap(({ pixels }) => [...pixels]));
    const { view } = await (await prologueOf(small)).run({ image: { data, shape: [3, 31, 50, 3] } });
    const expected = Uint8Array.from(pictures.flatMap((picture) => [...evaluationView(picture, small)]));
    expect(differing(view as Uint8Array, expected)).toBe(0);
  });

  test("is the same where the model runs in a browser", { timeout: 60_000 }, async () => {
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(prologueModel(small), { executionProviders: ["wasm"] });
    for (const [width, height] of [
      [1, 1],
      [93, 40],
      [85, 85],
      [33, 210],
      [640, 427],
    ] as const) {
      const picture = drawn(width, height, width, true);
      const image = new ort.Tensor("uint8", picture.pixels, [1, height, width, 3]);
      const { view } = await session.run({ image });
      expect(differing(view!.data as Uint8Array, evaluationView(picture, small))).toBe(0);
    }
    await session.release();
  });
});

test("pixels are levels from 0 to 1, minus the mean, by the deviation of their channel", async () => {
  const { width, height, pixels } = drawn(90, 120, 5);
  const answer = await (await prologueOf(uneven)).run({ image: { data: pixels, shape: [1, height, width, 3] } });
  const [view, normalised] = [answer.view as Uint8Array, answer.pixels as Float32Array];
  const area = uneven.size ** 2;
  const expected = normalised.map((_, i) => {
    const channel = Math.floor(i / area);
    return (view[(i % area) * 3 + channel]! / 255 - uneven.mean[channel]!) / uneven.std[channel]!;
  });
  expect(normalised).toHaveLength(3 * area);
  expect(Math.max(...normalised.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
});
