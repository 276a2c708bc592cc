// Adam and AdamW, as PyTorch and as Keras define them. They differ in what epsilon is added to: the same epsilon acts
// 31.6 times as strong in Keras at the first step, and alike after some thousand.

import { type Decay, decayBeside, decayInGradient, kept, type Rule, type Update } from "./rule.ts";

export interface AdamSettings {
  readonly definition: "pytorch" | "keras";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Adam of PyTorch: L2, in the gradient. AdamW, and everything of Keras: decoupled. */
  readonly weightDecay: number;
  /** Divides by the largest second moment so far, not by the present one. */
  readonly amsgrad: boolean;
}

export const adam: Rule<AdamSettings> = {
  slots,
  update: (settings, update) =>
    move(
      settings,
      update,
      (settings.definition === "pytorch" ? decayInGradient : decayBeside)(settings.weightDecay, update),
    ),
};

export const adamw: Rule<AdamSettings> = {
  slots,
  update: (settings, update) => move(settings, update, decayBeside(settings.weightDecay, update)),
};

function slots({ amsgrad }: AdamSettings) {
  const moments = [
    { name: "firstMoment", fill: 0 },
    { name: "secondMoment", fill: 0 },
  ];
  return amsgrad ? [...moments, { name: "largestSecondMoment", fill: 0 }] : moments;
}

// m = b1 m + (1 - b1) g;   v = b2 v + (1 - b2) g^2;   c1 = 1 - b1^t;   c2 = 1 - b2^t
//   PyTorch   p -= r / c1 m / (sqrt(v) / sqrt(c2) + epsilon)
//   Keras     p -= r sqrt(c2) / c1 m / (sqrt(v) + epsilon)
function move(
  { definition, beta1, beta2, epsilon, amsgrad }: AdamSettings,
  update: Update,
  { inGradient, keep }: Decay,
) {
  const { gradientFactor = 1, learningRate, step } = update;
  const correction1 = 1 - beta1 ** step;
  const root2 = Math.sqrt(1 - beta2 ** step);
  const torch = definition === "pytorch";
  const rate = (torch ? learningRate : learningRate * root2) / correction1;
  const rootScale = torch ? 1 / root2 : 1;
  const run = amsgrad ? moveByLargest : moveByPresent;
  run(update, { gradientFactor, inGradient, keep, beta1, beta2, rate, rootScale, epsilon });
}

interface Coefficients extends Decay {
  readonly gradientFactor: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly rootScale: number;
  readonly epsilon: number;
}

// Two loops, each a function of its own and without a question inside: the engine compiles that to twice the speed.

function moveByPresent({ parameter, gradient, state }: Update, coefficients: Coefficients): void {
  const { gradientFactor, inGradient, keep, beta1, beta2, rate, rootScale, epsilon } = coefficients;
  const [fresh1, fresh2] = [1 - beta1, 1 - beta2];
  const [m, v] = [kept(state, "firstMoment"), kept(state, "secondMoment")];
  const { length } = parameter;
  for (let i = 0; i < length; i++) {
    const p = parameter[i]!;
    const g = gradientFactor * gradient[i]! + inGradient * p;
    const first = beta1 * m[i]! + fresh1 * g;
    const second = beta2 * v[i]! + fresh2 * g * g;
    m[i] = first;
    v[i] = second;
    parameter[i] = keep * p - (rate * first) / (Math.sqrt(second) * rootScale + epsilon);
  }
}

function moveByLargest({ parameter, gradient, state }: Update, coefficients: Coefficients): void {
  const { gradientFactor, inGradient, keep, beta1, beta2, rate, rootScale, epsilon } = coefficients;
  const [fresh1, fresh2] = [1 - beta1, 1 - beta2];
  const [m, v] = [kept(state, "firstMoment"), kept(state, "secondMoment")];
  const largest = kept(state, "largestSecondMoment");
  const { length } = parameter;
  for (let i = 0; i < length; i++) {
    const p = parameter[i]!;
    const g = gradientFactor * gradient[i]! + inGradient * p;
    const first = beta1 * m[i]! + fresh1 * g;
    const second = beta2 * v[i]! + fresh2 * g * g;
    const most = Math.max(second, largest[i]!);
    m[i] = first;
    v[i] = second;
    largest[i] = most;
    parameter[i] = keep * p - (rate * first) / (Math.sqrt(most) * rootScale + epsilon);
  }
}
