// Whether float32 can tell. Adam moves by the sign of a gradient, and where that is smaller than its own rounding error the
// path forks: then not even float64 keeps a tolerance of float32, if what enters is moved as float32 would round it. A
// check which fails in such a case stays failed, but says so.

import { stream } from "../../src/random.ts";
import { type Check, isOver, usedTolerance } from "./check.ts";
import { type Engine, float64 } from "./engine.ts";

/** Relative; a trunk of a hundred convolutions in float32 is off by more, 3.5e-7 by rms. */
const rounding = 2 ** -22;
const draws = 4;

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
  if (!checks.some(isOver)) return yield* checks;
  const tolerances = new Map(checks.map(({ what, tolerance }) => [what, tolerance]));
  let most = 0;
  for (let draw = 1; draw <= draws; draw++)
    for await (const { what, error } of checksIn(rounded(draw))) {
      const tolerance = tolerances.get(what) ?? 0;
      if (tolerance > 0) most = Math.max(most, usedTolerance({ ...checks[0]!, error, tolerance }));
    }
  const note = `float64 uses ${most.toFixed(0)} times this case's tolerance when its input moves by 2^-22`;
  for (const check of checks) yield isOver(check) && most > 1 ? { ...check, note } : check;
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
