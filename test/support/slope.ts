// The oracle of every derivative: what the program itself does when an input moves a little.

import type { Program } from "../../src/ir/program.ts";
import { evaluate, type Given } from "../../src/ir/reference.ts";
import { stream } from "../../src/random.ts";
import { uniform } from "./numbers.ts";

/** Slope of the scalar `loss` of a program along `direction`, when what is called `name` moves: central difference. */
export function slopeAlong(
  program: Program,
  given: Given,
  name: string,
  direction: ArrayLike<number>,
  step: number,
): number {
  const at = (distance: number): number => {
    const moved = Float64Array.from(given[name]!, (value, i) => value + distance * direction[i]!);
    return evaluate(program, { ...given, [name]: moved }).loss![0]!;
  };
  return (at(step) - at(-step)) / (2 * step);
}

/**
 * How far a gradient is from the slope it should be, along a random direction d: |Σ g d - slope| / Σ |g d|. Terms which
 * cancel do not make it larger. Where the gradient is zero the slope itself is returned, so that is zero as well.
 *
 * @param name - the input or parameter whose gradient is the output `gradient:${name}` of the program
 */
export function slopeError(program: Program, given: Given, name: string, step = 1e-4): number {
  const gradient = evaluate(program, given)[`gradient:${name}`]!;
  const direction = uniform(stream(7, name), gradient.length);
  const terms = gradient.map((value, i) => value * direction[i]!);
  const total = terms.reduce((sum, term) => sum + term, 0);
  const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
  return Math.abs(total - slopeAlong(program, given, name, direction, step)) / (size === 0 ? 1 : size);
}
