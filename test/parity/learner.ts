// Training steps in both precisions behind one face: in float32 the product's own stepper, in float64 the same programs
// evaluated by the reference and the same update on arrays of doubles.

import { targetsOf } from "../../src/compile/2-loss.ts";
import { compileEvaluation, compileTraining } from "../../src/compile/program.ts";
import type { Program } from "../../src/ir/program.ts";
import { evaluate } from "../../src/ir/reference.ts";
import { clip, globalNorm } from "../../src/optimize/clipping.ts";
import { newState, update } from "../../src/optimize/optimizers.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { moveStatistics } from "../../src/train/statistics.ts";
import { openStepper, type StepperOptions } from "../../src/train/stepper.ts";
import { type Engine, single, threads } from "./engine.ts";

export type LearnerOptions = Omit<StepperOptions, "parameters" | "threads"> & {
  /** Of the precision of the engine; those which learn, and statistics that move, change in place. */
  readonly parameters: Map<string, FloatArray>;
};

type Feeds = Readonly<Record<string, FloatArray>>;

export interface Learner {
  /** Loss and gradient norm are those before the update. */
  step(
    feeds: Feeds,
    labels: Uint32Array,
    learningRate: number,
  ): Promise<{ loss: number; gradientNorm: () => number; logits: FloatArray }>;
  /** Logits of a batch with the parameters as they are now. */
  evaluate(feeds: Feeds, batch: number): Promise<FloatArray>;
  close(): Promise<void>;
}

/** Parameters in the precision of an engine, as copies. */
export function parametersFor(
  { name }: Engine,
  values: Iterable<readonly [string, FloatArray]>,
): Map<string, FloatArray> {
  return new Map(
    [...values].map(([key, array]) => [key, name === "float64" ? Float64Array.from(array) : Float32Array.from(array)]),
  );
}

export function openLearner({ name }: Engine, options: LearnerOptions): Learner {
  return name === "float64" ? openReference(options) : openProduct(options);
}

function openProduct(options: LearnerOptions): Learner {
  const parameters = options.parameters as Map<string, Float32Array>; // see parametersFor
  const stepper = openStepper({ ...options, parameters, threads });
  const feed = (feeds: Feeds) =>
    Object.fromEntries(Object.entries(feeds).map(([key, values]) => [key, single(values)]));
  return {
    step: (feeds, labels, learningRate) => stepper.step(feed(feeds), labels, learningRate),
    evaluate: async (feeds, batch) => (await stepper.evaluate(feed(feeds), batch)).logits,
    close: () => stepper.close(),
  };
}

function openReference(options: LearnerOptions): Learner {
  const { network, cut, parameters, learns, classes, loss, penalty, optimizer, clipNorm } = options;
  const values = Object.fromEntries(parameters);
  const states = new Map([...learns].map((name) => [name, newState(optimizer, values[name]!)]));
  const { statistics } = network(1, true);
  const programs = new Map<string, Program>();
  const programOf = (batch: number, learning: boolean): Program => {
    const key = `${batch}:${learning}`;
    const built = network(batch, learning);
    const compile = () =>
      learning ? compileTraining(built, cut(built), learns, { penalty }) : compileEvaluation(built, cut(built));
    const program = programs.get(key) ?? compile();
    programs.set(key, program);
    return program;
  };
  let steps = 0;
  return {
    async step(feeds, labels, learningRate) {
      const targets = targetsOf(labels, classes, loss);
      const result = evaluate(programOf(labels.length, true), { ...values, ...feeds, targets });
      const gradients = [...learns].map((name) => result[`gradient:${name}`]!);
      const norm = globalNorm(gradients);
      if (clipNorm !== null) clip({ name: "global-norm", definition: "pytorch", limit: clipNorm }, gradients);
      steps += 1;
      [...learns].forEach((name, i) => {
        update(optimizer, {
          parameter: values[name]!,
          gradient: gradients[i]!,
          state: states.get(name)!,
          learningRate: learningRate * options.rateFactor(name),
          decayFactor: options.decays(name) ? 1 : 0,
          step: steps,
        });
      });
      for (const { batchNorm, count } of statistics)
        moveStatistics(values, batchNorm, result, count * labels.length, options.statisticsMomentum);
      return { loss: result.loss![0]!, gradientNorm: () => norm, logits: result.logits! };
    },
    evaluate: async (feeds, batch) => evaluate(programOf(batch, false), { ...values, ...feeds }).logits!,
    close: async () => {},
  };
}
