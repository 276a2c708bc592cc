// Optimizers as values. A value names a rule, the library whose definition of that rule is meant, and its numbers; the
// table below says which rule that is. Learning rates are not here: they come from a schedule, step by step.

import { fail } from "../errors.ts";
import { type AdamSettings, adam, adamw } from "./adam.ts";
import { type RmsPropSettings, rmsprop } from "./rmsprop.ts";
import type { FloatArray, OptimizerState, Rule, Slot, Update } from "./rule.ts";
import { type SgdSettings, sgd } from "./sgd.ts";

interface Settings {
  sgd: SgdSettings;
  rmsprop: RmsPropSettings;
  adam: AdamSettings;
  adamw: AdamSettings;
}

export type { OptimizerState } from "./rule.ts";

export type OptimizerName = keyof Settings;

/** How gradients change parameters. Plain data; written so that the table of rules can be indexed by `name`. */
export type Optimizer<K extends OptimizerName = OptimizerName> = {
  readonly [P in K]: { readonly name: P } & Settings[P];
}[K];

/** An optimizer of which only the name must be given. */
export type OptimizerChoice<K extends OptimizerName = OptimizerName> = {
  readonly [P in K]: { readonly name: P } & Partial<Settings[P]>;
}[K];

const rules: { readonly [K in OptimizerName]: Rule<Settings[K]> } = { sgd, rmsprop, adam, adamw };

const sgdDefaults = { momentum: 0, nesterov: false, dampening: 0, weightDecay: 0 };
const rmspropDefaults = { momentum: 0, centered: false, weightDecay: 0 };
const adamDefaults = { beta1: 0.9, beta2: 0.999, weightDecay: 0, amsgrad: false };

/** What each library takes when nothing is said. */
const defaults: {
  readonly [K in OptimizerName]: { readonly [D in Settings[K]["definition"]]: Omit<Settings[K], "definition"> };
} = {
  sgd: { pytorch: sgdDefaults, keras: sgdDefaults },
  rmsprop: {
    pytorch: { ...rmspropDefaults, decay: 0.99, epsilon: 1e-8 },
    keras: { ...rmspropDefaults, decay: 0.9, epsilon: 1e-7 },
    tensorflow1: { ...rmspropDefaults, decay: 0.9, epsilon: 1e-10 },
  },
  adam: { pytorch: { ...adamDefaults, epsilon: 1e-8 }, keras: { ...adamDefaults, epsilon: 1e-7 } },
  adamw: {
    pytorch: { ...adamDefaults, epsilon: 1e-8, weightDecay: 0.01 },
    keras: { ...adamDefaults, epsilon: 1e-7, weightDecay: 0.004 },
  },
};

/**
 * Completes an optimizer with the defaults of the library whose definition is meant, PyTorch's unless given.
 *
 * @throws optimize/unknown-definition, optimize/number-out-of-range, optimize/nesterov-without-momentum,
 *   optimize/dampening-does-not-fit
 */
export function defineOptimizer<K extends OptimizerName>(choice: OptimizerChoice<K>): Optimizer<K> {
  const { name, definition = "pytorch" }: { readonly name: OptimizerName; readonly definition?: string } = choice;
  const byLibrary: Readonly<Record<string, object>> = defaults[name] ?? {};
  const libraryDefaults = byLibrary[definition];
  if (libraryDefaults === undefined)
    fail("optimize/unknown-definition", { optimizer: name, definition, known: Object.keys(byLibrary) });
  const given = Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
  const optimizer: object = { ...libraryDefaults, ...given, definition };
  check(optimizer as Optimizer);
  return optimizer as Optimizer<K>;
}

/** The arrays which this optimizer keeps for each parameter. */
export function stateSlots<K extends OptimizerName>(optimizer: Optimizer<K>): readonly Slot[] {
  return rules[optimizer.name].slots(optimizer);
}

/** The state of a parameter that has not been updated yet, with elements of the parameter's own kind. */
export function newState(optimizer: Optimizer, parameter: FloatArray): OptimizerState {
  const array = () =>
    parameter instanceof Float64Array ? new Float64Array(parameter.length) : new Float32Array(parameter.length);
  return Object.fromEntries(stateSlots(optimizer).map(({ name, fill }) => [name, array().fill(fill)]));
}

/**
 * One step: changes `parameter` and `state` in place, in a single loop.
 *
 * @throws internal: when the arrays are not of one length
 */
export function update<K extends OptimizerName>(optimizer: Optimizer<K>, step: Update): void {
  const { length } = step.parameter;
  for (const array of [step.gradient, ...Object.values(step.state)])
    if (array.length !== length) throw new Error(`internal: ${array.length} numbers for a parameter of ${length}`);
  rules[optimizer.name].update(optimizer, step);
}

const limits: Readonly<Record<string, { readonly below: number; readonly needed: string }>> = {
  momentum: { below: 1, needed: "at least 0 and below 1" },
  decay: { below: 1, needed: "at least 0 and below 1" },
  beta1: { below: 1, needed: "at least 0 and below 1" },
  beta2: { below: 1, needed: "at least 0 and below 1" },
  dampening: { below: Number.POSITIVE_INFINITY, needed: "0 or more" },
  epsilon: { below: Number.POSITIVE_INFINITY, needed: "0 or more" },
  weightDecay: { below: Number.POSITIVE_INFINITY, needed: "0 or more" },
};

function check(optimizer: Optimizer): void {
  for (const [option, value] of Object.entries(optimizer)) {
    const limit = limits[option];
    if (limit !== undefined && !(typeof value === "number" && value >= 0 && value < limit.below))
      fail("optimize/number-out-of-range", { option, value, needed: limit.needed });
  }
  if (optimizer.name !== "sgd") return;
  const { definition, momentum, nesterov, dampening } = optimizer;
  if (nesterov && momentum === 0) fail("optimize/nesterov-without-momentum", {});
  if (dampening !== 0 && (definition === "keras" || nesterov)) fail("optimize/dampening-does-not-fit", { dampening });
}
