// The programs of a stage: trunk (image to what is kept), training (what is kept to loss and gradients), evaluation (what is
// kept to logits) and comparison (what is kept to all that says how far a network is from another). Here the numbered passes are put together; everything is verified before it leaves.

import { build } from "../ir/graph.ts";
import { type Program, rewrite } from "../ir/program.ts";
import { verify } from "../ir/verify.ts";
import { type Boundary, type Compilable, type Cut, suffixOf, trunkOf } from "./1-partition.ts";
import { appendLoss, type LossTerms } from "./2-loss.ts";
import { appendRetention, appendSource, readBy, type Retention } from "./2-retention.ts";
import { differentiate } from "./3-differentiate.ts";
import { foldBatchNorm, removeDead, shareEqual } from "./4-simplify.ts";
import { appendHeatMap } from "./heat-map.ts";

/** Image to what is kept at each cut; the outputs have the names of the boundaries. */
export function compileTrunk(network: Compilable, cuts: readonly Cut[]): Program {
  return finish(foldBatchNorm(trunkOf(network, cuts)));
}

/** Activations (or the image, where nothing is cut) to `logits`, and to the `features` that enter the head. */
export function compileEvaluation(network: Compilable, cut: Cut): Program {
  return finish(foldBatchNorm(suffixOf(network, cut, answersOf(network))));
}

/**
 * Activations to `logits`, to the averages asked for by their names (`features.20.pooled`, `pooled`), and with
 * `sourceClasses` to `source`, the logits of the source classifier over the pooled features.
 */
export function compileComparison(
  network: Compilable,
  cut: Cut,
  averages: readonly string[],
  sourceClasses: number | undefined,
): Program {
  const wanted = averagesOf(network, [...new Set([...averages, "pooled"])]);
  const { graph, outputs } = rewrite(
    foldBatchNorm(suffixOf(network, cut, { logits: logitsOf(network), ...wanted })),
    () => undefined,
  );
  const said = Object.fromEntries(["logits", ...averages].map((name) => [name, outputs[name]!]));
  if (sourceClasses === undefined) return finish({ graph, outputs: said });
  const pooled = outputs.pooled!;
  const source = appendSource(graph, pooled.type.shape[1]!, sourceClasses)(pooled);
  return finish({ graph, outputs: { ...said, source } });
}

/**
 * Image to `logits`, and to the `features` that enter the head, with every parameter as it is: nothing is folded into
 * another.
 */
export function compileModel(network: Compilable): Program {
  const image = { boundary: network.boundaries[0]!, dtype: network.boundaries[0]!.value.type.dtype };
  return finish(suffixOf(network, image, answersOf(network)));
}

/**
 * Image and `classes` to `map`, where in the maps at a boundary the reasons for a class lie (see heat-map.ts), and to the
 * `features` that enter the head.
 */
export function compileHeatMap(network: Compilable, { name, value }: Boundary): Program {
  const image = { boundary: network.boundaries[0]!, dtype: network.boundaries[0]!.value.type.dtype };
  const wanted = { ...answersOf(network), [name]: value };
  const { graph, outputs } = rewrite(foldBatchNorm(suffixOf(network, image, wanted)), () => undefined);
  const map = appendHeatMap(graph, outputs.logits!, outputs[name]!);
  const { features } = outputs;
  return finish({ graph, outputs: { map, ...(features !== undefined && { features }) } });
}

/**
 * Activations and `targets` to `loss`, `logits`, `gradient:<parameter>` for everything that learns, and for each batch
 * norm that uses the statistics of the batch `mean:<batch norm>` and `variance:<batch norm>` (biased).
 *
 * The update is not part of the program: see docs/decisions/0002-update-in-javascript.md.
 *
 * @param learns - names of the learning parameters; those which do not occur behind the cut are an error of ours
 */
export function compileTraining(
  network: Compilable,
  cut: Cut,
  learns: ReadonlySet<string>,
  { retention, ...terms }: LossTerms & { readonly retention?: Retention | undefined } = {},
): Program {
  const statistics = network.statistics.flatMap(({ batchNorm, mean, variance }) => [
    [`mean:${batchNorm}`, mean] as const,
    [`variance:${batchNorm}`, variance] as const,
  ]);
  const averages = retention === undefined ? {} : averagesOf(network, readBy(retention));
  const wanted = { logits: logitsOf(network), ...Object.fromEntries(statistics) };
  const forward = foldBatchNorm(suffixOf(network, cut, { ...wanted, ...averages }));
  const { graph, outputs } = rewrite(forward, () => undefined);
  const { logits } = outputs;
  const learnt = appendLoss(graph, logits!, terms);
  const loss = retention === undefined ? learnt : build(graph).add(learnt, appendRetention(graph, outputs, retention));
  const rest = Object.fromEntries(statistics.map(([name]) => [name, outputs[name]!]));
  const learning = graph.nodes.flatMap((node) =>
    node.op === "parameter" && learns.has(node.attributes.name) ? [[node.attributes.name, node.output] as const] : [],
  );
  const found = new Set(learning.map(([name]) => name));
  const lost = [...learns].find((name) => !found.has(name));
  if (lost !== undefined)
    throw new Error(`internal: "${lost}" learns but is not behind the boundary ${cut.boundary.name}`);
  const gradients = differentiate(
    graph,
    loss,
    learning.map(([, value]) => value),
  );
  const byName = Object.fromEntries(learning.map(([name], i) => [`gradient:${name}`, gradients[i]!]));
  return finish({ graph, outputs: { loss, logits: logits!, ...byName, ...rest } });
}

function answersOf(network: Compilable): Program["outputs"] {
  const { features } = network;
  return { logits: logitsOf(network), ...(features !== undefined && { features }) };
}

/** Averaged maps by name. */
function averagesOf({ boundaries, depths = [] }: Compilable, names: readonly string[]): Program["outputs"] {
  return Object.fromEntries(
    names.map((name) => {
      const found = [...depths, ...boundaries].find((place) => place.name === name);
      if (found === undefined) throw new Error(`internal: the network has no averages "${name}"`);
      return [name, found.value];
    }),
  );
}

function logitsOf({ logits }: Compilable) {
  if (logits === undefined) throw new Error("internal: a network without a head has no logits");
  return logits;
}

function finish(program: Program): Program {
  return verify(removeDead(shareEqual(verify(program))));
}
