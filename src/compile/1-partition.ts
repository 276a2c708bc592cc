// What learns divides the network: the frozen trunk before the first learning parameter runs once per image, its outputs
// are kept, and only the suffix behind it runs in a training step.

import { build } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";
import { dependents, type Program, rewrite } from "../ir/program.ts";
import type { Dtype } from "../ir/tensor-type.ts";
import { removeDead } from "./4-simplify.ts";

/** A place between two blocks where the network may be cut. */
export interface Boundary {
  readonly name: string;
  readonly value: Value;
}

/** Where a network is cut, and how precisely what enters there is kept. */
export interface Cut {
  readonly boundary: Boundary;
  readonly dtype: Dtype;
}

/** Statistics that a batch norm took from the batch: biased variance, over `count` elements for each channel. */
export interface BatchStatistics {
  readonly batchNorm: string;
  readonly mean: Value;
  readonly variance: Value;
  readonly count: number;
}

/** As much of a network as the compiler needs to know. `boundaries` in running order, the image first. */
export interface Compilable {
  readonly graph: Program["graph"];
  readonly boundaries: readonly Boundary[];
  readonly logits?: Value | undefined;
  /** What enters the head, [batch, features]. */
  readonly features?: Value | undefined;
  /** Averaged maps, [batch, channels], where some were asked for: the trunk can be kept there too, but not be cut. */
  readonly depths?: readonly Boundary[] | undefined;
  /** Batch norms which normalise with the statistics of the batch, and those statistics. */
  readonly statistics: readonly BatchStatistics[];
}

/**
 * The last boundary whose value depends on nothing that learns and lies before all statistics of a batch.
 *
 * @param learns - names of the learning parameters
 */
export function lastFrozenBoundary(network: Compilable, learns: ReadonlySet<string>): Boundary {
  const { nodes } = network.graph;
  const moving = nodes.flatMap((node) =>
    node.op === "parameter" && learns.has(node.attributes.name) ? [node.output] : [],
  );
  const reached = dependents(nodes, moving);
  // statistics of a batch lie behind a boundary if they depend on it: what is reported of them leads nowhere itself
  const frozen = network.boundaries.filter(({ value }) => {
    const behind = dependents(nodes, [value]);
    return !reached.has(value) && network.statistics.every(({ mean }) => behind.has(mean));
  });
  return frozen.at(-1) ?? network.boundaries[0]!;
}

/** The part up to one boundary or several: image to one output for each, by the boundary's name, as its `dtype`. */
export function trunkOf(network: Compilable, cuts: readonly Cut[]): Program {
  const wanted = cuts.map(({ boundary }) => [boundary.name, boundary.value] as const);
  const { graph, outputs } = rewrite({ graph: network.graph, outputs: Object.fromEntries(wanted) }, () => undefined);
  const g = build(graph);
  const kept = cuts.map(({ boundary: { name }, dtype }) => {
    const value = outputs[name]!;
    return [name, dtype === value.type.dtype ? value : g.cast(value, { dtype })] as const;
  });
  return removeDead({ graph, outputs: Object.fromEntries(kept) });
}

/**
 * The part behind a boundary: an input `activations` of type `dtype` takes the boundary's place. At the boundary "image"
 * nothing is cut and the program takes the image.
 */
export function suffixOf(network: Compilable, { boundary, dtype }: Cut, outputs: Program["outputs"]): Program {
  const program = { graph: network.graph, outputs };
  if (boundary === network.boundaries[0]) return removeDead(rewrite(program, () => undefined));
  return removeDead(
    rewrite(program, (node, g) => {
      if (node.output !== boundary.value) return undefined;
      const kept = g.input({ name: "activations", dtype, shape: boundary.value.type.shape });
      return dtype === "float32" ? kept : g.cast(kept, { dtype: "float32" });
    }),
  );
}
