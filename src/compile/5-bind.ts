// What is known before a program runs is computed before it runs: frozen parameters get their values, and whatever depends
// on them alone (a kernel with its batch norm folded in) is evaluated once, in float64, and rounded once.

import type { Value } from "../ir/ops.ts";
import { type Program, rewrite } from "../ir/program.ts";
import { evaluate } from "../ir/reference.ts";
import { removeDead } from "./4-simplify.ts";

/** Values of frozen parameters by name. */
export type Constants = ReadonlyMap<string, Float32Array>;

export interface Bound {
  readonly program: Program;
  /** Values of the parameters which the program holds as constants; every other parameter is an input of each run. */
  readonly constants: Constants;
}

/**
 * Binds frozen parameters to their values.
 *
 * @param frozen - values of at least those parameters of the program that are to be constant
 */
export function bind(whole: Program, frozen: Constants): Bound {
  const program = removeDead(whole);
  const known = knownValues(program, frozen);
  const isFrontier = frontier(program, known);
  const constants = new Map<string, Float32Array>();
  const bound = rewrite(program, (node, g) => {
    if (!isFrontier.has(node.output)) return undefined;
    if (node.op === "parameter") {
      constants.set(node.attributes.name, frozen.get(node.attributes.name)!);
      return undefined;
    }
    const name = `frozen.${constants.size}`;
    const { value } = evaluate(
      removeDead({ graph: program.graph, outputs: { value: node.output } }),
      Object.fromEntries(frozen),
    );
    constants.set(name, Float32Array.from(value!));
    return g.parameter({ name, shape: node.output.type.shape });
  });
  return { program: removeDead(bound), constants };
}

/** Values which depend on bound parameters and constants only, at least one parameter among them. */
function knownValues({ graph }: Program, frozen: Constants): ReadonlySet<Value> {
  const fixed = new Set<Value>();
  const known = new Set<Value>();
  for (const { op, attributes, inputs, output } of graph.nodes) {
    const bound = op === "parameter" && frozen.has(attributes.name);
    const derived = inputs.length > 0 && inputs.every((input) => fixed.has(input));
    if (bound || derived || op === "constant") fixed.add(output);
    if (bound || (derived && inputs.some((input) => known.has(input)))) known.add(output);
  }
  return known;
}

/** Known values which something unknown, or the outside, needs. */
function frontier({ graph, outputs }: Program, known: ReadonlySet<Value>): ReadonlySet<Value> {
  const needed = new Set<Value>(Object.values(outputs).filter((value) => known.has(value)));
  for (const { inputs, output } of graph.nodes)
    if (!known.has(output)) for (const input of inputs) if (known.has(input)) needed.add(input);
  return needed;
}
