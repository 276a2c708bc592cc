// The two engines which are compared with the libraries: the meaning of the operations in float64, and onnxruntime in
// float32 in the way the product uses it, with what is frozen bound to its values.

import { bind } from "../../src/compile/5-bind.ts";
import type { Program } from "../../src/ir/program.ts";
import { evaluate } from "../../src/ir/reference.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { openProgram } from "../../src/runtime/session.ts";
import type { EngineName } from "./check.ts";

/** Values of parameters by name. */
export type Values = ReadonlyMap<string, FloatArray>;

/** What a program is run on. */
export interface Given {
  readonly parameters: Values;
  /** What the inputs of the program are fed with. */
  readonly feeds: Readonly<Record<string, FloatArray>>;
  /** Parameters which are fed like inputs and not bound, as those that learn are. */
  readonly learns?: ReadonlySet<string>;
}

export interface Engine {
  readonly name: Exclude<EngineName, "exact">;
  /** Runs a program once and returns its outputs by name. */
  run(program: Program, given: Given): Promise<Readonly<Record<string, FloatArray>>>;
}

export const threads = 2;

export const float64: Engine = {
  name: "float64",
  async run(program, { parameters, feeds }) {
    return evaluate(program, { ...Object.fromEntries(parameters), ...feeds });
  },
};

export const float32: Engine = {
  name: "float32",
  async run(program, { parameters, feeds, learns = new Set() }) {
    const fed = { ...feeds, ...Object.fromEntries([...parameters].filter(([name]) => learns.has(name))) };
    const frozen = [...parameters].filter(([name]) => !learns.has(name));
    const bound = bind(program, new Map(frozen.map(([name, values]) => [name, single(values)])));
    const session = await openProgram(bound.program, { constants: bound.constants, threads });
    const inputs = session.inputs.map(({ name }) => [name, single(fed[name] ?? missing(name))] as const);
    const outputs = await session.run(Object.fromEntries(inputs));
    await session.release();
    return outputs as Record<string, Float32Array>; // no program here has an output of another type
  },
};

/** float64 for narrow networks only: the reference takes minutes for the whole one. */
export function enginesFor(width: number): readonly Engine[] {
  return width <= 1 / 8 ? [float64, float32] : [float32];
}

export function single(values: FloatArray): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

function missing(name: string): never {
  throw new Error(`internal: nothing is fed to "${name}"`);
}
