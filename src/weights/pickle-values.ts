// What a pickle of tensors can hold. Nothing of it can act: a name of Python's stays a name, a tensor is a place in a
// storage, and dictionaries are maps, to which "__proto__" is a key like any other.

import type { ElementType } from "./element-types.ts";

export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickledSequence
  | PickledDictionary
  | PythonName
  | StoragePlace
  | TensorPlace;

/** A list, or, where it is frozen, a tuple. */
export type PickledSequence = readonly Pickled[];

export type PickledDictionary = Map<Pickled, Pickled>;

/** Such as `torch.FloatStorage`. */
export interface PythonName {
  readonly kind: "name";
  readonly name: string;
}

/** Numbers in a row, as the file names them; where they lie is its format's business. */
export interface Storage {
  readonly key: string;
  readonly dtype: ElementType;
  readonly elements: number;
}

/** A storage, or the part of it that a view shows. */
export interface StoragePlace {
  readonly kind: "storage";
  readonly storage: Storage;
  /** In elements; begin <= end <= storage.elements. */
  readonly begin: number;
  readonly end: number;
}

/** A tensor within its storage: element (i, j, ...) lies at offset + i * strides[0] + j * strides[1] + ... */
export interface TensorPlace {
  readonly kind: "tensor";
  readonly storage: Storage;
  /** In elements from the beginning of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements, none negative; one for each axis. */
  readonly strides: readonly number[];
}

export function isDictionary(value: Pickled | undefined): value is PickledDictionary {
  return value instanceof Map;
}

export function isSequence(value: Pickled | undefined): value is PickledSequence {
  return Array.isArray(value);
}

export function isTensor(value: Pickled | undefined): value is TensorPlace {
  return isRecord(value) && value.kind === "tensor";
}

export function isStorage(value: Pickled | undefined): value is StoragePlace {
  return isRecord(value) && value.kind === "storage";
}

export function isName(value: Pickled | undefined): value is PythonName {
  return isRecord(value) && value.kind === "name";
}

function isRecord(value: Pickled | undefined): value is PythonName | StoragePlace | TensorPlace {
  return typeof value === "object" && value !== null && "kind" in value;
}
