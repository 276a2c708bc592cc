import { afterEach, describe, expect, test } from "vitest";
import { difference, uniform } from "../../test/support/numbers.ts";
import { crossEntropyOf, plainLoss, targetsOf } from "../compile/2-loss.ts";
import { compileTraining } from "../compile/program.ts";
import { inceptionInput } from "../input-format.ts";
import { evaluate } from "../ir/reference.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { networkParameters } from "../models/parameters.ts";
import { defineOptimizer } from "../optimize/optimizers.ts";
import { stream } from "../random.ts";
import { buildNetwork, cutAt, type PlannedStage, planStages, type RunNetwork } from "./plan.ts";
import { kerasStatistics } from "./statistics.ts";
import { openStepper, type Parameters, type Stepper, type StepperOptions } from "./stepper.ts";
import { fineTuning } from "./strategy.ts";

const classes = 3;
const labels = Uint32Array.of(2, 0, 1, 1);
const tolerance = 1e-5; // of the largest number, float32 against float64

interface Case {
  readonly network: RunNetwork;
  readonly plan: PlannedStage;
  readonly parameters: Parameters;
  /** [4, ...] kept activations at the boundary. */
  readonly activations: Float32Array;
  readonly stepper: Stepper;
}

const opened: Stepper[] = [];
afterEach(async () => {
  for (const stepper of opened.splice(0)) await stepper.close();
});

/** The last block of a thin network and its head, on maps of 2 x 2, with plain SGD at hand unless said otherwise. */
function openCase(
  changes: Partial<StepperOptions> = {},
  { batchNorm = "frozen", dropout = 0 }: { batchNorm?: "frozen" | "train"; dropout?: number } = {},
): Case {
  const head = { classes, hidden: [], dropout };
  const network = { width: 1 / 32, format: { ...inceptionInput, size: 107 }, head };
  const [plan] = planStages(network, fineTuning({ unfreeze: "1 block", batchNorm }).stages);
  const drawn = initialParameters(networkParameters(network.width, head), 1);
  const parameters = new Map([...drawn].map(([name, { values }]) => [name, values]));
  const build = (batch: number, learning: boolean) =>
    buildNetwork(network, { batch, learning, batchStatistics: plan!.batchStatistics });
  const boundary = cutAt(build(4, false), plan!.boundary, "float32").boundary;
  const stepper = openStepper({
    network: build,
    cut: (built) => cutAt(built, plan!.boundary, "float32"),
    parameters,
    learns: plan!.learns,
    classes,
    loss: plainLoss,
    optimizer: defineOptimizer({ name: "sgd" }),
    clipNorm: null,
    rateFactor: () => 1,
    decays: () => false,
    statisticsMomentum: kerasStatistics,
    threads: 1,
    ...changes,
  });
  opened.push(stepper);
  const activations = Float32Array.from(
    uniform(stream(1, "activations"), elementCount(boundary.value.type.shape), 0, 2),
  );
  return { network, plan: plan!, parameters, activations, stepper };
}

/** The first images of a batch of four. */
function some({ activations }: Case, images: number): Float32Array {
  return activations.subarray(0, (activations.length / 4) * images);
}

function copyOf(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, values]) => [name, values.slice()]));
}

/** Loss, logits, gradients and statistics of the first images in float64, by a program for just so many. */
function reference({ network, plan, ...rest }: Case, parameters: Parameters, images: number) {
  const built = buildNetwork(network, { batch: images, learning: true, batchStatistics: plan.batchStatistics });
  const program = compileTraining(built, cutAt(built, plan.boundary, "float32"), plan.learns);
  const given = {
    ...Object.fromEntries(parameters),
    activations: some({ network, plan, ...rest }, images),
    targets: targetsOf(labels.subarray(0, images), classes),
  };
  return evaluate(program, given);
}

/** By how much each parameter has changed. */
function changes(before: Parameters, after: Parameters): ReadonlyMap<string, Float64Array> {
  return new Map(
    [...before].map(([name, values]) => [name, Float64Array.from(values, (value, i) => after.get(name)![i]! - value)]),
  );
}

function norm(numbers: Iterable<Float64Array>): number {
  return Math.sqrt([...numbers].flatMap((values) => [...values]).reduce((total, value) => total + value * value, 0));
}

describe("a step", () => {
  test.each([4, 3, 1])("on %i images follows the gradient of exactly these images", async (images) => {
    const at = openCase();
    await at.stepper.step({ activations: at.activations }, labels, 0.1); // a full batch first, as in an epoch
    const before = copyOf(at.parameters);
    const expected = reference(at, before, images);
    const rate = 0.5;
    const { loss, logits, gradientNorm } = await at.stepper.step(
      { activations: some(at, images) },
      labels.subarray(0, images),
      rate,
    );
    expect(difference([loss], expected.loss!)).toBeLessThan(tolerance);
    expect(difference(logits, expected.logits!)).toBeLessThan(tolerance);
    const own = [...crossEntropyOf(logits, labels.subarray(0, images), classes)];
    expect(loss).toBeCloseTo(own.reduce((total, value) => total + value, 0) / images, 5);
    const moved = changes(before, at.parameters);
    let largest = 0;
    for (const name of at.plan.learns) {
      const gradient = expected[`gradient:${name}`]!;
      largest = Math.max(largest, ...gradient.map(Math.abs));
      expect(
        difference(
          moved.get(name)!,
          gradient.map((value) => -rate * value),
        ),
        name,
      ).toBeLessThan(tolerance);
    }
    expect(largest).toBeGreaterThan(0.01); // so that the comparison says something
    const all = [...at.plan.learns].map((name) => expected[`gradient:${name}`]!);
    expect(gradientNorm()).toBeCloseTo(norm(all), 4);
  });

  test("changes every parameter that learns and no other, to the last bit", async () => {
    const at = openCase();
    const before = copyOf(at.parameters);
    for (const images of [4, 3])
      await at.stepper.step({ activations: some(at, images) }, labels.subarray(0, images), 0.1);
    const changed = [...changes(before, at.parameters)].filter(([, values]) => values.some((value) => value !== 0));
    expect(changed.map(([name]) => name).sort()).toEqual([...at.plan.learns].sort());
  });

  test("on the same batch again and again lowers its loss", async () => {
    const at = openCase({ optimizer: defineOptimizer({ name: "adam", definition: "keras" }) });
    const losses: number[] = [];
    for (let step = 0; step < 15; step++)
      losses.push((await at.stepper.step({ activations: at.activations }, labels, 0.01)).loss);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
  });
});

describe("what an option does to a step", () => {
  /** Changes of one step of two cases that differ in an option. */
  async function compare(option: Partial<StepperOptions>) {
    const [plain, other] = [openCase(), openCase(option)];
    const before = copyOf(plain.parameters);
    const results = [];
    for (const { stepper, activations } of [plain, other])
      results.push(await stepper.step({ activations }, labels, 0.1));
    return {
      ...{ before, learns: plain.plan.learns, kernels: plain.plan.kernels, results },
      ...{ plain: changes(before, plain.parameters), other: changes(before, other.parameters) },
    };
  }

  test("weight decay shrinks the parameters that it is for, and no other", async () => {
    const weightDecay = 0.5;
    const { before, learns, kernels, plain, other } = await compare({
      optimizer: defineOptimizer({ name: "sgd", weightDecay }),
      decays: (name) => name.endsWith("conv.weight"),
    });
    for (const name of learns) {
      const decay = name.endsWith("conv.weight") ? 0.1 * weightDecay : 0;
      const expected = plain.get(name)!.map((value, i) => value - decay * before.get(name)![i]!);
      if (decay === 0) expect(other.get(name)).toEqual(plain.get(name));
      else expect(difference(other.get(name)!, expected), name).toBeLessThan(1e-6);
    }
    expect(kernels.size).toBe([...learns].filter((name) => name.endsWith("conv.weight")).length + 1);
  });

  test("a factor of the rate holds for its parameters alone", async () => {
    const factorOf = (name: string) => (name.startsWith("last_linear") ? 1 : name.endsWith("bn.weight") ? 0 : 0.5);
    const { learns, plain, other } = await compare({ rateFactor: factorOf });
    for (const name of learns)
      expect(
        difference(
          other.get(name)!,
          plain.get(name)!.map((value) => value * factorOf(name)),
        ),
        name,
      ).toBeLessThan(1e-7);
  });

  test("a penalty adds its factor times the squared kernels to the loss, and twice the kernel to its gradient", async () => {
    const factor = 0.01;
    const parameters = new Set(["last_linear.weight"]);
    const { before, results, plain, other } = await compare({ penalty: { factor, parameters } });
    const weight = before.get("last_linear.weight")!;
    const squares = weight.reduce((total, value) => total + value * value, 0);
    expect(results[1]!.loss - results[0]!.loss).toBeCloseTo(factor * squares, 5);
    const expected = plain.get("last_linear.weight")!.map((value, i) => value - 0.1 * 2 * factor * weight[i]!);
    expect(difference(other.get("last_linear.weight")!, expected)).toBeLessThan(1e-6);
    expect(other.get("last_linear.bias")).toEqual(plain.get("last_linear.bias"));
  });

  test("clipping makes all gradients together as long as it says, and reports how long they were", async () => {
    const clipNorm = 0.05;
    const { results, plain, other } = await compare({ clipNorm });
    const before = norm(plain.values()) / 0.1;
    expect(before).toBeGreaterThan(clipNorm);
    expect(results[1]!.gradientNorm()).toBeCloseTo(before, 4);
    expect(norm(other.values())).toBeCloseTo(0.1 * clipNorm, 5);
  });

  test("label smoothing spreads the target: the gradient of the bias is p - q", async () => {
    const { results, other } = await compare({ loss: { labelSmoothing: 0.3, classWeighting: "keras" } });
    const targets = targetsOf(labels, classes, { labelSmoothing: 0.3, classWeighting: "keras" });
    const { logits } = results[1]!;
    const expected = [0, 1, 2].map((c) =>
      [0, 1, 2, 3].reduce((total, image) => {
        const row = logits.subarray(image * classes, (image + 1) * classes);
        const p = Math.exp(row[c]!) / row.reduce((sum, value) => sum + Math.exp(value), 0);
        return total - 0.1 * (p / 4 - targets[image * classes + c]!);
      }, 0),
    );
    expect(difference(other.get("last_linear.bias")!, expected)).toBeLessThan(1e-6);
  });

  test("dropout hides what its mask says: of nothing but zeros only the bias comes through", async () => {
    const at = openCase({}, { dropout: 0.5 });
    const before = copyOf(at.parameters);
    const mask = new Float32Array((4 * before.get("last_linear.weight")!.length) / classes);
    const { logits } = await at.stepper.step({ activations: at.activations, "dropout.0": mask }, labels, 0.1);
    expect([...logits]).toEqual(Array.from({ length: 4 }, () => [...before.get("last_linear.bias")!]).flat());
    expect(at.parameters.get("last_linear.weight")).toEqual(before.get("last_linear.weight"));
    // to judge, nothing is hidden, and no mask is asked for
    const judged = (await at.stepper.evaluate({ activations: at.activations }, 4)).logits;
    expect(new Set(judged).size).toBeGreaterThan(classes);
  });
});

describe("batch norms with the statistics of the batch", () => {
  test.each([4, 3])(
    "move their running ones towards those of %i images, and nothing else is touched",
    async (images) => {
      const at = openCase({}, { batchNorm: "train" });
      const before = copyOf(at.parameters);
      const expected = reference(at, before, images);
      await at.stepper.step({ activations: some(at, images) }, labels.subarray(0, images), 0.1);
      expect(at.plan.batchStatistics.size).toBe(10);
      for (const batchNorm of at.plan.batchStatistics)
        for (const [running, batch] of [
          ["running_mean", "mean"],
          ["running_var", "variance"],
        ] as const) {
          const name = `${batchNorm}.${running}`;
          const moved = before
            .get(name)!
            .map((value, i) => 0.99 * value + 0.01 * expected[`${batch}:${batchNorm}`]![i]!);
          expect(difference(at.parameters.get(name)!, moved), name).toBeLessThan(1e-6);
          expect(at.parameters.get(name), name).not.toEqual(before.get(name));
        }
      const changed = [...changes(before, at.parameters)].filter(([, values]) => values.some((value) => value !== 0));
      expect(changed.every(([name]) => at.plan.moves.has(name))).toBe(true);
    },
  );

  test("judge by the running ones: a row does not depend on its neighbours", async () => {
    const at = openCase({}, { batchNorm: "train" });
    await at.stepper.step({ activations: at.activations }, labels, 0.1);
    const together = (await at.stepper.evaluate({ activations: at.activations }, 4)).logits;
    const alone = (await at.stepper.evaluate({ activations: some(at, 1) }, 1)).logits;
    expect(difference(alone, together.subarray(0, classes))).toBeLessThan(tolerance);
  });
});

describe("a judgement", () => {
  test("uses the parameters as they are now", async () => {
    const at = openCase();
    const before = (await at.stepper.evaluate({ activations: at.activations }, 4)).logits;
    const { logits } = await at.stepper.step({ activations: at.activations }, labels, 0.5);
    expect(difference(logits, before)).toBeLessThan(tolerance); // a step tells the logits before it
    const after = (await at.stepper.evaluate({ activations: at.activations }, 4)).logits;
    expect(difference(after, before)).toBeGreaterThan(0.01);
    expect(difference(after, reference(at, at.parameters, 4).logits!)).toBeLessThan(tolerance);
  });

  test("of a batch filled up with zeros has the rows of the images alone", async () => {
    const at = openCase();
    const filled = new Float32Array(at.activations.length);
    filled.set(some(at, 3));
    const rows = (await at.stepper.evaluate({ activations: filled }, 4)).logits.subarray(0, 3 * classes);
    expect(difference(rows, (await at.stepper.evaluate({ activations: some(at, 3) }, 3)).logits)).toBeLessThan(
      tolerance,
    );
  });
});

test("what a program takes and is not fed is a fault of ours", async () => {
  const at = openCase();
  await expect(at.stepper.step({}, labels, 0.1)).rejects.toThrow('internal: nothing is fed to "activations"');
});
