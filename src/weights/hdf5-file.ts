// What is in one HDF5 file, read with the library and believed only as far as the file's size goes: a tensor states its
// shape, and may state any. Groups are walked over hard links alone; links to other places, virtual datasets and filters
// other than deflate's are refused.

import { type ElementType, toFloat32 } from "./element-types.ts";

/** As the library gives it once it is ready. */
export type Hdf5Library = Awaited<typeof import("h5wasm")["ready"]>;

export interface Hdf5Wishes {
  /** Attributes of groups whose texts are wanted; writers that split long ones append 0, 1, ... to the name. */
  readonly texts: readonly string[];
  /** Groups directly in the root that are passed over. */
  readonly without: readonly string[];
}

export interface Hdf5Content {
  /** Floating-point datasets by path, as in `conv2d_1/kernel:0`, in the order of the file; row-major. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
  /** Datasets of other types are not read. */
  readonly others: ReadonlyMap<string, { readonly shape: readonly number[]; readonly type: string }>;
  /** By the group's path ("" is the root), then by the attribute's name. */
  readonly texts: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

export interface Hdf5Request {
  readonly bytes: Uint8Array;
  readonly wishes: Hdf5Wishes;
}

/** `broken` says that the thread is of no further use. */
export type Hdf5Answer = { readonly content: Hdf5Content } | { readonly reason: string; readonly broken: boolean };

interface Opened {
  readonly hdf5: Hdf5Library;
  readonly id: bigint;
  readonly sizeBytes: number;
}

/** Groups and datasets; Inception-v4 in Keras' largest layout has 3,000. */
const mostObjects = 100_000;
/** Groups in groups; Keras nests about 6, and a group that contains itself has no end. */
const deepest = 32;
/** Weights hardly compress; what claims to become this many times larger was not written by a training. */
const mostInflation = 8;
const longestText = 4096;
const deflate = 1; // and what usually goes with it, shuffle and a checksum: neither makes anything larger
const harmlessFilters: readonly number[] = [deflate, 2, 3];
const floatTypes: Readonly<Record<number, ElementType>> = { 2: "F16", 4: "F32", 8: "F64" };

let filesOpened = 0;

/** @throws Error with a reason in words; whatever else is thrown comes from within the library */
export function readHdf5File(hdf5: Hdf5Library, bytes: Uint8Array, wishes: Hdf5Wishes): Hdf5Content {
  filesOpened += 1;
  const name = String(filesOpened); // of its own: the library remembers files that it could not close
  const sizeBytes = bytes.length;
  hdf5.FS.createDataFile("/", name, bytes, true, false, true);
  try {
    const id = hdf5.open(`/${name}`, hdf5.H5F_ACC_RDONLY, false, -1, -1);
    if (id < 0n) throw new Error("it is no whole HDF5 file");
    try {
      return contentOf({ hdf5, id, sizeBytes }, wishes);
    } finally {
      hdf5.close_file(id);
    }
  } finally {
    hdf5.FS.unlink(`/${name}`);
  }
}

function contentOf(file: Opened, { texts: wanted, without }: Hdf5Wishes): Hdf5Content {
  const tensors: Map<string, { shape: readonly number[]; values: Float32Array }> = new Map();
  const others: Map<string, { shape: readonly number[]; type: string }> = new Map();
  const texts: Map<string, ReadonlyMap<string, readonly string[]>> = new Map();
  let objects = 0;
  let statedBytes = 0;

  const readGroup = (path: string, depth: number): void => {
    if (depth > deepest) throw new Error(`its groups lie more than ${deepest} deep`);
    const found = groupTexts(file, path, wanted);
    if (found.size > 0) texts.set(path, found);
    for (const name of reading(path, () => file.hdf5.get_names(file.id, `/${path}`, false))) {
      if (++objects > mostObjects) throw new Error(`it holds more than ${mostObjects} groups and tensors`);
      if (path === "" && without.includes(name)) continue;
      const child = path === "" ? name : `${path}/${name}`;
      const kind = kindOf(file, name, child);
      if (kind === "group") readGroup(child, depth + 1);
      else if (kind === "dataset") readDataset(child);
    }
  };

  const readDataset = (path: string): void => {
    const { shape, bytes, type, element } = describe(file, path);
    if (element === undefined) {
      others.set(path, { shape, type });
      return;
    }
    statedBytes += bytes;
    if (statedBytes > mostInflation * file.sizeBytes) throw new Error("it states larger tensors than it can hold");
    tensors.set(path, { shape, values: toFloat32[element]!(readBytes(file, path, bytes)) });
  };

  readGroup("", 0);
  return { tensors, others, texts };
}

/** Types of objects that are neither, such as named types, are of no use here. */
function kindOf({ hdf5, id }: Opened, name: string, path: string): "group" | "dataset" | undefined {
  if (name === "" || name === "." || name.includes("/")) throw new Error(`a name in it is "${name}"`);
  const type = hdf5.get_symbolic_link(id, `/${path}`) === null ? hdf5.get_type(id, `/${path}`) : hdf5.H5G_LINK;
  if (type === hdf5.H5G_LINK || type === hdf5.H5G_UDLINK)
    throw new Error(`"${path}" in it is a link to another place, which is not followed`);
  if (type < 0) throw new Error(`"${path}" in it is named but not there`);
  if (type === hdf5.H5G_GROUP) return "group";
  return type === hdf5.H5G_DATASET ? "dataset" : undefined;
}

interface Description {
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly type: string;
  /** `undefined` where it is no floating-point type that is known here. */
  readonly element: ElementType | undefined;
}

/** All that a dataset says about itself, held against the size of the file before anything is read. */
function describe({ hdf5, id, sizeBytes }: Opened, path: string): Description {
  const stated = reading(path, () => hdf5.get_dataset_metadata(id, `/${path}`));
  const shape = stated.shape ?? [0];
  const bytes = countOf(shape) * stated.size;
  const { type } = stated;
  const isFloat = type === hdf5.H5T_class_t.H5T_FLOAT.value;
  const element = isFloat ? floatTypes[stated.size] : undefined;
  const kind = type === hdf5.H5T_class_t.H5T_INTEGER.value ? "integer" : isFloat ? "float" : "other";
  if (element === undefined) return { shape, bytes, type: `${kind} of ${stated.size} bytes`, element };

  const refuse = (what: string) => {
    throw new Error(`"${path}" in it ${what}`);
  };
  if (stated.virtual_sources !== undefined) refuse("lies in other files");
  if (stated.chunks === null) {
    if (!(bytes <= sizeBytes)) refuse(`states ${bytes} bytes, but the file has ${sizeBytes}`);
    return { shape, bytes, type: kind, element };
  }
  if (!(Math.max(bytes, countOf(stated.chunks) * stated.size) <= mostInflation * sizeBytes))
    refuse(`states ${bytes} bytes, more than ${mostInflation} times the ${sizeBytes} of the file`);
  const other = hdf5.get_dataset_filters(id, `/${path}`).find(({ id }) => !harmlessFilters.includes(id));
  if (other !== undefined) refuse(`is packed with filter ${other.id}, but only deflate is read`);
  return { shape, bytes, type: kind, element };
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((count, axis) => count * axis, 1);
}

function readBytes({ hdf5, id }: Opened, path: string, bytes: number): Uint8Array {
  if (bytes === 0) return new Uint8Array(0);
  return withMemory(hdf5, bytes, (pointer) => {
    const status = hdf5.get_dataset_data(id, `/${path}`, null, null, null, BigInt(pointer));
    if (status < 0) throw new Error(`"${path}" in it cannot be read`);
    return hdf5.HEAPU8.slice(pointer, pointer + bytes);
  });
}

/** Texts of the wanted attributes; those of other types, as the empty lists of h5py are, count as none. */
function groupTexts(file: Opened, path: string, wanted: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = reading(path, () => file.hdf5.get_attribute_names(file.id, `/${path}`));
  const found = names.filter((name) => wanted.includes(name.replace(/\d+$/, "")));
  return new Map(found.map((name) => [name, attributeTexts(file, path, name)]));
}

function attributeTexts({ hdf5, id, sizeBytes }: Opened, path: string, name: string): readonly string[] {
  const { type, vlen, shape, size } = reading(path, () => hdf5.get_attribute_metadata(id, `/${path}`, name));
  if (type !== hdf5.H5T_class_t.H5T_STRING.value || shape === null) return [];
  const bytes = countOf(shape) * size;
  if (!(bytes <= sizeBytes)) throw new Error(`the attribute "${name}" of "${path}" in it has ${bytes} bytes`);
  if (bytes === 0) return [];
  return withMemory(hdf5, bytes, (pointer) => {
    if (hdf5.get_attribute_data(id, `/${path}`, name, BigInt(pointer)) < 0)
      throw new Error(`the attribute "${name}" of "${path}" in it cannot be read`);
    const held = hdf5.HEAPU8.slice(pointer, pointer + bytes);
    if (!vlen) return Array.from({ length: bytes / size }, (_, i) => textOf(held.subarray(i * size, (i + 1) * size)));
    const texts = Array.from(new Uint32Array(held.buffer), (at) =>
      at === 0 ? "" : textOf(hdf5.HEAPU8.subarray(at, at + longestText)),
    );
    hdf5.reclaim_vlen_memory(id, `/${path}`, name, BigInt(pointer));
    return texts;
  });
}

/** Ends at the first zero; some writers pad with spaces instead. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trimEnd();
}

/** The library's own words for a path that it cannot open name nothing. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.name === "Error") throw new Error(`"/${path}" in it cannot be read`);
    throw error;
  }
}

function withMemory<T>(hdf5: Hdf5Library, bytes: number, use: (pointer: number) => T): T {
  const pointer = hdf5._malloc(bytes);
  if (pointer === 0) throw new Error(`it asks for ${bytes} bytes at once`);
  try {
    return use(pointer);
  } finally {
    hdf5._free(pointer);
  }
}
