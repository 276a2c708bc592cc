import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { difference, differenceOfAll } from "../../test/support/numbers.ts";
import { slopeError } from "../../test/support/slope.ts";
import { smallClasses, smallNetwork } from "../../test/support/small-network.ts";
import { build, newGraph } from "../ir/graph.ts";
import { print } from "../ir/print.ts";
import { parametersOf } from "../ir/program.ts";
import { evaluate } from "../ir/reference.ts";
import type { Compilable } from "./1-partition.ts";
import { crossEntropyOf, targetsOf } from "./2-loss.ts";
import { compileEvaluation, compileModel, compileTraining, compileTrunk } from "./program.ts";

const labels = [0, 3, 1];
const targets = targetsOf(labels, smallClasses);

describe("the programs of a stage", () => {
  const network = smallNetwork();
  const given: Record<string, Float64Array> = { ...givenFor(network.graph), targets };
  const [, stem, mixed] = network.boundaries;
  const logits = evaluate({ graph: network.graph, outputs: { logits: network.logits } }, given).logits!;

  test.each(network.boundaries)("compute the network's logits and loss, cut at $name", (boundary) => {
    const cut = { boundary, dtype: "float32" } as const;
    const activations = evaluate(compileTrunk(network, [cut]), given)[boundary.name]!;
    const kept = { ...given, activations };
    expect(difference(evaluate(compileEvaluation(network, cut), kept).logits!, logits)).toBeLessThan(1e-12);
    const { loss, logits: again } = evaluate(compileTraining(network, cut, new Set(["head.bias"])), kept);
    expect(difference(again!, logits)).toBeLessThan(1e-12);
    const mean = crossEntropyOf(logits, labels, smallClasses).reduce((total, value) => total + value, 0) / 3;
    expect(difference(loss!, [mean])).toBeLessThan(1e-12);
  });

  test("and the model as a whole, which also says what enters the head and whose parameters are all as they were", () => {
    const pooled = network.boundaries.at(-1)!.value;
    const model = compileModel({ ...network, features: pooled });
    const answer = evaluate(model, given);
    expect(difference(answer.logits!, logits)).toBeLessThan(1e-12);
    const expected = evaluate({ graph: network.graph, outputs: { pooled } }, given).pooled!;
    expect(difference(answer.features!, expected)).toBeLessThan(1e-12);
    expect(Object.keys(compileModel(network).outputs)).toEqual(["logits"]);
    expect(parametersOf(model)).toEqual(parametersOf({ graph: network.graph, outputs: {} }));
    expect(model.graph.nodes.filter(({ op }) => op === "batchNorm")).toHaveLength(3);
  });

  test("have a gradient, which is the slope, for each parameter that learns and for no other", () => {
    const learns = new Set(["left.kernel", "left.gamma", "right.beta", "head.weight", "head.bias"]);
    const program = compileTraining(network, { boundary: stem!, dtype: "float32" }, learns);
    const gradients = Object.keys(program.outputs).filter((name) => name.startsWith("gradient:"));
    expect(gradients.sort()).toEqual([...learns].map((name) => `gradient:${name}`).sort());
    const kept = {
      ...given,
      activations: evaluate(compileTrunk(network, [{ boundary: stem!, dtype: "float32" }]), given).stem!,
    };
    for (const name of learns) {
      expect(Math.max(...evaluate(program, kept)[`gradient:${name}`]!.map(Math.abs))).toBeGreaterThan(1e-6);
      expect(slopeError(program, kept, name, 1e-5), name).toBeLessThan(1e-6);
    }
  });

  test("return loss and logits first, then gradients in the order of the network", () => {
    const learns = new Set(["head.bias", "left.kernel", "head.weight"]);
    const { outputs } = compileTraining(network, { boundary: stem!, dtype: "float32" }, learns);
    expect(Object.keys(outputs)).toEqual([
      ...["loss", "logits", "gradient:left.kernel", "gradient:head.weight", "gradient:head.bias"],
    ]);
  });

  test("have no batch norm left where statistics are stored", () => {
    const cut = { boundary: stem!, dtype: "float16" } as const;
    for (const program of [
      compileTrunk(network, [cut]),
      compileEvaluation(network, cut),
      compileTraining(network, cut, new Set(["left.gamma", "right.kernel"])),
    ])
      expect(program.graph.nodes.filter(({ op }) => op === "batchNorm")).toEqual([]);
  });

  test("hold only what they need", () => {
    const training = compileTraining(network, { boundary: mixed!, dtype: "float32" }, new Set(["head.bias"]));
    expect(parametersOf(training)).toEqual(["head.weight", "head.bias"]);
    expect(parametersOf(compileTrunk(network, [{ boundary: mixed!, dtype: "float32" }]))).not.toContain("head.weight");
  });

  test("are the same text each time", () => {
    const text = () => {
      const fresh = smallNetwork(["right"]);
      const cut = { boundary: fresh.boundaries[1]!, dtype: "float16" } as const;
      return print(compileTraining(fresh, cut, new Set(["left.gamma", "head.weight"])));
    };
    expect(text()).toBe(text());
  });

  test("punish the squares of what the penalty names, also of what is frozen", () => {
    const cut = { boundary: mixed!, dtype: "float32" } as const;
    const activations = evaluate(compileTrunk(network, [cut]), given).mixed!;
    const lossWith = (factor: number) => {
      const penalty = { factor, parameters: new Set(["head.weight"]) };
      return evaluate(compileTraining(network, cut, new Set(["head.bias"]), { penalty }), { ...given, activations })
        .loss![0]!;
    };
    const squares = given["head.weight"]!.reduce((total, value) => total + value * value, 0);
    expect(lossWith(0.5) - lossWith(0)).toBeCloseTo(0.5 * squares, 12);
  });
});

describe("a batch norm on the statistics of the batch", () => {
  const network = smallNetwork(["left"]);
  const given: Record<string, Float64Array> = { ...givenFor(network.graph), targets };
  const cut = { boundary: network.boundaries[1]!, dtype: "float32" } as const;
  const program = compileTraining(network, cut, new Set(["left.kernel", "right.kernel", "head.weight"]));

  test("returns its mean and variance", () => {
    expect(Object.keys(program.outputs).slice(-2)).toEqual(["mean:left", "variance:left"]);
    const { mean, variance } = network.statistics[0]!;
    const whole = { graph: network.graph, outputs: { "mean:left": mean, "variance:left": variance } };
    const kept = { ...given, activations: evaluate(compileTrunk(network, [cut]), given).stem! };
    const { "mean:left": found, "variance:left": spread } = evaluate(program, kept);
    expect(differenceOfAll({ "mean:left": found!, "variance:left": spread! }, evaluate(whole, given))).toBeLessThan(
      1e-12,
    );
  });

  test("passes the gradient through them", () => {
    const kept = { ...given, activations: evaluate(compileTrunk(network, [cut]), given).stem! };
    for (const name of ["left.kernel", "right.kernel", "head.weight"])
      expect(slopeError(program, kept, name, 1e-5), name).toBeLessThan(1e-6);
  });
});

describe("an error of ours", () => {
  const network = smallNetwork();
  const learns = (...names: readonly string[]) => new Set(names);

  test("is something that learns before the boundary", () => {
    const cut = { boundary: network.boundaries[2]!, dtype: "float32" } as const;
    expect(() => compileTraining(network, cut, learns("stem.kernel", "head.bias"))).toThrow(
      'internal: "stem.kernel" learns but is not behind the boundary mixed',
    );
  });

  test("is something that learns nowhere", () => {
    const cut = { boundary: network.boundaries[0]!, dtype: "float32" } as const;
    expect(() => compileTraining(network, cut, learns("elsewhere"))).toThrow(/^internal: "elsewhere" learns/);
  });

  test("is a network without a head", () => {
    const headless: Compilable = { ...network, logits: undefined };
    const cut = { boundary: network.boundaries[1]!, dtype: "float32" } as const;
    expect(() => compileTraining(headless, cut, learns())).toThrow("internal: a network without a head has no logits");
    expect(() => compileEvaluation(headless, cut)).toThrow("internal: a network without a head has no logits");
  });
});

test("the training program of a tiny network, as text", () => {
  const graph = newGraph();
  const g = build(graph);
  const image = g.input({ name: "image", dtype: "float32", shape: [2, 1, 2, 2] });
  const kernel = g.parameter({ name: "kernel", shape: [3, 1, 2, 2] });
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((name) =>
    g.parameter({ name, shape: [3] }),
  );
  const conv = g.conv(image, kernel, g.constant({ values: [0], shape: [3] }), { strides: [1, 1], pads: [0, 0, 0, 0] });
  const unit = g.relu(g.batchNorm(conv, gamma!, beta!, mean!, variance!, { epsilon: 0.001 }));
  const pooled = g.reshape(unit, { shape: [2, 3] });
  const logits = g.matMul(pooled, g.parameter({ name: "weight", shape: [2, 3] }), { transposeRight: true });
  const boundaries = [
    { name: "image", value: image },
    { name: "pooled", value: pooled },
  ];
  const network: Compilable = { graph, boundaries, logits, statistics: [] };
  const [whole, head] = boundaries.map((boundary) => ({ boundary, dtype: "float16" }) as const);
  expect(print(compileTrunk(network, [head!]))).toMatchInlineSnapshot(`
    "%0 = input {name: "image", dtype: "float32", shape: [2, 1, 2, 2]} : float32[2, 1, 2, 2]
    %1 = parameter {name: "kernel", shape: [3, 1, 2, 2]} : float32[3, 1, 2, 2]
    %2 = parameter {name: "gamma", shape: [3]} : float32[3]
    %3 = parameter {name: "beta", shape: [3]} : float32[3]
    %4 = parameter {name: "mean", shape: [3]} : float32[3]
    %5 = parameter {name: "variance", shape: [3]} : float32[3]
    %6 = constant {values: [0], shape: [3]} : float32[3]
    %7 = constant {values: [0.001], shape: [3]} : float32[3]
    %8 = add(%5, %7) : float32[3]
    %9 = sqrt(%8) : float32[3]
    %10 = divide(%2, %9) : float32[3]
    %11 = reshape(%10) {shape: [3, 1, 1, 1]} : float32[3, 1, 1, 1]
    %12 = multiply(%1, %11) : float32[3, 1, 2, 2]
    %13 = subtract(%6, %4) : float32[3]
    %14 = multiply(%13, %10) : float32[3]
    %15 = add(%14, %3) : float32[3]
    %16 = conv(%0, %12, %15) {strides: [1, 1], pads: [0, 0, 0, 0]} : float32[2, 3, 1, 1]
    %17 = relu(%16) : float32[2, 3, 1, 1]
    %18 = reshape(%17) {shape: [2, 3]} : float32[2, 3]
    %19 = cast(%18) {dtype: "float16"} : float16[2, 3]
    return pooled: %19
    "
  `);
  expect(print(compileTraining(network, head!, new Set(["weight"])))).toMatchInlineSnapshot(`
    "%0 = input {name: "activations", dtype: "float16", shape: [2, 3]} : float16[2, 3]
    %1 = cast(%0) {dtype: "float32"} : float32[2, 3]
    %2 = parameter {name: "weight", shape: [2, 3]} : float32[2, 3]
    %3 = matMul(%1, %2) {transposeRight: true} : float32[2, 2]
    %4 = input {name: "targets", dtype: "float32", shape: [2, 2]} : float32[2, 2]
    %5 = logSoftmax(%3) : float32[2, 2]
    %6 = multiply(%4, %5) : float32[2, 2]
    %7 = sum(%6) {axes: [0, 1]} : float32[1, 1]
    %8 = reshape(%7) {shape: []} : float32[]
    %9 = constant {values: [-1], shape: []} : float32[]
    %10 = multiply(%8, %9) : float32[]
    %11 = constant {values: [1], shape: []} : float32[]
    %12 = multiply(%11, %9) : float32[]
    %13 = reshape(%12) {shape: [1, 1]} : float32[1, 1]
    %14 = broadcast(%13) {shape: [2, 2]} : float32[2, 2]
    %15 = multiply(%14, %4) : float32[2, 2]
    %16 = exp(%5) : float32[2, 2]
    %17 = sum(%15) {axes: [1]} : float32[2, 1]
    %18 = multiply(%16, %17) : float32[2, 2]
    %19 = subtract(%15, %18) : float32[2, 2]
    %20 = matMul(%19, %1) {transposeLeft: true, transposeRight: false} : float32[2, 3]
    return loss: %10, logits: %3, gradient:weight: %20
    "
  `);
  expect(print(compileTraining(network, whole!, new Set(["gamma"])))).toMatchInlineSnapshot(`
    "%0 = input {name: "image", dtype: "float32", shape: [2, 1, 2, 2]} : float32[2, 1, 2, 2]
    %1 = parameter {name: "kernel", shape: [3, 1, 2, 2]} : float32[3, 1, 2, 2]
    %2 = parameter {name: "gamma", shape: [3]} : float32[3]
    %3 = parameter {name: "beta", shape: [3]} : float32[3]
    %4 = parameter {name: "mean", shape: [3]} : float32[3]
    %5 = parameter {name: "variance", shape: [3]} : float32[3]
    %6 = constant {values: [0], shape: [3]} : float32[3]
    %7 = constant {values: [0.001], shape: [3]} : float32[3]
    %8 = add(%5, %7) : float32[3]
    %9 = sqrt(%8) : float32[3]
    %10 = divide(%2, %9) : float32[3]
    %11 = reshape(%10) {shape: [3, 1, 1, 1]} : float32[3, 1, 1, 1]
    %12 = multiply(%1, %11) : float32[3, 1, 2, 2]
    %13 = subtract(%6, %4) : float32[3]
    %14 = multiply(%13, %10) : float32[3]
    %15 = add(%14, %3) : float32[3]
    %16 = conv(%0, %12, %15) {strides: [1, 1], pads: [0, 0, 0, 0]} : float32[2, 3, 1, 1]
    %17 = relu(%16) : float32[2, 3, 1, 1]
    %18 = reshape(%17) {shape: [2, 3]} : float32[2, 3]
    %19 = parameter {name: "weight", shape: [2, 3]} : float32[2, 3]
    %20 = matMul(%18, %19) {transposeRight: true} : float32[2, 2]
    %21 = input {name: "targets", dtype: "float32", shape: [2, 2]} : float32[2, 2]
    %22 = logSoftmax(%20) : float32[2, 2]
    %23 = multiply(%21, %22) : float32[2, 2]
    %24 = sum(%23) {axes: [0, 1]} : float32[1, 1]
    %25 = reshape(%24) {shape: []} : float32[]
    %26 = constant {values: [-1], shape: []} : float32[]
    %27 = multiply(%25, %26) : float32[]
    %28 = constant {values: [1], shape: []} : float32[]
    %29 = multiply(%28, %26) : float32[]
    %30 = reshape(%29) {shape: [1, 1]} : float32[1, 1]
    %31 = broadcast(%30) {shape: [2, 2]} : float32[2, 2]
    %32 = multiply(%31, %21) : float32[2, 2]
    %33 = exp(%22) : float32[2, 2]
    %34 = sum(%32) {axes: [1]} : float32[2, 1]
    %35 = multiply(%33, %34) : float32[2, 2]
    %36 = subtract(%32, %35) : float32[2, 2]
    %37 = matMul(%36, %19) {transposeRight: false} : float32[2, 3]
    %38 = reshape(%37) {shape: [2, 3, 1, 1]} : float32[2, 3, 1, 1]
    %39 = reluGradient(%38, %17) : float32[2, 3, 1, 1]
    %40 = convKernelGradient(%0, %39) {strides: [1, 1], pads: [0, 0, 0, 0], kernelSize: [2, 2]} : float32[3, 1, 2, 2]
    %41 = sum(%39) {axes: [0, 2, 3]} : float32[1, 3, 1, 1]
    %42 = reshape(%41) {shape: [3]} : float32[3]
    %43 = multiply(%42, %13) : float32[3]
    %44 = multiply(%40, %1) : float32[3, 1, 2, 2]
    %45 = sum(%44) {axes: [2, 3]} : float32[3, 1, 1, 1]
    %46 = reshape(%45) {shape: [3]} : float32[3]
    %47 = add(%43, %46) : float32[3]
    %48 = divide(%47, %9) : float32[3]
    return loss: %27, logits: %20, gradient:gamma: %48
    "
  `);
});
