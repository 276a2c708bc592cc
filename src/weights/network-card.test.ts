import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "../errors.ts";
import { inceptionInput } from "../input-format.ts";
import { inputFormatOf, readCard, writeCard } from "./network-card.ts";
import { embeddedSmall, readWeights } from "./network-file.ts";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 10, noNaN: true });

describe("what a weights file says about itself", () => {
  test("is complete in the embedded network", async () => {
    const card = readCard((await readWeights(embeddedSmall())).metadata);
    expect(card).toMatchObject({ width: 0.25, top1: 0.2803, top5: 0.5567 });
    expect(card.format).toEqual({ ...inceptionInput, size: 80 });
    expect([card.classNames.length, card.classIds.length]).toEqual([200, 200]);
    expect([card.classIds[0], card.classNames[0]]).toEqual(["n01443537", "goldfish"]);
    expect(card.dataset).toContain("Tiny ImageNet");
  });

  test("may be nothing at all, as in timm's files", () => {
    expect(readCard({ format: "pt" })).toMatchObject({ format: undefined, width: undefined, classNames: [] });
    expect(inputFormatOf({})).toEqual(inceptionInput);
  });

  test("is read again as it was written", () => {
    const colours = (value: fc.Arbitrary<number>) => fc.tuple(value, value, value);
    const format = fc.record({
      size: fc.integer({ min: 75, max: 600 }),
      crop: positive.map((value) => Math.min(1, value)),
      interpolation: fc.constant("bicubic" as const),
      mean: colours(share),
      std: colours(positive),
    });
    const names = fc.array(fc.string());
    const cards = fc.record({
      format: maybe(format),
      width: maybe(positive),
      classNames: names,
      classIds: fc.constant([]),
      dataset: maybe(fc.string()),
      top1: maybe(share),
      top5: maybe(share),
    });
    fc.assert(
      fc.property(cards, (card) => {
        expect(readCard(writeCard(card))).toEqual(card);
      }),
    );
  });

  test.each([
    ["input_size", "74"],
    ["input_size", "80.5"],
    ["input_size", ""],
    ["width", "0"],
    ["top1", "28"],
    ["class_names", "cat,dog"],
    ["class_names", "[1,2]"],
    ["class_ids", '["n01443537"]'],
  ])("is refused where %s is %s", (key, text) => {
    expect(() => readCard({ [key]: text })).toThrow(new RegExp(`^weights/metadata: the weights say "${key}" is `));
  });

  test.each([
    ["mean", "0.5,0.5"],
    ["mean", "0.5,0.5,0.5,0.5"],
    ["std", "0.5,0,0.5"],
    ["crop_pct", "1.1"],
    ["interpolation", "bilinear"],
  ])("is refused where, next to an input size, %s is %s", (key, text) => {
    expect(() => inputFormatOf({ input_size: "80", [key]: text })).toThrow(/^weights\/metadata: /);
  });

  test("is either understood or refused by name, whatever it is", () => {
    const keys = fc.constantFrom("input_size", "mean", "std", "crop_pct", "width", "top1", "class_names", "class_ids");
    const texts = fc.oneof(fc.string(), fc.constantFrom("0x50", "1e400", "NaN", "[", '["a"]', "1,2,3", "80", " "));
    fc.assert(
      fc.property(fc.dictionary(keys, texts), (metadata) => {
        try {
          readCard(metadata);
        } catch (error) {
          if (!(error instanceof ReinceptionError)) throw error;
          expect(error.code).toBe("weights/metadata");
        }
      }),
      { numRuns: 500 },
    );
  });
});
