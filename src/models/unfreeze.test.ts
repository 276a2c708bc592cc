import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { blocks } from "./card.ts";
import { networkParameters } from "./parameters.ts";
import { learningOf, parseUnfreeze, showUnfreeze, type Unfreeze } from "./unfreeze.ts";

const learn = (text: string) => learningOf(parseUnfreeze(text));
const infos = new Map(networkParameters(1).map((info) => [info.name, info]));

function count(names: readonly string[]): number {
  return names.reduce((total, name) => total + elementCount(infos.get(name)!.shape), 0);
}

/** As in networks whose batch norms do not scale (Keras' scale=False). */
function withoutGamma(names: readonly string[]): readonly string[] {
  return names.filter((name) => infos.get(name)!.kind !== "gamma");
}

const blockNames = blocks.flatMap(({ name, paper }) => [name, paper]);
const unfreezes: fc.Arbitrary<Unfreeze> = fc.oneof(
  fc.record({ kind: fc.constant("layers" as const), count: fc.integer({ min: 0, max: 491 }) }),
  fc.record({ kind: fc.constant("convs" as const), count: fc.integer({ min: 0, max: 149 }) }),
  fc.record({ kind: fc.constant("blocks" as const), count: fc.integer({ min: 0, max: 22 }) }),
  fc.record({ kind: fc.constant("from" as const), block: fc.constantFrom(...blocks.map(({ name }) => name)) }),
  fc.record({ kind: fc.constantFrom("all" as const, "none" as const) }),
);

describe("what learns, in words", () => {
  test.each<[string, Unfreeze]>([
    ["50 layers", { kind: "layers", count: 50 }],
    ["50", { kind: "layers", count: 50 }],
    ["1 layer", { kind: "layers", count: 1 }],
    ["10 convs", { kind: "convs", count: 10 }],
    ["1 conv", { kind: "convs", count: 1 }],
    [" 2  Blocks ", { kind: "blocks", count: 2 }],
    ["from mixed_7b", { kind: "from", block: "features.19" }],
    ["from Mixed_7b", { kind: "from", block: "features.19" }],
    ["from features.19", { kind: "from", block: "features.19" }],
    ["from conv2d_1a", { kind: "from", block: "features.0" }],
    ["all", { kind: "all" }],
    ["None", { kind: "none" }],
  ])('"%s" is understood', (text, unfreeze) => {
    expect(parseUnfreeze(text)).toEqual(unfreeze);
  });

  test("what is shown is understood again", () => {
    fc.assert(
      fc.property(unfreezes, (unfreeze) => {
        expect(parseUnfreeze(showUnfreeze(unfreeze))).toEqual(unfreeze);
      }),
    );
  });

  test.each(["", "fifty layers", "50 neurons", "-1 layers", "1.5 blocks", "from", "mixed_7b", "2 blocks and a half"])(
    '"%s" is refused with the forms that are known',
    (text) => {
      expect(() => parseUnfreeze(text)).toThrow(
        `options/unfreeze: "${text}" does not say what is to learn. Known are "50 layers", "10 convs", "2 blocks"`,
      );
    },
  );

  test("more than there is, and blocks that do not exist, are refused by name", () => {
    expect(() => parseUnfreeze("492")).toThrow(/^options\/unfreeze-count: "492" .*491 layers/);
    expect(() => parseUnfreeze("150 convs")).toThrow(/149 convs/);
    expect(() => parseUnfreeze("23 blocks")).toThrow(/22 blocks/);
    expect(() => parseUnfreeze("from mixed_8a")).toThrow(/^options\/unfreeze-block: .*"mixed_8a".*mixed_7d/);
  });

  test("any text is either understood or refused as an option", () => {
    const words = fc.constantFrom("from", "layers", "convs", "block", "all", "7", "999", " ", ...blockNames);
    const texts = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          learn(text);
        } catch (error) {
          expect((error as Error).message).toMatch(/^options\/unfreeze/);
        }
      }),
    );
  });
});

describe("what learns, by name", () => {
  test("the last 50 layers are 4,949,376 numbers in 43 tensors, 4,944,576 in 27 without gammas", () => {
    const { parameters, batchNorms } = learn("50 layers");
    expect([parameters.length, count(parameters)]).toEqual([43, 4_949_376]);
    const plain = withoutGamma(parameters);
    expect([plain.length, count(plain)]).toEqual([27, 4_944_576]);
    expect(batchNorms.length).toBe(16);
  });

  test("in mixed_7c the last 50 layers hold one kernel, but the batch norms of frozen convolutions too", () => {
    const { parameters, batchNorms } = learn("50 layers");
    const in7c = parameters.filter((name) => name.startsWith("features.20."));
    expect(in7c.filter((name) => name.endsWith("conv.weight"))).toEqual(["features.20.branch3.1.conv.weight"]);
    expect(batchNorms.filter((name) => name.startsWith("features.20."))).toEqual([
      "features.20.branch0.bn",
      "features.20.branch1_1a.bn",
      "features.20.branch1_1b.bn",
      "features.20.branch2_3a.bn",
      "features.20.branch2_3b.bn",
      "features.20.branch3.1.bn",
    ]);
  });

  interface Programs {
    readonly programs: readonly {
      scale: boolean;
      stages: readonly {
        base: string;
        trainableLayersOfBase: { count: number; timm: readonly string[] };
        trainableVariables: readonly { timm: string }[];
        batchNormInTrainingMode: readonly { timm: string }[];
      }[];
    }[];
    readonly fullWidth: { readonly counts: readonly { base: string; scale: boolean; ofBase: number }[] };
  }
  const { programs, fullWidth } = readFixture<Programs>("keras-programs");

  test("the last 50 layers are those which Keras trained", () => {
    let compared = 0;
    for (const { scale, stages } of programs)
      for (const stage of stages.filter(({ base }) => base === "last")) {
        const { parameters, batchNorms } = learn("50 layers");
        const names = scale ? parameters : withoutGamma(parameters);
        expect(new Set(names)).toEqual(new Set(stage.trainableVariables.map(({ timm }) => timm)));
        if (stage.batchNormInTrainingMode.length > 0)
          expect(new Set(batchNorms)).toEqual(new Set(stage.batchNormInTrainingMode.map(({ timm }) => timm)));
        compared++;
      }
    expect(compared).toBeGreaterThan(5);
  });

  test("at full width as much of the base learns as Keras counts", () => {
    expect(fullWidth.counts.length).toBe(8);
    for (const { base, scale, ofBase } of fullWidth.counts) {
      const { parameters } = learn(base === "last" ? "50 layers" : "none");
      expect(count(scale ? parameters : withoutGamma(parameters))).toBe(ofBase);
    }
  });

  test.each([
    ["from mixed_7d", "34 layers", 4_553_088],
    ["from mixed_7c", "68 layers", 9_106_176],
    ["from mixed_7b", "102 layers", 13_659_264],
    ["from mixed_7a", "122 layers", 16_406_656],
    ["all", "491 layers", 41_142_816],
    ["none", "0 layers", 0],
  ])("%s is %s, %i numbers", (words, layers, numbers) => {
    expect(learn(layers)).toEqual(learn(words));
    expect(count(learn(words).parameters)).toBe(numbers);
  });

  test("blocks and convolutions are counted from the end, in timm's order", () => {
    expect(learn("3 blocks")).toEqual(learn("from features.19"));
    expect(learn("22 blocks")).toEqual(learn("all"));
    expect(learn("10 convs")).toEqual(learn("from mixed_7d"));
    expect(learn("149 convs")).toEqual(learn("all"));
    expect(learn("1 conv")).toEqual({
      parameters: [
        "features.21.branch3.1.conv.weight",
        "features.21.branch3.1.bn.weight",
        "features.21.branch3.1.bn.bias",
      ],
      batchNorms: ["features.21.branch3.1.bn"],
    });
    const kernels = learn("50 convs").parameters.filter((name) => infos.get(name)!.kind === "kernel");
    expect(kernels.length).toBe(50);
  });

  test("more of a unit never means that less learns, and statistics never learn", () => {
    fc.assert(
      fc.property(fc.constantFrom("layers", "convs", "blocks"), fc.nat(21), fc.nat(21), (unit, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((n) => learn(`${n} ${unit}`));
        for (const name of less!.parameters) expect(more!.parameters).toContain(name);
        expect(more!.parameters.some((name) => name.includes("running_"))).toBe(false);
      }),
    );
  });
});
