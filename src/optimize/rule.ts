// What a rule of learning is: which arrays it keeps for each parameter, and how one step changes them in place. The rules
// themselves are in sgd.ts, rmsprop.ts and adam.ts; which one an optimizer uses is in optimizers.ts.

/** The numbers of one tensor, flat. float32 when training, float64 when measured against a library's own numbers. */
export type FloatArray = Float32Array | Float64Array;

/** An array which an optimizer keeps for each parameter: as long as the parameter, every element `fill` at first. */
export interface Slot {
  readonly name: string;
  readonly fill: number;
}

/** The arrays of one parameter by the names of the optimizer's slots. Changed in place by every step. */
export type OptimizerState = Readonly<Record<string, FloatArray>>;

/** One step of one parameter tensor. All arrays have the same length. */
export interface Update {
  /** Changed in place. */
  readonly parameter: FloatArray;
  readonly gradient: FloatArray;
  /** Multiplies the gradient: what clipping by a norm found, see clipping.ts. 1 unless given. */
  readonly gradientFactor?: number;
  /** Changed in place. */
  readonly state: OptimizerState;
  /** Already multiplied by the factor of the parameter's group, if it has one. */
  readonly learningRate: number;
  /** Updates since the state was made, this one included: 1 for the first. */
  readonly step: number;
  /** Multiplies the weight decay of this tensor: 0 exempts it, as is usual for biases and batch norms. 1 unless given. */
  readonly decayFactor?: number;
}

export interface Rule<Settings> {
  readonly slots: (settings: Settings) => readonly Slot[];
  /** One loop over the elements: computed in float64, rounded once where an array is written. */
  readonly update: (settings: Settings, update: Update) => void;
}

/** How weight decay enters an element p with gradient g: g + `inGradient` p in the place of g, `keep` p in that of p. */
export interface Decay {
  readonly inGradient: number;
  readonly keep: number;
}

/** L2: the gradient of weightDecay / 2 |p|^2, which then passes through momentum and scaling as every gradient does. */
export function decayInGradient(weightDecay: number, { decayFactor = 1 }: Update): Decay {
  return { inGradient: weightDecay * decayFactor, keep: 1 };
}

/** Decoupled: p shrinks by learningRate * weightDecay * p before the step (Loshchilov and Hutter, 1711.05101). */
export function decayBeside(weightDecay: number, { decayFactor = 1, learningRate }: Update): Decay {
  return { inGradient: 0, keep: 1 - learningRate * weightDecay * decayFactor };
}

/** The array of a slot. */
export function kept(state: OptimizerState, slot: string): FloatArray {
  const array = state[slot];
  if (array === undefined) throw new Error(`internal: the optimizer's state has no "${slot}"`);
  return array;
}
