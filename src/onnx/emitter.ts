// Collects ONNX nodes while a program is lowered, and remembers for every value of the program under which name and in
// which order of axes it lies. Maps come in two orders: [batch, channels, h, w] as ONNX' own operators want them, and
// [channels, batch, h, w], in which a convolution is one matrix product without any transposition. A value is brought into
// another order only when someone asks for it, and once.

import type { Value } from "../ir/ops.ts";
import type { Shape } from "../ir/tensor-type.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "./schema.ts";

/** Order of the first two axes of a value with four. Values of other ranks have only one. */
export type Layout = "batch-first" | "channels-first";

/** Where a value lies. */
export interface Place {
  readonly name: string;
  readonly layout: Layout;
}

export interface Emitter {
  /** Whether products are to be made of convolutions; else they stay ONNX' own. */
  readonly matrixConvolutions: boolean;
  /** Whether the first axis of a value that comes from an input has another length at every run than in the program. */
  readonly openBatch: boolean;
  /** Name of a value in the order asked for; without one, in the order in which it lies. */
  read(value: Value, layout?: Layout): string;
  layoutOf(value: Value): Layout;
  /** Appends a node with one output and returns that output's name. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Plain>>): string;
  /** Appends a node with several outputs. */
  nodeOf(
    op: string,
    outputs: number,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Plain>>,
  ): readonly string[];
  /** Name of a constant list of int64. */
  ints(values: readonly number[]): string;
  /** Name of a float32 constant. */
  floats(values: ArrayLike<number>, shape: Shape): string;
  /** What something computed before under this key is called; `make` computes it the first time. */
  once(key: string, make: () => string): string;
  /** Whether a value is a constant of zeros. */
  isZero(value: Value): boolean;
  /** A number for a value, the same for the same value: for keys of `once`. */
  id(value: Value): number;
}

/** Attribute values as they are written in the rules: whole numbers are ints unless wrapped. */
export type Plain = number | string | readonly number[] | OnnxAttribute;

export interface Collected {
  readonly emitter: Emitter;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: OnnxTensor[];
  place(value: Value, place: Place): void;
  markZero(value: Value): void;
}

/** @param reserved - names that are the program's own, which nothing computed on the way may take */
export function newEmitter(
  { matrixConvolutions, openBatch }: Pick<Emitter, "matrixConvolutions" | "openBatch">,
  reserved: ReadonlySet<string>,
): Collected {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const places = new Map<Value, Place>();
  const known = new Map<string, string>();
  const ids = new Map<Value, number>();
  const zeros = new Set<Value>();
  const counts = new Map<string, number>();

  const fresh = (stem: string) => {
    let count = counts.get(stem) ?? 0;
    while (reserved.has(`${stem}_${count}`)) count++;
    counts.set(stem, count + 1);
    return `${stem}_${count}`;
  };
  const placeOf = (value: Value): Place => {
    const place = places.get(value);
    if (place === undefined) throw new Error("internal: a value is read before it is lowered");
    return place;
  };
  const once = (key: string, make: () => string) => {
    const name = known.get(key) ?? make();
    known.set(key, name);
    return name;
  };
  const constant = (tensor: Omit<OnnxTensor, "name">, stem: string) => {
    const name = fresh(stem);
    initializers.push({ ...tensor, name });
    return name;
  };

  const emitter: Emitter = {
    matrixConvolutions,
    openBatch,
    read(value, layout) {
      const place = placeOf(value);
      if (layout === undefined || layout === place.layout || value.type.shape.length !== 4) return place.name;
      return once(`${place.name} ${layout}`, () => emitter.node("Transpose", [place.name], { perm: [1, 0, 2, 3] }));
    },
    layoutOf: (value) => placeOf(value).layout,
    node: (op, inputs, attributes) => emitter.nodeOf(op, 1, inputs, attributes)[0]!,
    nodeOf(op, count, inputs, attributes = {}) {
      const outputs = Array.from({ length: count }, () => fresh(op));
      const written = Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)] as const);
      nodes.push({ op, inputs, outputs, attributes: Object.fromEntries(written) });
      return outputs;
    },
    ints: (values) =>
      once(`ints ${values}`, () => {
        const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
        return constant({ dataType: "int64", shape: [values.length], bytes }, "ints");
      }),
    floats: (values, shape) => {
      const numbers = Float32Array.from(values);
      const make = () => constant({ dataType: "float32", shape, bytes: new Uint8Array(numbers.buffer) }, "floats");
      return numbers.length > 16 ? make() : once(`floats ${shape} ${numbers.join()}`, make);
    },
    once,
    isZero: (value) => zeros.has(value),
    id(value) {
      const number = ids.get(value) ?? ids.size;
      ids.set(value, number);
      return number;
    },
  };
  return {
    emitter,
    nodes,
    initializers,
    place: (value, place) => places.set(value, place),
    markZero: (value) => zeros.add(value),
  };
}

export function attributeOf(value: Plain): OnnxAttribute {
  if (typeof value === "number") return { kind: "int", value };
  if (typeof value === "string") return { kind: "string", value };
  return isList(value) ? { kind: "ints", value } : value;
}

function isList(value: readonly number[] | OnnxAttribute): value is readonly number[] {
  return Array.isArray(value);
}
