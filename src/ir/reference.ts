// What each operation means, in float64 and as plainly as it can be said. The judge, not the engine; it also computes
// what is known before a program runs (see compile/bind).

import type { Node, OpName, Value } from "./ops.ts";
import type { Program } from "./program.ts";
import { elementwise, rearrange } from "./reference-axes.ts";
import {
  averagePool,
  averagePoolGradient,
  convolve,
  convolveInputGradient,
  convolveKernelGradient,
  maxPool,
  maxPoolGradient,
} from "./reference-windows.ts";
import { elementCount, showType } from "./tensor-type.ts";

/** Row-major numbers. */
export type Numbers = Float64Array;
/** Values of inputs and parameters by name. */
export type Given = Readonly<Record<string, ArrayLike<number>>>;

type Rule<K extends OpName> = (node: Node<K>, inputs: readonly Numbers[], given: Given) => Numbers;

const reference: { readonly [K in OpName]: Rule<K> } = {
  input: ({ attributes, output }, _, given) => take(given, attributes.name, output),
  parameter: ({ attributes, output }, _, given) => take(given, attributes.name, output),
  constant: ({ attributes: { values, shape } }) =>
    values.length === 1 ? new Float64Array(elementCount(shape)).fill(values[0]!) : Float64Array.from(values),

  add: (node, [a, b]) => elementwise(node, a!, b!, (x, y) => x + y),
  subtract: (node, [a, b]) => elementwise(node, a!, b!, (x, y) => x - y),
  multiply: (node, [a, b]) => elementwise(node, a!, b!, (x, y) => x * y),
  divide: (node, [a, b]) => elementwise(node, a!, b!, (x, y) => x / y),
  sqrt: (_, [x]) => x!.map(Math.sqrt),
  exp: (_, [x]) => x!.map(Math.exp),
  relu: (_, [x]) => x!.map((value) => Math.max(value, 0)),
  reluGradient: (_, [dy, y]) => dy!.map((value, i) => (y![i]! > 0 ? value : 0)),
  logSoftmax({ output }, [x]) {
    const columns = output.type.shape.at(-1)!;
    const result = new Float64Array(x!.length);
    for (let start = 0; start < x!.length; start += columns) {
      const row = x!.subarray(start, start + columns);
      const top = Math.max(...row);
      const logSum = top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0));
      for (let i = 0; i < columns; i++) result[start + i] = row[i]! - logSum;
    }
    return result;
  },
  cast: (_, [x]) => x!,

  matMul({ attributes: { transposeLeft = false, transposeRight = false }, inputs: [left], output }, [a, b]) {
    const [m = 0, n = 0] = output.type.shape;
    const k = left.type.shape[transposeLeft ? 0 : 1]!;
    const [rowStep, innerStep] = transposeLeft ? [1, m] : [k, 1];
    const [columnStep, depthStep] = transposeRight ? [k, 1] : [1, n];
    const result = new Float64Array(m * n);
    for (let row = 0; row < m; row++)
      for (let column = 0; column < n; column++) {
        let total = 0;
        for (let i = 0; i < k; i++)
          total += a![row * rowStep + i * innerStep]! * b![column * columnStep + i * depthStep]!;
        result[row * n + column] = total;
      }
    return result;
  },
  sum({ inputs: [x], attributes: { axes } }, [values]) {
    const kept = x.type.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const result = new Float64Array(elementCount(kept));
    rearrange(x.type.shape, kept, (from, to) => {
      result[to] = result[to]! + values![from]!;
    });
    return result;
  },
  broadcast({ inputs: [x], attributes: { shape } }, [values]) {
    const result = new Float64Array(elementCount(shape));
    rearrange(shape, x.type.shape, (at, from) => {
      result[at] = values![from]!;
    });
    return result;
  },
  reshape: (_, [x]) => x!,
  transpose({ inputs: [x], attributes: { permutation }, output }, [values]) {
    const steps = stepsOf(x.type.shape);
    const { shape } = output.type;
    const result = new Float64Array(values!.length);
    const index = shape.map(() => 0);
    for (let at = 0; at < result.length; at++) {
      let from = 0;
      for (let axis = 0; axis < shape.length; axis++) from += index[axis]! * steps[permutation[axis]!]!;
      result[at] = values![from]!;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        index[axis] = index[axis]! + 1;
        if (index[axis]! < shape[axis]!) break;
        index[axis] = 0;
      }
    }
    return result;
  },
  concat({ inputs, attributes: { axis }, output }, parts) {
    const result = new Float64Array(elementCount(output.type.shape));
    const [outer, , inner] = around(output.type.shape, axis);
    const row = output.type.shape[axis]! * inner;
    let start = 0;
    parts.forEach((part, i) => {
      const length = inputs[i]!.type.shape[axis]! * inner;
      for (let o = 0; o < outer; o++) result.set(part.subarray(o * length, (o + 1) * length), o * row + start);
      start += length;
    });
    return result;
  },
  slice({ inputs: [x], attributes: { axis, start }, output }, [values]) {
    const [outer, length, inner] = around(x.type.shape, axis);
    const kept = output.type.shape[axis]! * inner;
    const result = new Float64Array(outer * kept);
    for (let o = 0; o < outer; o++) {
      const from = (o * length + start) * inner;
      result.set(values!.subarray(from, from + kept), o * kept);
    }
    return result;
  },
  pad({ inputs: [x], attributes: { axis, before }, output }, [values]) {
    const [outer, length, inner] = around(x.type.shape, axis);
    const row = output.type.shape[axis]! * inner;
    const result = new Float64Array(outer * row);
    for (let o = 0; o < outer; o++) {
      const from = o * length * inner;
      result.set(values!.subarray(from, from + length * inner), o * row + before * inner);
    }
    return result;
  },

  conv: (node, [x, kernel, bias]) => convolve(node, x!, kernel!, bias!),
  convInputGradient: (node, [dy, kernel]) => convolveInputGradient(node, dy!, kernel!),
  convKernelGradient: (node, [x, dy]) => convolveKernelGradient(node, x!, dy!),
  maxPool: (node, [x]) => maxPool(node, x!),
  maxPoolGradient: (node, [x, dy]) => maxPoolGradient(node, x!, dy!),
  averagePool: (node, [x]) => averagePool(node, x!),
  averagePoolGradient: (node, [dy]) => averagePoolGradient(node, dy!),
  batchNorm({ output, attributes: { epsilon } }, [x, gamma, beta, mean, variance]) {
    const [, channels = 0, height = 0, width = 0] = output.type.shape;
    return x!.map((value, i) => {
      const c = Math.floor(i / (height * width)) % channels;
      return ((value - mean![c]!) / Math.sqrt(variance![c]! + epsilon)) * gamma![c]! + beta![c]!;
    });
  },
};

/**
 * Runs a program in float64 and returns its outputs by name. Intermediate values are dropped after their last use.
 *
 * @throws internal: when an input or parameter of the program is not given, or in another size
 */
export function evaluate({ graph, outputs }: Program, given: Given): Record<string, Numbers> {
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach(({ inputs }, at) => {
    for (const input of inputs) lastUse.set(input, at);
  });
  for (const value of Object.values(outputs)) lastUse.set(value, graph.nodes.length);
  const known = new Map<Value, Numbers>();
  graph.nodes.forEach((node, at) => {
    known.set(
      node.output,
      meaning(
        node,
        node.inputs.map((input) => known.get(input)!),
        given,
      ),
    );
    for (const value of [...node.inputs, node.output]) if ((lastUse.get(value) ?? at) <= at) known.delete(value);
  });
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, known.get(value)!]));
}

function meaning<K extends OpName>(node: Node<K>, inputs: readonly Numbers[], given: Given): Numbers {
  return reference[node.op](node, inputs, given);
}

function take(given: Given, name: string, { type }: Value): Numbers {
  const values = given[name];
  if (values === undefined) throw new Error(`internal: "${name}" is not given`);
  if (values.length !== elementCount(type.shape))
    throw new Error(`internal: "${name}" is given ${values.length} numbers for ${showType(type)}`);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/** Elements before, on and behind an axis. */
function around(shape: readonly number[], axis: number): readonly [outer: number, length: number, inner: number] {
  return [elementCount(shape.slice(0, axis)), shape[axis]!, elementCount(shape.slice(axis + 1))];
}

/** Distance in memory between neighbours on each axis. */
function stepsOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}
