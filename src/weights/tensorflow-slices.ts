// A V1 checkpoint of TensorFlow, as its Saver wrote them until 2016 and the published Inception-v4 is one: a single table.
// Its first record describes all tensors, each of the others holds the numbers of one. Tensors that were divided among
// machines are refused.
//
// tensorflow/core/util/saved_tensor_slice.proto; framework/tensor.proto, tensor_slice.proto.

import { fail } from "../errors.ts";
import { type Damaged, type MessageReader, readMessage } from "../protobuf.ts";
import type { NamedTensor } from "./named-weights.ts";
import type { TableRecord } from "./tensorflow-table.ts";
import { type FloatType, floatTypeOf, shapeOf, tensorOf } from "./tensorflow-types.ts";

/**
 * Floating-point tensors by name.
 *
 * @param first - the record that describes the tensors
 * @throws weights/damaged, weights/checkpoint-not-read
 */
export function readSlices(
  first: TableRecord,
  others: readonly TableRecord[],
  source: string,
): ReadonlyMap<string, NamedTensor> {
  const damaged: Damaged = (reason) => fail("weights/damaged", { source, reason });
  const described = new Map(
    readMessage(first.value, damaged)
      .message(1)
      ?.messages(1)
      .map((tensor) => [tensor.text(1), { shape: shapeOf(tensor.message(2)), type: floatTypeOf(tensor.int(3)) }]),
  );
  const tensors = new Map<string, NamedTensor>();
  for (const { value } of others) {
    const slice = readMessage(value, damaged).message(2) ?? damaged("one of its records holds no numbers");
    const name = slice.text(1);
    const { shape, type } = described.get(name) ?? damaged(`"${name}" has numbers, but no shape`);
    if (type === undefined) continue;
    if (!isWhole(slice.message(2), shape))
      return fail("weights/checkpoint-not-read", { source, what: `with "${name}" in several pieces` });
    if (tensors.has(name)) return damaged(`"${name}" occurs twice`);
    const numbers = slice.message(3) ?? damaged(`"${name}" has no numbers`);
    tensors.set(name, tensorOf(name, shape, type, bytesOf(numbers, type), source));
  }
  return tensors;
}

/** Whether a slice is all of its tensor: an axis of which no length is said is whole. */
function isWhole(slice: MessageReader | undefined, shape: readonly number[]): boolean {
  const extents = slice?.messages(1) ?? [];
  return extents.every((extent, i) => extent.int(1) === 0 && (extent.ints(2).at(-1) ?? shape[i]) === shape[i]);
}

/** Numbers lie in the field of their type; halves of both kinds as whole numbers, by their bits. */
function bytesOf(numbers: MessageReader, type: FloatType): Uint8Array {
  if (type === "F32") return numbers.fixed(5);
  if (type === "F64") return numbers.fixed(6);
  return new Uint8Array(Uint16Array.from(numbers.longs(13), Number).buffer);
}
