// What an optimizer or a schedule cannot be.

import type { Sentence } from "./words.ts";

export const optimizeErrors = {
  "optimize/unknown-definition": ({
    optimizer,
    definition,
    known,
  }: {
    optimizer: string;
    definition: string;
    known: readonly string[];
  }) => ({
    found: `there is no optimizer "${optimizer}" as "${definition}" defines it.`,
    fix: known.length > 0 ? `Give definition: "${known[0]}" (of ${known.join(", ")}).` : 'Give name: "adamw".',
  }),
  "optimize/number-out-of-range": ({ option, value, needed }: { option: string; value: unknown; needed: string }) => ({
    found: `${option} is ${value}, but the optimizer needs a number ${needed}.`,
    fix: `Leave ${option} out to take the library's own number.`,
  }),
  "optimize/nesterov-without-momentum": (_: {}) => ({
    found: "nesterov looks ahead along the momentum, but momentum is 0.",
    fix: "Give momentum: 0.9, or leave nesterov out.",
  }),
  "optimize/dampening-does-not-fit": ({ dampening }: { dampening: number }) => ({
    found: `dampening is ${dampening}, but Keras has no dampening, and nesterov works without it only.`,
    fix: "Leave dampening out.",
  }),
  "optimize/clipping-limit": ({ limit }: { limit: number }) => ({
    found: `gradients would be clipped at ${limit}, but the limit must be above 0.`,
    fix: "Give 1, or leave clipping out.",
  }),
  "optimize/piecewise-lengths": ({ boundaries, rates }: { boundaries: number; rates: number }) => ({
    found: `a piecewise schedule has ${boundaries} boundaries and ${rates} rates, but needs one rate more than boundaries.`,
    fix: `Give ${boundaries + 1} rates.`,
  }),
} satisfies Record<string, (details: never) => Sentence>;
