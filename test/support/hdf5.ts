// HDF5 files for tests, written with the library's build for browsers: into its memory, never to disk.

import { File, type Group, ready } from "h5wasm";

export type { Group } from "h5wasm";

const hdf5 = await ready;

/** The bytes of a file that holds what `fill` puts into its root. */
export function writtenHdf5(fill: (root: Group) => void): Uint8Array {
  const path = "/written.h5";
  const file = new File(path, "w");
  try {
    fill(file);
    file.flush();
  } finally {
    file.close();
  }
  const bytes = hdf5.FS.readFile(path);
  hdf5.FS.unlink(path);
  return Uint8Array.from(bytes);
}

/** A dataset of float32 at a path whose groups are made as needed. */
export function putTensor(root: Group, path: string, shape: readonly number[], values: Float32Array): void {
  const parts = path.split("/");
  const name = parts.pop()!;
  groupAt(root, parts).create_dataset({ name, data: values, shape: [...shape] });
}

/** A list of texts as an attribute of a group, as Keras lists the names of layers and weights. */
export function putTexts(root: Group, path: string, attribute: string, texts: readonly string[]): void {
  groupAt(root, path === "" ? [] : path.split("/")).create_attribute(attribute, [...texts]);
}

function groupAt(root: Group, parts: readonly string[]): Group {
  return parts.reduce<Group>((group, part) => {
    const path = `${group.path === "/" ? "" : group.path}/${part}`;
    return (group.get(path) as Group | null) ?? group.create_group(part);
  }, root);
}
