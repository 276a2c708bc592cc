// One training step after another: the engine gives loss and gradients, the update happens here, in place. What learns
// lives in `parameters` and is fed anew to every step; nothing of it is inside a program.

import type { Compilable, Cut } from "../compile/1-partition.ts";
import { type BatchNotes as LossNotes, type LossOptions, type LossTerms, targetsOf } from "../compile/2-loss.ts";
import type { Retention } from "../compile/2-retention.ts";
import { bind, type Constants } from "../compile/5-bind.ts";
import { compileEvaluation, compileTraining } from "../compile/program.ts";
import { globalNorm, globalNormFactor } from "../optimize/clipping.ts";
import { newState, type Optimizer, update } from "../optimize/optimizers.ts";
import { pullBack } from "../optimize/pull-back.ts";
import { openProgram, type Session, type TensorData } from "../runtime/session.ts";
import { moveStatistics, type StatisticsMomentum } from "./statistics.ts";

/** Values of parameters by name; those that learn change in place. */
export type Parameters = Map<string, Float32Array>;

export interface StepperOptions {
  /** The network for a batch size; with `learning`, batch norms as they are while learning, and dropout. */
  readonly network: (batch: number, learning: boolean) => Compilable;
  /** Where it is cut: finds the boundary in a network that `network` made. */
  readonly cut: (network: Compilable) => Cut;
  readonly parameters: Parameters;
  readonly learns: ReadonlySet<string>;
  readonly classes: number;
  readonly loss: LossOptions;
  readonly penalty?: LossTerms["penalty"];
  /** Added to the logits in the loss alone. */
  readonly logitOffsets?: LossTerms["logitOffsets"];
  readonly optimizer: Optimizer;
  /** Largest global norm of the gradient, PyTorch's definition; null leaves it as it is. */
  readonly clipNorm: number | null;
  /** Factor of the learning rate of one parameter. */
  readonly rateFactor: (name: string) => number;
  /** Whether weight decay applies to a parameter. */
  readonly decays: (name: string) => boolean;
  readonly statisticsMomentum: StatisticsMomentum;
  /** What holds it to the original network, in the loss; what that takes is fed. */
  readonly retention?: Retention | undefined;
  /** Parameters of the source classifier, which no step changes. */
  readonly source?: Constants | undefined;
  /** Where a parameter is pulled after its update, and which share of the way: to zero where there is no origin. */
  readonly pull?:
    | ((name: string, learningRate: number) => { readonly origin: Float32Array | undefined; readonly share: number })
    | undefined;
  readonly threads: number;
}

/** What is said of a batch besides its labels. */
export interface BatchNotes extends LossNotes {
  /** Images behind those that have labels, which teach no class. */
  readonly besides?: number;
}

/** What a program is fed: the activations (or images) of a batch, and dropout masks, by the names of its inputs. */
export type Feeds = Readonly<Record<string, TensorData>>;

export interface StepResult {
  readonly loss: number;
  /** [batch, classes], before the update. */
  readonly logits: Float32Array;
  /** Norm of all gradients together, before clipping; computed when asked for, since it is a pass over all of them. */
  readonly gradientNorm: () => number;
}

/** What a network says of pictures, row by row. */
export interface Answers {
  /** [images, classes] */
  readonly logits: Float32Array;
  /** What enters the head, [images, features]. */
  readonly features: Float32Array;
}

export interface Stepper {
  /** Learns from one batch of any size; each size has a program of its own, so that a last smaller batch is exact. */
  step(feeds: Feeds, labels: Uint32Array, learningRate: number, notes?: BatchNotes): Promise<StepResult>;
  /** What the network says of a batch with the parameters as they are now. */
  evaluate(feeds: Feeds, batch: number): Promise<Answers>;
  /** The optimizer's state as it is now: not a copy. */
  state(): StepperState;
  /** Goes on from a state of a stepper with the same options. */
  restore(state: StepperState): void;
  close(): Promise<void>;
}

export interface StepperState {
  /** Steps so far. */
  readonly updates: number;
  /** By `<slot>/<parameter>`. */
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

export function openStepper(options: StepperOptions): Stepper {
  const { parameters, learns, classes, optimizer, clipNorm } = options;
  const statistics = options.network(1, true).statistics;
  const frozen = frozenOf(parameters, learns, statistics, options.source);
  const moving = Object.fromEntries([...parameters].filter(([name]) => !frozen.has(name)));
  const states = new Map([...learns].map((name) => [name, newState(optimizer, moving[name]!)]));
  const programs = new Map<string, Promise<Session>>();
  let steps = 0;

  function* optimizerArrays(): Generator<readonly [string, Float32Array]> {
    for (const [name, state] of states)
      for (const [slot, array] of Object.entries(state)) yield [`${slot}/${name}`, array as Float32Array];
  }

  function open(batch: number, learning: boolean): Promise<Session> {
    const key = `${learning}:${batch}`;
    const known = programs.get(key) ?? openSession(options, frozen, batch, learning);
    programs.set(key, known);
    return known;
  }

  return {
    async step(feeds, labels, learningRate, notes) {
      const images = labels.length + (notes?.besides ?? 0);
      const session = await open(images, true);
      const targets = new Float32Array(images * classes);
      targets.set(targetsOf(labels, classes, options.loss, notes));
      const result = await session.run(select({ ...feeds, ...moving, targets }, session));
      const gradients = [...learns].map((name) => result[`gradient:${name}`] as Float32Array);
      const gradientFactor = clipNorm === null ? 1 : globalNormFactor(gradients, clipNorm).factor;
      steps += 1;
      [...learns].forEach((name, i) => {
        update(optimizer, {
          parameter: moving[name]!,
          gradient: gradients[i]!,
          gradientFactor,
          state: states.get(name)!,
          learningRate: learningRate * options.rateFactor(name),
          decayFactor: options.decays(name) ? 1 : 0,
          step: steps,
        });
        const pull = options.pull?.(name, learningRate);
        if (pull !== undefined) pullBack(moving[name]!, pull.origin, pull.share);
      });
      for (const { batchNorm, count } of statistics)
        moveStatistics(moving, batchNorm, result, count * images, options.statisticsMomentum);
      return {
        loss: (result.loss as Float32Array)[0]!,
        logits: result.logits as Float32Array,
        gradientNorm: () => globalNorm(gradients),
      };
    },
    async evaluate(feeds, batch) {
      const session = await open(batch, false);
      const { logits, features } = await session.run(select({ ...feeds, ...moving }, session));
      return { logits: logits as Float32Array, features: features as Float32Array };
    },
    state: () => ({ updates: steps, arrays: new Map(optimizerArrays()) }),
    restore({ updates, arrays }) {
      steps = updates;
      for (const [key, array] of optimizerArrays()) array.set(arrays.get(key)!);
    },
    async close() {
      for (const session of programs.values()) await (await session).release();
      programs.clear();
    },
  };
}

async function openSession(
  options: StepperOptions,
  frozen: Constants,
  batch: number,
  learning: boolean,
): Promise<Session> {
  const network = options.network(batch, learning);
  const cut = options.cut(network);
  const program = learning ? compileTraining(network, cut, options.learns, options) : compileEvaluation(network, cut);
  const bound = bind(program, frozen);
  return openProgram(bound.program, { constants: bound.constants, threads: options.threads, matrixConvolutions: true });
}

/** What stays as it is during the stage: neither learning nor a running statistic of a batch norm that moves. */
function frozenOf(
  parameters: Parameters,
  learns: ReadonlySet<string>,
  statistics: Compilable["statistics"],
  source: Constants = new Map(),
): Constants {
  const moves = new Set(
    statistics.flatMap(({ batchNorm }) => [`${batchNorm}.running_mean`, `${batchNorm}.running_var`]),
  );
  return new Map([...[...parameters].filter(([name]) => !learns.has(name) && !moves.has(name)), ...source]);
}

/** Of everything that could be fed, what this program takes. */
function select(feeds: Feeds, session: Session): Feeds {
  return Object.fromEntries(session.inputs.map(({ name }) => [name, feeds[name] ?? missing(name)]));
}

function missing(name: string): never {
  throw new Error(`internal: nothing is fed to "${name}"`);
}
