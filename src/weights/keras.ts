// Weights as Keras writes them: .h5 of Keras 1 and 2, .h5 and .weights.h5 of Keras 3, and .keras archives, which hold a
// .weights.h5. Undoes what the layouts do to names, so that a tensor is called by the layer that Keras' user knows; which
// layer is which of the network, and the order of axes, are for others to say.

import { fail } from "../errors.ts";
import { openZip, type Zip } from "../zip.ts";
import { type Hdf5Content, type Hdf5Reader, type Hdf5Wishes, readHdf5 } from "./hdf5.ts";
import type { NamedTensor, NamedWeights, WeightsFile } from "./named-weights.ts";

/** How kernels lie in files of Keras: as TensorFlow has them, or turned by 180 degrees, as Theano has them. */
export type KerasKernels = "tf" | "th";

type ReadHdf5 = Hdf5Reader["read"];

const wishes: Hdf5Wishes = {
  texts: ["name", "weight_names", "keras_version", "backend"],
  without: ["optimizer", "optimizer_weights"],
};
const archiveMember = "model.weights.h5";
/** Keras does not even pack, and weights hardly become smaller; only the structure of a tiny file does. */
const mostMemberBytes = (archiveBytes: number) => 8 * archiveBytes + 2 ** 20;
const mostMetadataBytes = 65_536;

/**
 * Reads an .h5 file. Tensors are named `<layer>/.../<weight>`, as in `conv2d_1/conv2d_1/kernel:0`; those of a .weights.h5,
 * which has only numbers for them, `<layer>/<number>`. Within a layer they come in Keras' order. The metadata says
 * `kernels` ("tf" or "th") and `kernels_from`, what tells so.
 *
 * @param read - that of a reader which is already open, where there are many files
 * @throws weights/damaged, weights/element-type, weights/keras-unnamed
 */
export async function readKerasHdf5({ bytes, source }: WeightsFile, read: ReadHdf5 = readHdf5): Promise<NamedWeights> {
  return named(await read(bytes, source, wishes), source);
}

/**
 * Reads a .keras archive; other archives are refused.
 *
 * @throws weights/other-format, weights/damaged, weights/element-type, weights/keras-unnamed
 */
export async function readKerasArchive(
  { bytes, source }: WeightsFile,
  read: ReadHdf5 = readHdf5,
): Promise<NamedWeights> {
  const damaged = (error: unknown) => fail("weights/damaged", { source, reason: (error as Error).message });
  const zip = await openZip(bytes).catch(damaged);
  try {
    if (!zip.entries.has(archiveMember)) return fail("weights/other-format", { source, kind: "zip" });
    const member = await zip.read(archiveMember, mostMemberBytes(bytes.length)).catch(damaged);
    const { format, tensors, metadata } = await readKerasHdf5({ bytes: member, source, path: undefined }, read);
    const version = await archiveVersion(zip).catch(damaged);
    return { format, tensors, metadata: version === undefined ? metadata : { ...metadata, keras_version: version } };
  } finally {
    zip.close();
  }
}

/** @throws Error with a reason in words */
async function archiveVersion(zip: Zip): Promise<string | undefined> {
  if (!zip.entries.has("metadata.json")) return undefined;
  const text = new TextDecoder().decode(await zip.read("metadata.json", mostMetadataBytes));
  const version = (JSON.parse(text) as { readonly keras_version?: unknown } | null)?.keras_version;
  return typeof version === "string" ? version : undefined;
}

function named(content: Hdf5Content, source: string): NamedWeights {
  for (const [name, { shape, type }] of content.others)
    if (shape.length > 1) return fail("weights/element-type", { name, dtype: type }); // seeds and counters have fewer axes
  const root = [...content.tensors.keys()].some((path) => path.startsWith("model_weights/")) ? "model_weights" : "";
  const isNumbered = [...content.tensors.keys()].some((path) => numbered.test(path));
  const tensors = isNumbered ? numberedTensors(content, source) : orderedTensors(content, root);
  const said = (attribute: string) => (content.texts.get(root) ?? content.texts.get(""))?.get(attribute)?.[0];
  const [version, backend] = [said("keras_version"), said("backend")];
  const metadata = { ...(version && { keras_version: version }), ...(backend && { backend }) };
  const kernels: KernelsSaid = isNumbered ? { kernels: "tf", kernels_from: "its layout" } : kernelsOf(source, backend);
  return { format: "keras", tensors, metadata: { ...metadata, ...kernels } };
}

/** `<container>/vars/<i>` of a .weights.h5. The container is numbered by class and place; the layer's name is an attribute. */
const numbered = /^(?:(.*)\/)?([^/]+)\/vars\/(\d+)$/;

function numberedTensors({ tensors, texts }: Hdf5Content, source: string): NamedWeights["tensors"] {
  const found = new Map<string, NamedTensor>();
  for (const [path, tensor] of tensors) {
    const [, parent, container, index] = numbered.exec(path) ?? [];
    if (container === undefined) {
      found.set(path, tensor);
      continue;
    }
    const group = path.slice(0, path.lastIndexOf("/"));
    const layer = texts.get(group)?.get("name")?.[0];
    if (layer === undefined) return fail("weights/keras-unnamed", { source, group });
    const name = `${parent === undefined ? "" : `${parent}/`}${layer}/${index}`;
    if (found.has(name)) return fail("weights/damaged", { source, reason: `two layers in it are named "${layer}"` });
    found.set(name, tensor);
  }
  return found;
}

/** Where a group lists the names of its weights, in the order of the list: HDF5 itself sorts them by name. */
function orderedTensors({ tensors, texts }: Hdf5Content, root: string): NamedWeights["tensors"] {
  const inRoot = root === "" ? "" : `${root}/`;
  const listed = [...texts].flatMap(([group, attributes]) =>
    [...attributes]
      .filter(([attribute]) => attribute.startsWith("weight_names"))
      .sort(([left], [right]) => left.localeCompare(right, "en", { numeric: true })) // weight_names0, weight_names1, ...
      .flatMap(([, names]) => names.map((name) => `${group}/${name}`)),
  );
  const paths = new Set([...listed.filter((path) => tensors.has(path)), ...tensors.keys()]);
  return new Map(
    [...paths]
      .filter((path) => path.startsWith(inRoot))
      .map((path) => [path.slice(inRoot.length), tensors.get(path)!] as const),
  );
}

interface KernelsSaid {
  readonly kernels: KerasKernels;
  readonly kernels_from: "the file's name" | "its backend" | "its layout" | "nothing: tf is assumed";
}

/** Keras 1 says nothing inside; the authors of its published files say it in their names. */
function kernelsOf(source: string, backend: string | undefined): KernelsSaid {
  const [, inName] = /(th|tf)_kernels[^/\\]*$/.exec(source) ?? [];
  if (inName !== undefined) return { kernels: inName as KerasKernels, kernels_from: "the file's name" };
  if (backend !== undefined) return { kernels: backend === "theano" ? "th" : "tf", kernels_from: "its backend" };
  return { kernels: "tf", kernels_from: "nothing: tf is assumed" };
}
