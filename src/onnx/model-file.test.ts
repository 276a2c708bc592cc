// write.ts and read.ts together: a model as bytes and back, and models as others write them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "../errors.ts";
import { decodeFloat16 } from "../float16.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { type MessageWriter, writeMessage } from "../protobuf.ts";
import { readModel } from "./read.ts";
import {
  type DataType,
  dataTypeBytes,
  dataTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./schema.ts";
import { writeModel } from "./write.ts";

const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "__proto__", "\ufeffx", "10", "9"));
const names = fc.array(name, { maxLength: 3 });
const wholeNumber = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(2 ** 53, -(2 ** 53), 0, -1));
const anyDataType = fc.constantFrom(...(Object.keys(dataTypes) as DataType[]));

const tensor: fc.Arbitrary<OnnxTensor> = fc
  .tuple(
    name,
    anyDataType.filter((type) => type !== "string"),
    fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
  )
  .chain(([name, dataType, shape]) => {
    const length = elementCount(shape) * dataTypeBytes[dataType];
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ name, dataType, shape, bytes }) as const);
  });

/** One arbitrary for each kind: a new kind does not compile without one. */
const attributeOf: { readonly [K in OnnxAttribute["kind"]]: fc.Arbitrary<(OnnxAttribute & { kind: K })["value"]> } = {
  int: wholeNumber,
  float: fc.float(),
  string: name,
  ints: fc.array(wholeNumber, { maxLength: 5 }),
  floats: fc.array(fc.float(), { maxLength: 5 }),
  tensor,
};

const attribute = fc.oneof(
  ...Object.entries(attributeOf).map(([kind, value]) =>
    (value as fc.Arbitrary<unknown>).map((value) => ({ kind, value }) as OnnxAttribute),
  ),
);

function dictionary<T>(values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.dictionary(name, values, { maxKeys: 4, noNullPrototype: true });
}

const node: fc.Arbitrary<OnnxNode> = fc.record({
  op: name,
  inputs: names,
  outputs: names,
  attributes: dictionary(attribute),
});

const value: fc.Arbitrary<OnnxValue> = fc.record({
  name,
  dataType: anyDataType,
  shape: fc.array(fc.oneof(fc.nat(), name), { maxLength: 4 }),
});

const model: fc.Arbitrary<OnnxModel> = fc.record({
  irVersion: fc.nat(),
  opset: fc.nat(),
  producer: fc.record({ name, version: name }),
  metadata: dictionary(name),
  graph: fc.record({
    name,
    nodes: fc.array(node, { maxLength: 4 }),
    inputs: fc.array(value, { maxLength: 3 }),
    outputs: fc.array(value, { maxLength: 3 }),
    initializers: fc.array(tensor, { maxLength: 3 }),
  }),
});

describe("a model that is written", () => {
  test("is read as it was", () => {
    fc.assert(
      fc.property(model, (given) => {
        expect(readModel(writeModel(given))).toEqual(given);
      }),
      { numRuns: 400 },
    );
  });

  test("is the same bytes when it is written again", () => {
    fc.assert(
      fc.property(model, (given) => {
        const bytes = writeModel(given);
        expect(writeModel(readModel(bytes))).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });
});

/** A model of nothing but what `write` says of its graph. */
function withGraph(write: (graph: MessageWriter) => void): Uint8Array {
  return writeMessage((m) => m.message(7, write));
}

function withTensor(write: (tensor: MessageWriter) => void): Uint8Array {
  return withGraph((graph) => graph.message(5, write));
}

function withAttribute(kind: number): Uint8Array {
  return withGraph((graph) =>
    graph.message(1, (node) =>
      node.message(5, (attribute) => {
        attribute.text(1, "a");
        attribute.int(20, kind);
      }),
    ),
  );
}

/** The numbers of a tensor whose values are not raw but in the field of their type; one dimension, said on its own. */
function typed(type: DataType, count: number, write: (tensor: MessageWriter) => void): readonly number[] {
  const bytes = withTensor((m) => {
    m.int(1, count);
    m.int(2, dataTypes[type]);
    m.text(8, "w");
    write(m);
  });
  const [found] = readModel(bytes).graph.initializers;
  expect(found).toMatchObject({ name: "w", dataType: type, shape: [count] });
  const { buffer } = found!.bytes.slice();
  const numbers: { readonly [K in DataType]: () => ArrayLike<number | bigint> } = {
    float32: () => new Float32Array(buffer),
    uint8: () => new Uint8Array(buffer),
    int8: () => new Int8Array(buffer),
    int32: () => new Int32Array(buffer),
    int64: () => new BigInt64Array(buffer),
    string: () => [],
    bool: () => new Uint8Array(buffer),
    float16: () => decodeFloat16(new Uint16Array(buffer)),
    float64: () => new Float64Array(buffer),
    // the upper half of a float32
    bfloat16: () => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer),
  };
  return Array.from(numbers[type](), Number);
}

const packedFloats = new Uint8Array(Float32Array.of(1.5, -2, 3).buffer);

describe("a tensor as other writers leave it", () => {
  const packedDoubles = new Uint8Array(Float64Array.of(0.1, -1e300).buffer);

  test.each<[type: DataType, expected: readonly number[], write: (m: MessageWriter) => void]>([
    ["float32", [1.5, -2, 3], (m) => m.bytes(4, packedFloats)],
    ["float32", [1.5, -2, 3], (m) => oneByOne([1.5, -2, 3], (value) => m.float(4, value))],
    ["float64", [0.1, -1e300], (m) => m.bytes(10, packedDoubles)],
    ["int64", [0, -1, 2 ** 53], (m) => m.packedInts(7, [0, -1, 2 ** 53])],
    ["int64", [0, -1, 2 ** 53], (m) => oneByOne([0, -1, 2 ** 53], (value) => m.int(7, value))],
    ["int32", [5, -5, -(2 ** 31)], (m) => m.packedInts(5, [5, -5, -(2 ** 31)])],
    ["float16", [1, -65504, 2 ** -24], (m) => m.packedInts(5, [0x3c00, 0xfbff, 1])],
    ["float16", [0.5, -0.5], (m) => oneByOne([0x3800, 0xb800], (value) => m.int(5, value))],
    ["bfloat16", [1, -2], (m) => m.packedInts(5, [0x3f80, 0xc000])],
    ["uint8", [0, 200, 255], (m) => m.packedInts(5, [0, 200, 255])],
    ["int8", [127, -1, -128], (m) => m.packedInts(5, [127, -1, -128])],
    ["bool", [1, 0], (m) => m.packedInts(5, [1, 0])],
    ["float32", [], () => {}],
  ])("%s %j", (type, expected, write) => expect(typed(type, expected.length, write)).toEqual(expected));

  test("an attribute of numbers is read from a Buffer, as Node reads files, like from any bytes", () => {
    const bytes = withGraph((graph) =>
      graph.message(1, (node) =>
        node.message(5, (attribute) => {
          attribute.text(1, "alpha");
          attribute.float(2, 0.5);
          attribute.int(20, 1);
        }),
      ),
    );
    expect(readModel(Buffer.from(bytes)).graph).toEqual(readModel(bytes).graph);
  });

  test("raw bytes are a view on the file", () => {
    const bytes = withTensor((m) => {
      m.packedInts(1, [2]);
      m.int(2, dataTypes.float32);
      m.bytes(9, packedFloats.subarray(0, 8));
    });
    expect(readModel(bytes).graph.initializers[0]!.bytes.buffer).toBe(bytes.buffer);
  });
});

describe("a model as other writers leave it", () => {
  const withInput = (write: (value: MessageWriter) => void) => withGraph((graph) => graph.message(11, write));

  test("may leave out everything but its graph", () => {
    expect(readModel(withGraph(() => {}))).toEqual({
      irVersion: 0,
      opset: 0,
      producer: { name: "", version: "" },
      metadata: {},
      graph: { name: "", nodes: [], inputs: [], outputs: [], initializers: [] },
    });
  });

  test("has the opset of the default domain, wherever it stands", () => {
    const bytes = writeMessage((m) => {
      m.message(8, (opset) => {
        opset.text(1, "com.microsoft");
        opset.int(2, 1);
      });
      m.message(8, (opset) => opset.int(2, 17));
      m.message(7, () => {});
    });
    expect(readModel(bytes).opset).toBe(17);
  });

  test("may have fields that are not ours", () => {
    const bytes = writeMessage((m) => {
      m.text(6, "what it is for");
      m.message(7, (graph) => {
        graph.text(10, "of this graph too");
        graph.text(2, "g");
      });
      m.bytes(25, new Uint8Array(5).fill(255));
    });
    expect(readModel(bytes).graph.name).toBe("g");
  });

  test("may have dimensions of which nothing is said", () => {
    const bytes = withInput((m) => {
      m.text(1, "x");
      m.message(2, (type) =>
        type.message(1, (tensor) => {
          tensor.int(1, dataTypes.uint8);
          tensor.message(2, (shape) => {
            shape.message(1, () => {});
            shape.message(1, (dimension) => dimension.int(1, 3));
          });
        }),
      );
    });
    expect(readModel(bytes).graph.inputs).toEqual([{ name: "x", dataType: "uint8", shape: ["", 3] }]);
  });

  const tensorOf = (type: number, shape: readonly number[], more: (m: MessageWriter) => void = () => {}) =>
    withTensor((m) => {
      m.packedInts(1, shape);
      m.int(2, type);
      m.text(8, "w");
      more(m);
    });

  test.each([
    ["a sequence as input", withInput((m) => m.message(2, (type) => type.message(4, () => {}))), "which is no tensor"],
    ["an input without a type", withInput((m) => m.text(1, "x")), '"x", an input or output which is no tensor'],
    ["a graph in a node", withAttribute(5), "an attribute of kind 5"],
    ["texts as an attribute", withAttribute(8), "an attribute of kind 8"],
    ["an attribute without a kind", withAttribute(0), "an attribute of kind 0"],
    ["elements of 32 bits without sign", tensorOf(12, []), "elements of type 12"],
    ["elements of no type", tensorOf(0, []), "elements of type 0"],
    ["texts", tensorOf(dataTypes.string, [1], (m) => m.text(6, "a")), '"w", a tensor of texts'],
  ])("is refused with %s", (_, bytes, what) => expectRefusal(bytes, "onnx/not-read", what));

  test.each([
    ["a tensor in another file", tensorOf(1, [1], (m) => m.int(14, 1))],
    ["the path of another file", tensorOf(1, [1], (m) => m.message(13, (entry) => entry.text(1, "location")))],
  ])("is refused with %s, which is never opened", (_, bytes) =>
    expectRefusal(bytes, "onnx/external-data", '"w" of the ONNX model lies in another file'),
  );

  test.each([
    ["is empty", new Uint8Array(), "it holds no graph"],
    ["is a web page", new TextEncoder().encode("<!DOCTYPE html><html></html>"), "wire type 4"],
    ["has too few numbers", tensorOf(1, [3], (m) => m.bytes(9, new Uint8Array(8))), '"w" has 8 bytes instead of 12'],
    ["has too many", tensorOf(1, [], (m) => m.bytes(4, packedFloats)), '"w" has 12 bytes instead of 4'],
    ["has none", tensorOf(1, [2]), '"w" has 0 bytes instead of 8'],
    ["has a negative axis", tensorOf(1, [-1, -1], (m) => m.float(4, 1)), '"w" has a negative axis'],
    ["has axes beyond all bounds", tensorOf(1, [2 ** 53, 2 ** 53]), '"w" has 0 bytes instead of'],
    ["has an attribute without its tensor", withAttribute(4), "an attribute lacks its tensor"],
  ])("is damaged where it %s", (_, bytes, what) => expectRefusal(bytes, "onnx/damaged", what));
});

function expectRefusal(bytes: Uint8Array, code: string, what: string): void {
  const read = () => readModel(bytes);
  expect(read).toThrow(ReinceptionError);
  expect(read).toThrow(`${code}: `);
  expect(read).toThrow(what);
}

function oneByOne(values: readonly number[], write: (value: number) => void): void {
  for (const value of values) write(value);
}
