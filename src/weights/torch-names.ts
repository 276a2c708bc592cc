// The names of Python's that a state dictionary of torch uses, and what each makes: places in storages, never code. Any
// other name is refused as soon as it is met, whether or not something calls it.
//
// Definitions: pytorch/pytorch, torch/_utils.py and torch/serialization.py.

import { fail } from "../errors.ts";
import type { ElementType } from "./element-types.ts";
import { type PickleRules, readPickle } from "./pickle.ts";
import {
  isDictionary,
  isName,
  isSequence,
  isStorage,
  isTensor,
  type Pickled,
  type PickledDictionary,
  type Storage,
  type StoragePlace,
  type TensorPlace,
} from "./pickle-values.ts";
import { liesWithin } from "./strided.ts";

export interface TorchPickle {
  readonly value: Pickled;
  /** Where the first byte after the pickle lies. */
  readonly end: number;
  /** All that it names, by key. */
  readonly storages: ReadonlyMap<string, Storage>;
}

/**
 * Reads the pickle of a torch file that begins at byte `at`. Its tensors lie within their storages, as far as these are
 * as large as it says.
 *
 * @throws weights/damaged, weights/foreign-object
 */
export function readTorchPickle(bytes: Uint8Array, at: number, source: string): TorchPickle {
  const storages = new Map<string, Storage>();
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  const refuse = (name: string): never => fail("weights/foreign-object", { source, name: printable(name) });
  const rules: PickleRules = {
    damaged,
    global: (name) => (calls.has(name) || storageTypes.has(name) ? { kind: "name", name } : refuse(name)),
    call(callee, args) {
      const { name } = isName(callee) ? callee : { name: "" };
      const made = calls.get(name)?.(args);
      return made ?? damaged(`its pickle calls "${name}" with what it does not take, or beyond a storage`);
    },
    persistent: (id) => storagePlace(id, storages) ?? damaged("its pickle refers to what is no storage"),
  };
  return { ...readPickle(bytes, at, rules), storages };
}

const storageTypes: ReadonlyMap<string, ElementType> = new Map([
  ["torch.FloatStorage", "F32"],
  ["torch.DoubleStorage", "F64"],
  ["torch.HalfStorage", "F16"],
  ["torch.BFloat16Storage", "BF16"],
  ["torch.LongStorage", "I64"],
  ["torch.IntStorage", "I32"],
  ["torch.ShortStorage", "I16"],
  ["torch.CharStorage", "I8"],
  ["torch.ByteStorage", "U8"],
  ["torch.BoolStorage", "BOOL"],
]);

/** As in torch. */
const mostAxes = 64;

/** `undefined` for arguments that the function of this name does not take. */
type Make = (args: readonly Pickled[]) => Pickled | undefined;

const calls: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["collections.OrderedDict", orderedDictionary],
  ["torch.Size", ([sizes, ...more]) => (isSequence(sizes) && more.length === 0 ? sizes : undefined)],
  ["torch.nn.parameter.Parameter", parameter],
  ["torch._utils._rebuild_parameter", parameter], // data, requires_grad, hooks
  ["torch._utils._rebuild_tensor", (args) => (args.length === 4 ? tensor(args) : undefined)],
  ["torch._utils._rebuild_tensor_v2", tensorOfVersion2],
]);

/** Python 2 gives the entries as pairs; later ones come as items of the dictionary. */
function orderedDictionary([pairs = [], ...more]: readonly Pickled[]): PickledDictionary | undefined {
  if (!isSequence(pairs) || more.length > 0) return undefined;
  const fits = pairs.every((pair) => isSequence(pair) && pair.length === 2);
  return fits ? new Map(pairs as readonly (readonly [Pickled, Pickled])[]) : undefined;
}

function parameter([data]: readonly Pickled[]): TensorPlace | undefined {
  return isTensor(data) ? data : undefined;
}

/** storage, offset, size, stride, requires_grad, hooks and, since torch 1.12, metadata such as "its sign is turned". */
function tensorOfVersion2(args: readonly Pickled[]): TensorPlace | undefined {
  const metadata = args[6] ?? null;
  const plain = metadata === null || (isDictionary(metadata) && metadata.size === 0);
  return (args.length === 6 || args.length === 7) && plain ? tensor(args) : undefined;
}

function tensor([place, offset, shape, strides]: readonly Pickled[]): TensorPlace | undefined {
  if (!isStorage(place) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) return undefined;
  if (shape.length !== strides.length) return undefined;
  const { storage, begin, end } = place;
  const found: TensorPlace = { kind: "tensor", storage, offset: begin + offset, shape, strides };
  return liesWithin(found, begin, end) ? found : undefined;
}

/**
 * `("storage", type, key, location, elements)`, and in streams a view: None, or `(key, offset, elements)` of a part. A view
 * is of the storage that it names and never of another view, so none can lead back to itself.
 */
function storagePlace(id: Pickled, storages: Map<string, Storage>): StoragePlace | undefined {
  if (!isSequence(id) || id.length < 5 || id.length > 6) return undefined;
  const [kind, type, key, , elements, view = null] = id;
  const dtype = isName(type) ? storageTypes.get(type.name) : undefined;
  if (kind !== "storage" || dtype === undefined || typeof key !== "string" || !isCount(elements)) return undefined;

  const storage = storages.get(key) ?? { key, dtype, elements };
  if (storage.dtype !== dtype || storage.elements !== elements) return undefined;
  storages.set(key, storage);
  if (view === null) return { kind: "storage", storage, begin: 0, end: elements };
  if (!isSequence(view) || view.length !== 3) return undefined;
  const [viewKey, begin, length] = view;
  if (typeof viewKey !== "string" || viewKey === key || !isCount(begin) || !isCount(length)) return undefined;
  return begin + length <= elements ? { kind: "storage", storage, begin, end: begin + length } : undefined;
}

function isCount(value: Pickled | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: Pickled | undefined): value is readonly number[] {
  return isSequence(value) && value.length <= mostAxes && value.every(isCount);
}

/** Names come from the file, and go to a terminal. */
function printable(name: string): string {
  return name.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, "?");
}
