// Numbers for everything that a program takes, by name, the same for the same names.

import type { Graph } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/ir/tensor-type.ts";
import { stream } from "../../src/random.ts";
import { uniform } from "./numbers.ts";

/** In [-1, 1), as float32 holds them; above 0.5 for what has "variance" in its name. */
export function givenFor({ nodes }: Graph, seed = 1): Record<string, Float64Array> {
  const entries = nodes.flatMap(({ op, attributes, output }) => {
    if (op !== "input" && op !== "parameter") return [];
    const { name } = attributes;
    const low = name.includes("variance") ? 0.5 : -1;
    return [[name, uniform(stream(seed, name), elementCount(output.type.shape), low).map(Math.fround)] as const];
  });
  return Object.fromEntries(entries);
}
