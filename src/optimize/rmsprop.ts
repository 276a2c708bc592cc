// RMSProp in its three definitions, which share a name and little else: where epsilon stands, where the learning rate
// enters, and with what the mean square begins.

import { type Decay, decayBeside, decayInGradient, kept, type Rule, type Update } from "./rule.ts";

export interface RmsPropSettings {
  readonly definition: "pytorch" | "keras" | "tensorflow1";
  /** Share of the mean square which stays at each step: PyTorch's alpha, Keras's rho. */
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
  /** Divides by the deviation from the mean gradient instead of by the mean square. */
  readonly centered: boolean;
  /** Keras: decoupled. Else L2, in the gradient, which is what TF-slim's regularizer amounts to. */
  readonly weightDecay: number;
}

// With decay a, momentum m, learning rate r, epsilon e:
//   s = a s + (1 - a) g^2;   centered: u = a u + (1 - a) g, and s - u^2 below in the place of s
//   PyTorch             b = m b + g / (sqrt(s) + e);     p -= r b    s begins at 0
//   Keras               b = m b + r g / sqrt(s + e);     p -= b      s begins at 0
//   TensorFlow 1, slim  b = m b + r g / sqrt(s + e);     p -= b      s begins at 1
export const rmsprop: Rule<RmsPropSettings> = {
  slots: ({ definition, momentum, centered }) => [
    { name: "meanSquare", fill: definition === "tensorflow1" ? 1 : 0 },
    ...(centered ? [{ name: "mean", fill: 0 }] : []),
    ...(momentum === 0 ? [] : [{ name: "velocity", fill: 0 }]),
  ],
  update({ definition, decay, momentum, epsilon, centered, weightDecay }, update) {
    const { gradientFactor = 1, learningRate } = update;
    const torch = definition === "pytorch";
    const [inside, outside] = torch ? [0, epsilon] : [epsilon, 0];
    const [into, rate] = torch ? [1, learningRate] : [learningRate, 1];
    const decayed = definition === "keras" ? decayBeside : decayInGradient;
    const coefficients = {
      gradientFactor,
      decay,
      momentum,
      inside,
      outside,
      into,
      rate,
      ...decayed(weightDecay, update),
    };
    const run = centered ? moveCentered : momentum === 0 ? moveAtOnce : moveWithMomentum;
    run(update, coefficients);
  },
};

interface Coefficients extends Decay {
  readonly gradientFactor: number;
  readonly decay: number;
  readonly momentum: number;
  /** Added to the mean square, and to its root. */
  readonly inside: number;
  readonly outside: number;
  /** Factors of what enters the velocity, and of what leaves it. */
  readonly into: number;
  readonly rate: number;
}

// Loops of their own, without a question inside where that is the usual case: the engine makes them much faster.

function moveAtOnce({ parameter, gradient, state }: Update, coefficients: Coefficients): void {
  const { gradientFactor, inGradient, keep, decay, inside, outside, into, rate } = coefficients;
  const fresh = 1 - decay;
  const s = kept(state, "meanSquare");
  const { length } = parameter;
  for (let i = 0; i < length; i++) {
    const p = parameter[i]!;
    const g = gradientFactor * gradient[i]! + inGradient * p;
    const square = decay * s[i]! + fresh * g * g;
    s[i] = square;
    parameter[i] = keep * p - (rate * into * g) / (Math.sqrt(square + inside) + outside);
  }
}

function moveWithMomentum({ parameter, gradient, state }: Update, coefficients: Coefficients): void {
  const { gradientFactor, inGradient, keep, decay, momentum, inside, outside, into, rate } = coefficients;
  const fresh = 1 - decay;
  const [s, b] = [kept(state, "meanSquare"), kept(state, "velocity")];
  const { length } = parameter;
  for (let i = 0; i < length; i++) {
    const p = parameter[i]!;
    const g = gradientFactor * gradient[i]! + inGradient * p;
    const square = decay * s[i]! + fresh * g * g;
    const change = momentum * b[i]! + (into * g) / (Math.sqrt(square + inside) + outside);
    s[i] = square;
    b[i] = change;
    parameter[i] = keep * p - rate * change;
  }
}

function moveCentered({ parameter, gradient, state }: Update, coefficients: Coefficients): void {
  const { gradientFactor, inGradient, keep, decay, momentum, inside, outside, into, rate } = coefficients;
  const fresh = 1 - decay;
  const [s, u] = [kept(state, "meanSquare"), kept(state, "mean")];
  const b = momentum === 0 ? undefined : kept(state, "velocity");
  const { length } = parameter;
  for (let i = 0; i < length; i++) {
    const p = parameter[i]!;
    const g = gradientFactor * gradient[i]! + inGradient * p;
    const square = decay * s[i]! + fresh * g * g;
    const mean = decay * u[i]! + fresh * g;
    s[i] = square;
    u[i] = mean;
    // Never negative but by rounding, where the libraries' square root would be NaN.
    const variance = Math.max(0, square - mean * mean);
    const change = (into * g) / (Math.sqrt(variance + inside) + outside) + (b === undefined ? 0 : momentum * b[i]!);
    if (b !== undefined) b[i] = change;
    parameter[i] = keep * p - rate * change;
  }
}
