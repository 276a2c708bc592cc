// What stands in a model file behind the network: from its logits, and what enters its head, to what it answers. Hand-written
// like the prologue, and float32 whatever becomes of the network before it: passes are made for the network alone, and
// these nodes are put behind their result again.
//
//   probabilities  softmax(logits / temperature)                                  [batch, classes]
//   distance       of the features to the fifth nearest of the prototypes         [batch]

import { startingAt } from "./model-inputs.ts";
import { type NodeList, newNodeList } from "./node-list.ts";
import { dataTypes, type OnnxModel, type OnnxTensor, type OnnxValue } from "./schema.ts";
import { floatsOf, tensorOf } from "./tensor-values.ts";

/** Features of pictures that were learnt from: what it is measured by how unlike them a picture is. */
export interface Prototypes {
  /** Bits of float16, row-major [count, width]: (features - centre) / unit. */
  readonly halves: Uint16Array;
  /** [width], so that differences are small beside neither. */
  readonly centre: Float32Array;
  /** The distance that counts as 1. */
  readonly unit: number;
}

/** Which of the nearest prototypes counts: one alone may be near by accident. */
export const nearestThatCounts = 5;

/** The numbers behind the network. */
export interface AnswerNumbers {
  /** Above 0; 1 leaves the softmax as it is. */
  readonly temperature: number;
  /** Without them the model has no output `distance`. */
  readonly prototypes: Prototypes | undefined;
}

/** Names of constants have no dot: that is the mark of the network's own parameters. */
const names = { temperature: "temperature", prototypes: "prototypes", centre: "centre", unit: "unit" };

/** @param network - with the output `logits` [batch, classes], and `features` where there are prototypes */
export function withAnswers(network: OnnxModel, { temperature, prototypes }: AnswerNumbers): OnnxModel {
  const { graph } = network;
  const logits = graph.outputs.find(({ name }) => name === "logits");
  if (logits === undefined) throw new Error("internal: the network has no output `logits`");
  const g = newNodeList("answers");
  const constants: OnnxTensor[] = [tensorOf(names.temperature, [], Float32Array.of(temperature))];
  g.node("Softmax", [g.node("Div", ["logits", names.temperature])], { axis: -1 }, "probabilities");
  const outputs: OnnxValue[] = [logits, { ...logits, name: "probabilities" }];
  if (prototypes !== undefined) {
    constants.push(...tensorsOf(prototypes));
    appendDistance(g, prototypes.halves.length / prototypes.centre.length);
    outputs.push({ name: "distance", dataType: "float32", shape: logits.shape.slice(0, 1) });
  }
  return {
    ...network,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...g.nodes],
      initializers: [...graph.initializers, ...g.initializers, ...constants],
      outputs,
    },
  };
}

/** A model as it was before `withAnswers`, and with what numbers that was called. */
export function withoutAnswers(model: OnnxModel): { readonly network: OnnxModel; readonly numbers: AnswerNumbers } {
  const { graph } = model;
  const constant = (wanted: string) => graph.initializers.find(({ name }) => name === wanted);
  const temperature = constant(names.temperature);
  const prototypes = constant(names.prototypes);
  if (temperature === undefined) throw new Error("internal: nothing stands behind the network of this model");
  const kept = graph.outputs.filter(({ name }) => name === "logits");
  const features = prototypes && {
    name: "features",
    dataType: "float32" as const,
    shape: [...kept[0]!.shape.slice(0, 1), prototypes.shape[1]!],
  };
  const outputs = features === undefined ? kept : [...kept, features];
  return {
    network: startingAt({ ...model, graph: { ...graph, outputs } }, graph.inputs),
    numbers: {
      temperature: floatsOf(temperature)[0]!,
      prototypes: prototypes && {
        halves: new Uint16Array(new Uint8Array(prototypes.bytes).buffer), // a tensor may lie at any byte of a file
        centre: floatsOf(constant(names.centre)!),
        unit: floatsOf(constant(names.unit)!)[0]!,
      },
    },
  };
}

/** Whether a model has these nodes; the files of the first versions of this program have none. */
export function hasAnswers({ graph }: OnnxModel): boolean {
  return graph.initializers.some(({ name }) => name === names.temperature);
}

/** |x - p|² = |x|² + |p|² - 2 x·p for all prototypes at once; rounding may take it below 0. */
function appendDistance(g: NodeList, count: number): void {
  const each = g.tensor("int64", [1]);
  const x = g.node("Div", [g.node("Sub", ["features", names.centre]), names.unit]); // [batch, width]
  const rows = g.node("Cast", [names.prototypes], { to: dataTypes.float32 }); // [count, width]
  const products = g.node("Gemm", [x, rows], { transB: 1, alpha: { kind: "float", value: -2 } }); // [batch, count]
  const own = g.node("ReduceSumSquare", [x, each], { keepdims: 1 }); // [batch, 1]
  const theirs = g.node("ReduceSumSquare", [rows, each], { keepdims: 0 }); // [count]
  const squares = g.node("Add", [g.node("Add", [products, theirs]), own]);
  const nearest = g.tensor("int64", [Math.min(nearestThatCounts, count)]);
  const [smallest = ""] = g.nodeOf("TopK", 2, [squares, nearest], { axis: 1, largest: 0 });
  const last = g.node("ReduceMax", [smallest, each], { keepdims: 0 });
  g.node("Sqrt", [g.node("Max", [last, g.scalar("float32", 0)])], {}, "distance");
}

function tensorsOf({ halves, centre, unit }: Prototypes): readonly OnnxTensor[] {
  const bytes = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
  const shape = [halves.length / centre.length, centre.length];
  return [
    { name: names.prototypes, dataType: "float16", shape, bytes },
    tensorOf(names.centre, [centre.length], centre),
    tensorOf(names.unit, [], Float32Array.of(unit)),
  ];
}
