// Whatever becomes of a model file on its way: it is read, or refused in words, and soon.

import fc from "fast-check";
import { expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { smallNetwork } from "../../test/support/small-network.ts";
import { compileTraining } from "../compile/program.ts";
import { ReinceptionError } from "../errors.ts";
import { build } from "../ir/graph.ts";
import { toOnnx } from "./lower.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

/** A training program with attributes of every kind that we write; small, so that damage seldom meets mere numbers. */
const whole = trainingFile();

function trainingFile(): Uint8Array {
  const network = smallNetwork(["left"]);
  const cut = { boundary: network.boundaries[0]!, dtype: "float32" } as const;
  const { graph, outputs } = compileTraining(network, cut, new Set(["stem.kernel", "head.bias"]));
  const ones = build(graph).constant({ values: [1], shape: [32] });
  const given = givenFor(network.graph);
  const constants = new Map([["head.weight", Float32Array.from(given["head.weight"]!)]]);
  const metadata = { "reinception.classes": '["a","b"]' };
  return writeModel(
    toOnnx({ graph, outputs: { ...outputs, ones } }, { constants, metadata, matrixConvolutions: true }),
  );
}

type Damage = (bytes: Uint8Array) => Uint8Array;

function spliced(bytes: Uint8Array, at: number, removed: number, inserted: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + removed)]);
}

const place = fc.nat({ max: whole.length - 1 });
const byte = fc.nat({ max: 255 });

/** Lengths and numbers that lie: around 2^31, 2^32, 2^53 and 2^63, and one that never ends. */
const lies = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  Array<number>(12).fill(0xff),
  [0x00],
];

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([at, bit]): Damage =>
      (bytes) =>
        bytes.with(at % bytes.length, bytes[at % bytes.length]! ^ (1 << bit)),
  ),
  fc.tuple(place, byte).map(
    ([at, value]): Damage =>
      (bytes) =>
        bytes.with(at % bytes.length, value),
  ),
  place.map(
    (length): Damage =>
      (bytes) =>
        bytes.slice(0, length),
  ),
  fc.tuple(place, fc.array(byte, { maxLength: 9 })).map(
    ([at, added]): Damage =>
      (bytes) =>
        spliced(bytes, at, 0, added),
  ),
  fc.tuple(place, fc.nat({ max: 40 })).map(
    ([at, count]): Damage =>
      (bytes) =>
        spliced(bytes, at, count, []),
  ),
  fc.tuple(place, fc.constantFrom(...lies)).map(
    ([at, lie]): Damage =>
      (bytes) =>
        spliced(bytes, at, 1, lie),
  ),
);

test("the file is read while it is whole", () => {
  const { graph } = readModel(whole);
  const kinds = graph.nodes.flatMap(({ attributes }) => Object.values(attributes).map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(["int", "ints", "float", "string", "tensor"]));
});

test("a damaged file is read, or refused in words, within a second", () => {
  const seen = { read: 0, refused: 0, slowestMs: 0 };
  const claim = (damages: readonly Damage[]) => {
    const bytes = damages.reduce((before, change) => (before.length === 0 ? before : change(before)), whole);
    const start = performance.now();
    try {
      readModel(bytes);
      seen.read++;
    } catch (error) {
      expect(error).toBeInstanceOf(ReinceptionError);
      expect((error as ReinceptionError).code).toMatch(/^onnx\/(?:damaged|not-read|external-data)$/);
      seen.refused++;
    }
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - start);
  };
  fc.assert(fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), claim), { numRuns: 6000 });
  expect(seen.read).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(1000);
  expect(seen.slowestMs).toBeLessThan(1000);
});

test("a file that ends anywhere is damaged, or lacks only what stood last", () => {
  const { graph } = readModel(whole);
  for (let length = 0; length < whole.length; length += 7) {
    try {
      expect(readModel(whole.subarray(0, length)).graph).toEqual(graph);
    } catch (error) {
      expect((error as ReinceptionError).code).toBe("onnx/damaged");
    }
  }
});
