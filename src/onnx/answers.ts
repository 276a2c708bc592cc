// What stands in a model file behind the network: from its logits, and what enters its head, to what it answers. Hand-written
// like the prologue, and float32 whatever becomes of the network before it: passes are made for the network alone, and
// these nodes are put behind their result again.
//
//   probabilities  softmax(logits / temperature)                                  [batch, classes]
//   distance       1 - largest cosine between the features and the prototypes     [batch]

import { startingAt } from "./model-inputs.ts";
import { type NodeList, newNodeList } from "./node-list.ts";
import { dataTypes, type OnnxModel, type OnnxTensor, type OnnxValue } from "./schema.ts";
import { floatsOf, tensorOf } from "./tensor-values.ts";

/** Rows of length 1, against which it is measured how unlike anything learnt a picture is. */
export interface Prototypes {
  /** Bits of float16, row-major [count, width]. */
  readonly halves: Uint16Array;
  /** Features of a row. */
  readonly width: number;
}

/** The numbers behind the network. */
export interface AnswerNumbers {
  /** Above 0; 1 leaves the softmax as it is. */
  readonly temperature: number;
  /** Without them the model has no output `distance`. */
  readonly prototypes: Prototypes | undefined;
}

/** Names of constants have no dot: that is the mark of the network's own parameters. */
const names = { temperature: "temperature", prototypes: "prototypes" };
/** Of the length of a row of features, so that one of zeros has no direction instead of dividing by zero. */
const shortest = 1e-12;

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
    constants.push(tensorOfPrototypes(prototypes));
    appendDistance(g);
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
      prototypes: prototypes && { halves: halvesOf(prototypes), width: prototypes.shape[1]! },
    },
  };
}

/** Whether a model has these nodes; the files of the first versions of this program have none. */
export function hasAnswers({ graph }: OnnxModel): boolean {
  return graph.initializers.some(({ name }) => name === names.temperature);
}

function appendDistance(g: NodeList): void {
  const each = g.tensor("int64", [1]);
  const length = g.node("Max", [
    g.node("ReduceL2", ["features", each], { keepdims: 1 }),
    g.scalar("float32", shortest),
  ]);
  const unit = g.node("Div", ["features", length]); // [batch, width]
  const rows = g.node("Cast", [names.prototypes], { to: dataTypes.float32 }); // [count, width]
  const cosines = g.node("Gemm", [unit, rows], { transB: 1 }); // [batch, count]
  const largest = g.node("ReduceMax", [cosines, each], { keepdims: 0 });
  g.node("Sub", [g.scalar("float32", 1), largest], {}, "distance");
}

function tensorOfPrototypes({ halves, width }: Prototypes): OnnxTensor {
  const bytes = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
  return { name: names.prototypes, dataType: "float16", shape: [halves.length / width, width], bytes };
}

/** A copy, since a tensor may lie at any byte of a file. */
function halvesOf({ bytes }: OnnxTensor): Uint16Array {
  return new Uint16Array(new Uint8Array(bytes).buffer);
}
