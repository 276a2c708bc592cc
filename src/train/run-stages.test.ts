import { afterEach, describe, expect, test } from "vitest";
import { difference, uniform } from "../../test/support/numbers.ts";
import { inceptionInput } from "../input-format.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { networkParameters } from "../models/parameters.ts";
import { stream } from "../random.ts";
import { buildNetwork, cutAt, planStages } from "./plan.ts";
import { type RetrainOptions, resolveConfig } from "./resolve.ts";
import { openStage } from "./run-stages.ts";
import type { Parameters, Stepper } from "./stepper.ts";

const labels = Uint32Array.of(1, 0, 1);
const rate = 0.1;
const sgd = {
  strategy: "fine-tuning",
  unfreeze: "1 block",
  head: "linear",
  optimizer: "sgd",
  cachePrecision: "float32",
} as const;

const opened: Stepper[] = [];
afterEach(async () => {
  for (const stepper of opened.splice(0)) await stepper.close();
});

/** One step of a run with these options, from parameters that are the same each time. */
async function stepOf(options: Partial<RetrainOptions>) {
  const config = resolveConfig({ data: "photos", weights: "random", threads: 1, ...sgd, ...options });
  const head = { classes: 2, hidden: config.strategy.hidden, dropout: config.dropout };
  const network = { width: 1 / 32, format: { ...inceptionInput, size: 75 }, head };
  const [plan] = planStages(network, config.strategy.stages);
  const drawn = initialParameters(networkParameters(network.width, head), 1);
  const parameters: Parameters = new Map([...drawn].map(([name, { values }]) => [name, values]));
  const before = new Map([...parameters].map(([name, values]) => [name, values.slice()]));
  const built = buildNetwork(network, { batch: 3, learning: false, batchStatistics: new Set() });
  const { shape } = cutAt(built, plan!.boundary, config.cachePrecision).boundary.value.type;
  const activations = Float32Array.from(uniform(stream(1, "activations"), elementCount(shape), 0, 2));
  const stepper = openStage(
    { config, network, parameters, counts: [1, 2], base: { source: undefined } },
    plan!,
    parameters,
  );
  opened.push(stepper);
  const { loss, logits } = await stepper.step({ activations }, labels, rate);
  return { loss, logits, before, after: parameters, plan: plan! };
}

/** Everything that learns, in two runs, with how far the second run's has moved beyond the first's. */
async function beyond(options: Partial<RetrainOptions>) {
  const [plain, other] = [await stepOf({}), await stepOf(options)];
  const names = [...plain.plan.learns].map((name) => {
    const [one, two, before] = [plain.after.get(name)!, other.after.get(name)!, plain.before.get(name)!];
    return { name, before, further: Float64Array.from(two, (value, i) => value - one[i]!) };
  });
  const isKernel = (name: string) => name.endsWith("conv.weight") || name === "last_linear.weight";
  return {
    ...{ plain, other },
    kernels: names.filter(({ name }) => isKernel(name)),
    others: names.filter(({ name }) => !isKernel(name)),
  };
}

const times = (factor: number, values: Float32Array) => Float64Array.from(values, (value) => factor * value);

describe("what the options of a run do to its steps", () => {
  test("--weight-decay shrinks kernels alone: no bias, scale or offset", async () => {
    const { kernels, others } = await beyond({ weightDecay: 0.5 });
    expect([kernels.length, others.length]).toEqual([11, 21]); // ten convolutions with their batch norms, and the head
    for (const { name, before, further } of kernels)
      expect(difference(further, times(-rate * 0.5, before)), name).toBeLessThan(1e-6);
    for (const { name, further } of others)
      expect(
        further.every((value) => value === 0),
        name,
      ).toBe(true);
  });

  test("--l2 adds its factor times the squared kernels to the loss, and twice the kernels to their gradients", async () => {
    const factor = 0.01;
    const { plain, other, kernels, others } = await beyond({ l2: factor });
    const squares = kernels.reduce(
      (total, { before }) => total + before.reduce((sum, value) => sum + value ** 2, 0),
      0,
    );
    expect(other.loss - plain.loss).toBeCloseTo(factor * squares, 4);
    for (const { name, before, further } of kernels)
      expect(difference(further, times(-rate * 2 * factor, before)), name).toBeLessThan(1e-6);
    for (const { name, further } of others)
      expect(
        further.every((value) => value === 0),
        name,
      ).toBe(true);
  });

  test("--label-smoothing spreads its share of the target evenly over all classes", async () => {
    const share = 0.2;
    const { loss, logits } = await stepOf({ labelSmoothing: share });
    const expected = [0, 1, 2].map((row) => {
      const [zero, one] = logits.subarray(2 * row, 2 * row + 2);
      const all = Math.log(Math.exp(zero!) + Math.exp(one!));
      const target = (label: number) => (labels[row] === label ? 1 - share : 0) + share / 2;
      return target(0) * (all - zero!) + target(1) * (all - one!);
    });
    expect(loss).toBeCloseTo(expected.reduce((total, value) => total + value, 0) / 3, 5);
    expect((await stepOf({})).loss).not.toBeCloseTo(loss, 3);
  });
});
