// Gradient descent with momentum, as PyTorch and as Keras define it. Both take the same path while the learning rate is
// constant; when it changes they part, because Keras keeps the rate inside the velocity.

import { decayBeside, decayInGradient, kept, type Rule } from "./rule.ts";

export interface SgdSettings {
  readonly definition: "pytorch" | "keras";
  readonly momentum: number;
  /** Looks ahead by one step of momentum. Needs a momentum. */
  readonly nesterov: boolean;
  /** PyTorch's: share of the gradient that is kept out of the velocity, except at the first step. */
  readonly dampening: number;
  /** PyTorch: L2, in the gradient. Keras: decoupled. */
  readonly weightDecay: number;
}

// With momentum m, learning rate r, dampening d, velocity b (Keras's own velocity is -b):
//   PyTorch   b = m b + (1 - d) g, at first b = g;   p -= r b,   nesterov p -= r (g + m b)
//   Keras     b = m b + r g;                         p -= b,     nesterov p -= r g + m b
export const sgd: Rule<SgdSettings> = {
  slots: ({ momentum }) => (momentum === 0 ? [] : [{ name: "velocity", fill: 0 }]),
  update({ definition, momentum, nesterov, dampening, weightDecay }, update) {
    const { parameter, gradient, gradientFactor = 1, state, learningRate, step } = update;
    const torch = definition === "pytorch";
    const { inGradient, keep } = torch ? decayInGradient(weightDecay, update) : decayBeside(weightDecay, update);
    const { length } = parameter;
    if (momentum === 0) {
      for (let i = 0; i < length; i++) {
        const p = parameter[i]!;
        parameter[i] = keep * p - learningRate * (gradientFactor * gradient[i]! + inGradient * p);
      }
      return;
    }
    const b = kept(state, "velocity");
    const direct = torch ? 1 : learningRate;
    const into = torch && step > 1 ? 1 - dampening : direct;
    const rate = torch ? learningRate : 1;
    const ahead = nesterov ? direct : 0;
    const carried = nesterov ? momentum : 1;
    for (let i = 0; i < length; i++) {
      const p = parameter[i]!;
      const g = gradientFactor * gradient[i]! + inGradient * p;
      const velocity = momentum * b[i]! + into * g;
      b[i] = velocity;
      parameter[i] = keep * p - rate * (ahead * g + carried * velocity);
    }
  },
};
