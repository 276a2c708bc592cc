// Whether float32 can tell. Adam moves by the sign of a gradient, and where that is smaller than its own rounding error the
// path forks: then not even float64 keeps a tolerance of float32, if what enters is moved as float32 would round it. A
// check which fails in such a case stays failed, but says so.

import { stream } from "../../src/random.ts";
import { type Check, isOver } from "./check.ts";
import { type Engine, float64 } from "./engine.ts";

/** Relative, at most: 2.8e-7 by rms, where a trunk of a hundred convolutions in float32 is off by 3.5e-7. */
const rounding = 2 ** -21;
/** A fork is met by some roundings and missed by others. */
const draws = 32;

/**
 * The checks of a case in float32; those that are over get a note if the case is not determined in float32.
 *
 * @param checksIn - the case with an engine; what its trunk keeps comes from `run`
 */
export async function* noteUndetermined(
  float32: Engine,
  checksIn: (engine: Engine) => AsyncIterable<Check>,
): AsyncGenerator<Check> {
  const checks: Check[] = [];
  for await (const check of checksIn(float32)) checks.push(check);
  const note = checks.some(isOver) ? await forkIn(checks, checksIn) : undefined;
  for (const check of checks) yield isOver(check) && note !== undefined ? { ...check, note } : check;
}

/** Where float64 leaves the tolerances of `checks`, in words; nothing if it does not. */
async function forkIn(
  checks: readonly Check[],
  checksIn: (engine: Engine) => AsyncIterable<Check>,
): Promise<string | undefined> {
  const tolerances = new Map(checks.map(({ what, tolerance }) => [what, tolerance]));
  for (let draw = 1; draw <= draws; draw++)
    for await (const { what, error } of checksIn(rounded(draw))) {
      const tolerance = tolerances.get(what) ?? 0;
      if (tolerance > 0 && error > tolerance)
        return `float64 leaves it as well when its input moves by 2^-21 (${what}: ${error.toExponential(2)})`;
    }
  return undefined;
}

/** float64, but with outputs of programs moved at random by as much as float32 rounds. */
function rounded(draw: number): Engine {
  return {
    name: "float64",
    async run(program, given) {
      const random = stream(draw, "rounding");
      const outputs = await float64.run(program, given);
      const moved = Object.entries(outputs).map(([name, values]) => {
        return [name, values.map((value) => value * (1 + rounding * (2 * random() - 1)))] as const;
      });
      return Object.fromEntries(moved);
    },
  };
}
