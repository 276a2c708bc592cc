import { describe, expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { kerasLayers } from "../models/keras-layers.ts";
import { networkParameters } from "../models/parameters.ts";
import { buildNetwork, cutAt, type PlannedStage, planStages, type RunNetwork } from "./plan.ts";
import { fineTuning, type Stage, type StageSettings } from "./strategy.ts";

const network: RunNetwork = {
  width: 1 / 32,
  format: { ...inceptionInput, size: 75 },
  head: { classes: 3, hidden: [], dropout: 0 },
};

function stage(unfreeze: string, settings: StageSettings = {}): Stage {
  return fineTuning({ ...settings, unfreeze }).stages[0]!;
}

function planOf(unfreeze: string, settings: StageSettings = {}): PlannedStage {
  return planStages(network, [stage(unfreeze, settings)])[0]!;
}

const headNames = ["last_linear.weight", "last_linear.bias"];
const endings = (names: Iterable<string>, ending: string) => [...names].filter((name) => name.endsWith(ending)).length;

describe("a stage's trunk ends", () => {
  test.each([
    ["none", "pooled"],
    ["1 block", "features.20"],
    ["50 layers", "features.19"],
    ["from mixed_7b", "features.18"],
    ["all", "image"],
  ])("with %s unfrozen at %s", (unfreeze, boundary) => {
    expect(planOf(unfreeze).boundary).toBe(boundary);
  });
});

describe("what learns", () => {
  test("is the head alone where nothing is unfrozen", () => {
    const { learns, moves, kernels } = planOf("none");
    expect([...learns]).toEqual(headNames);
    expect(moves).toEqual(learns);
    expect([...kernels]).toEqual(["last_linear.weight"]);
  });

  test("is exactly what Keras' last 50 layers hold, and the head", () => {
    const { learns, kernels } = planOf("50 layers");
    const last = kerasLayers().slice(-50);
    const convolutions = last.filter(({ type }) => type === "Conv2D").map(({ timm }) => `${timm}.conv.weight`);
    const norms = last.filter(({ type }) => type === "BatchNormalization").map(({ timm }) => `${timm}.bn`);
    expect([convolutions.length, norms.length]).toEqual([11, 16]);
    const expected = [...convolutions, ...norms.flatMap((name) => [`${name}.weight`, `${name}.bias`]), ...headNames];
    expect([...learns].sort()).toEqual(expected.sort());
    expect([...kernels].sort()).toEqual([...convolutions, "last_linear.weight"].sort());
  });

  test("is everything but running statistics where all is unfrozen", () => {
    const names = networkParameters(network.width, network.head).map(({ name }) => name);
    expect([...planOf("all").learns].sort()).toEqual(names.filter((name) => !name.includes(".running_")).sort());
  });

  test("moves running statistics only where batch norms take those of the batch", () => {
    const frozen = planOf("1 block");
    expect(frozen.moves).toEqual(frozen.learns);
    expect(frozen.batchStatistics.size).toBe(0);
    const moving = planOf("1 block", { batchNorm: "train" });
    expect(moving.learns).toEqual(frozen.learns);
    expect(moving.batchStatistics.size).toBe(10);
    expect(endings(moving.moves, ".running_mean")).toBe(10);
    expect(endings(moving.moves, ".running_var")).toBe(10);
    expect(moving.moves.size).toBe(moving.learns.size + 20);
    expect(moving.boundary).toBe("features.20");
  });

  test("has a factor of the rate for each block, from the head backwards", () => {
    const { rateFactor } = planOf("all", { blockDecay: 0.5 });
    expect(rateFactor.get("last_linear.weight")).toBe(1);
    expect(rateFactor.get("last_linear.bias")).toBe(1);
    expect(rateFactor.get("features.21.branch0.conv.weight")).toBe(0.5);
    expect(rateFactor.get("features.20.branch0.bn.bias")).toBe(0.25);
    expect(rateFactor.get("features.0.conv.weight")).toBe(0.5 ** 22);
    expect(new Set(planOf("all").rateFactor.values())).toEqual(new Set([1]));
  });
});

describe("a trunk is untouched", () => {
  test.each<{ stages: readonly Stage[]; untouched: readonly boolean[] }>([
    { stages: [stage("none"), stage("50 layers")], untouched: [true, true] },
    { stages: [stage("50 layers"), stage("none")], untouched: [true, false] },
    { stages: [stage("50 layers"), stage("50 layers")], untouched: [true, true] },
    { stages: [stage("1 block"), stage("from mixed_7b"), stage("1 block")], untouched: [true, true, false] },
    { stages: [stage("from mixed_7b"), stage("1 block"), stage("from mixed_7b")], untouched: [true, false, true] },
    { stages: [stage("all"), stage("all")], untouched: [true, true] }, // its trunk is the image
  ])("where no earlier stage changes a parameter in it: $untouched", ({ stages, untouched }) => {
    expect(planStages(network, stages).map(({ trunkUntouched }) => trunkUntouched)).toEqual(untouched);
  });
});

describe("a cut", () => {
  const built = buildNetwork(network, { batch: 2, learning: false, batchStatistics: new Set() });

  test("keeps maps as precisely as asked, pooled features in full and pixels as bytes", () => {
    expect(cutAt(built, "features.19", "float16").dtype).toBe("float16");
    expect(cutAt(built, "features.19", "float32").dtype).toBe("float32");
    expect(cutAt(built, "pooled", "float16").dtype).toBe("float32");
    expect(cutAt(built, "image", "float16").dtype).toBe("uint8");
  });

  test("lies where the network has a boundary of that name", () => {
    expect(cutAt(built, "features.19", "float16").boundary.name).toBe("features.19");
    expect(() => cutAt(built, "features.99", "float16")).toThrow("internal:");
  });
});
