// What each convolution reads, on the card and in an ONNX graph, in one notation: the parts that are joined on the
// channels in order, each part a convolution or a pool over parts. Where names are lost, this is what tells one branch
// from another that has kernels of the same shape.

import { blocks } from "../models/card.ts";
import { readParts } from "../models/read-parts.ts";
import type { OnnxGraph } from "./onnx-constants.ts";

/** Parts in order, each by its number. */
type Joined = readonly number[];

/** What every convolution reads, in the order of the convolutions. */
export type Wiring = readonly Joined[];

/** Gives equal descriptions equal numbers. */
export type Numbering = (description: string) => number;

export function newNumbering(): Numbering {
  const numbers = new Map<string, number>();
  return (description) => {
    const number = numbers.get(description) ?? numbers.size;
    numbers.set(description, number);
    return number;
  };
}

export function wiringOfCard(numberOf: Numbering): Wiring {
  const wiring: Joined[] = [];
  blocks.reduce<Joined>(
    (x, { parts }) =>
      readParts<Joined>(parts, x, {
        conv(x) {
          wiring.push(x);
          return [numberOf(`conv ${wiring.length}`)];
        },
        pool: (x, { part }) => [numberOf(`${part} ${x}`)],
        concat: (branches) => branches.flat(),
      }),
    [],
  );
  return wiring;
}

const pools: Readonly<Record<string, string>> = { MaxPool: "maxPool", AveragePool: "averagePool" };

/** No concatenation of the network joins more; a graph that joins its joins over and over stays small. */
const mostParts = 16;

/** Whatever is no convolution, pool or concatenation hands on what its first input that comes from one holds. */
export function wiringOfGraph({ nodes }: OnnxGraph, numberOf: Numbering): Wiring {
  const values = new Map<string, Joined>();
  const wiring: Joined[] = [];
  for (const { op, inputs, outputs } of nodes) {
    const given = inputs.slice(0, mostParts).flatMap((name) => [values.get(name) ?? []]);
    const first = given.find((parts) => parts.length > 0) ?? [];
    const output = (): Joined => {
      if (op === "Conv") return [numberOf(`conv ${wiring.push(first)}`)];
      if (op === "Concat") return given.flat().slice(0, mostParts);
      return pools[op] !== undefined && first.length > 0 ? [numberOf(`${pools[op]} ${first}`)] : first;
    };
    const parts = output();
    for (const name of outputs) values.set(name, parts);
  }
  return wiring;
}
