// The programs of a stage: trunk (image to what is kept), training (what is kept to loss and gradients) and evaluation
// (what is kept to logits). Here the numbered passes are put together; everything is verified before it leaves.

import { type Program, rewrite } from "../ir/program.ts";
import { verify } from "../ir/verify.ts";
import { type Compilable, type Cut, suffixOf, trunkOf } from "./1-partition.ts";
import { appendLoss, type LossTerms } from "./2-loss.ts";
import { differentiate } from "./3-differentiate.ts";
import { foldBatchNorm, removeDead, shareEqual } from "./4-simplify.ts";

/** Image to what is kept at each cut; the outputs have the names of the boundaries. */
export function compileTrunk(network: Compilable, cuts: readonly Cut[]): Program {
  return finish(foldBatchNorm(trunkOf(network, cuts)));
}

/** Activations (or the image, where nothing is cut) to `logits`, and to the `features` that enter the head. */
export function compileEvaluation(network: Compilable, cut: Cut): Program {
  return finish(foldBatchNorm(suffixOf(network, cut, answersOf(network))));
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
  terms: LossTerms = {},
): Program {
  const statistics = network.statistics.flatMap(({ batchNorm, mean, variance }) => [
    [`mean:${batchNorm}`, mean] as const,
    [`variance:${batchNorm}`, variance] as const,
  ]);
  const wanted = { logits: logitsOf(network), ...Object.fromEntries(statistics) };
  const forward = foldBatchNorm(suffixOf(network, cut, wanted));
  const { graph, outputs } = rewrite(forward, () => undefined);
  const { logits, ...rest } = outputs;
  const loss = appendLoss(graph, logits!, terms);
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

function logitsOf({ logits }: Compilable) {
  if (logits === undefined) throw new Error("internal: a network without a head has no logits");
  return logits;
}

function finish(program: Program): Program {
  return verify(removeDead(shareEqual(verify(program))));
}
