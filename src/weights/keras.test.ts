import { afterAll, describe, expect, test } from "vitest";
import { type Group, putTensor, putTexts, writtenHdf5 } from "../../test/support/hdf5.ts";
import { writtenZip } from "../../test/support/zip.ts";
import { ReinceptionError } from "../errors.ts";
import { type Stream, stream } from "../random.ts";
import { openHdf5Reader } from "./hdf5.ts";
import { readKerasArchive, readKerasHdf5 } from "./keras.ts";
import type { NamedWeights } from "./named-weights.ts";

const reader = openHdf5Reader({ limitMs: 1_000 });
afterAll(() => reader.close());

const file = (bytes: Uint8Array, source = "x.h5") => ({ bytes, source, path: undefined });
const readH5 = (bytes: Uint8Array, source?: string) => readKerasHdf5(file(bytes, source), reader.read);
const readArchive = (bytes: Uint8Array) => readKerasArchive(file(bytes, "x.keras"), reader.read);
const put = (root: Group, path: string, ...values: readonly number[]) =>
  putTensor(root, path, [values.length], Float32Array.from(values));
const namesOf = ({ tensors }: NamedWeights) => [...tensors.keys()];

/** As Keras 3 writes it: the container is numbered by its place, and the layer has its own name. */
function numberedFile(name: string | undefined, more: (root: Group) => void = () => {}): Uint8Array {
  return writtenHdf5((root) => {
    put(root, "layers/conv2d/vars/0", 1);
    if (name !== undefined) (root.get("layers/conv2d/vars") as Group).create_attribute("name", name);
    more(root);
  });
}

describe("a .weights.h5", () => {
  test("names tensors by their layer and not by its container", async () => {
    const read = await readH5(numberedFile("conv2d_7", (root) => putTexts(root, "vars", "name", ["inception_v4"])));
    expect([...read.tensors]).toEqual([["layers/conv2d_7/0", { shape: [1], values: Float32Array.of(1) }]]);
    expect(read.metadata).toEqual({ kernels: "tf", kernels_from: "its layout" });
  });

  test("that does not name its layers is refused", async () => {
    await expect(readH5(numberedFile(undefined))).rejects.toThrow(
      /^weights\/keras-unnamed: "x\.h5" does not say in "layers\/conv2d\/vars" which layer/,
    );
  });

  test("that names two layers the same is refused", async () => {
    const bytes = numberedFile("conv2d", (root) => {
      put(root, "layers/conv2d_1/vars/0", 1);
      (root.get("layers/conv2d_1/vars") as Group).create_attribute("name", "conv2d");
    });
    await expect(readH5(bytes)).rejects.toThrow(/^weights\/damaged: .*two layers in it are named "conv2d"/);
  });

  test("may hold the seeds of dropout and an optimizer, which are left out", async () => {
    const bytes = numberedFile("conv2d_7", (root) => {
      put(root, "optimizer/vars/1", 1);
      root.create_group("layers/dropout").create_group("seed").create_group("vars");
      (root.get("layers/dropout/seed/vars") as Group).create_dataset({ name: "0", data: Uint32Array.of(1, 2) });
    });
    expect(namesOf(await readH5(bytes))).toEqual(["layers/conv2d_7/0"]);
  });
});

describe("an .h5", () => {
  test("lists weights in the order of their layer", async () => {
    const bytes = writtenHdf5((root) => {
      for (const name of ["a", "b", "c"]) put(root, `layer/layer/${name}`, 1);
      putTexts(root, "layer", "weight_names1", ["layer/a"]);
      putTexts(root, "layer", "weight_names0", ["layer/c", "layer/lost", "layer/b"]);
    });
    expect(namesOf(await readH5(bytes))).toEqual(["layer/layer/c", "layer/layer/b", "layer/layer/a"]);
  });

  test("of a whole model is read from its part for weights", async () => {
    const bytes = writtenHdf5((root) => {
      put(root, "model_weights/layer/kernel:0", 1);
      put(root, "optimizer_weights/layer/kernel:0", 2);
      putTexts(root, "", "keras_version", ["2.0.4"]);
    });
    const read = await readH5(bytes);
    expect(namesOf(read)).toEqual(["layer/kernel:0"]);
    expect(read.metadata.keras_version).toBe("2.0.4");
  });

  test.each([
    ["a/th_kernels/x.h5", undefined, "tf", "nothing: tf is assumed"],
    ["a/x_tf_dim_ordering_th_kernels.h5", undefined, "th", "the file's name"],
    ["a\\x_th_dim_ordering_tf_kernels_notop.h5", "theano", "tf", "the file's name"],
    ["x.h5", "theano", "th", "its backend"],
    ["x.h5", "jax", "tf", "its backend"],
  ] as const)("%s of backend %s has kernels of %s, says %s", async (source, backend, kernels, kernels_from) => {
    const bytes = writtenHdf5((root) => {
      put(root, "a", 1);
      if (backend !== undefined) root.create_attribute("backend", backend);
    });
    expect((await readH5(bytes, source)).metadata).toEqual({ kernels, kernels_from, ...(backend && { backend }) });
  });

  test("with kernels of whole numbers is refused", async () => {
    const bytes = writtenHdf5((root) => root.create_dataset({ name: "k", data: new Int8Array(4), shape: [2, 2] }));
    await expect(readH5(bytes)).rejects.toThrow(
      /^weights\/element-type: "k" in the weights holds elements of type integer of 1 bytes/,
    );
  });
});

describe("a .keras", () => {
  const weights = { name: "model.weights.h5", bytes: numberedFile("conv2d_7") };
  const about = (text: string) => ({ name: "metadata.json", bytes: new TextEncoder().encode(text) });
  const damaged = /^weights\/damaged: "x\.keras" is damaged: /;

  test("is read, packed or not", async () => {
    for (const packed of [false, true]) {
      const read = await readArchive(writtenZip([about('{"keras_version": "3.15.1"}'), { ...weights, packed }]));
      expect(namesOf(read)).toEqual(["layers/conv2d_7/0"]);
      expect(read.metadata.keras_version).toBe("3.15.1");
    }
  });

  test.each(["{}", "null", '{"keras_version": 3}'])("may say %s about itself", async (text) => {
    expect((await readArchive(writtenZip([about(text), weights]))).metadata.keras_version).toBeUndefined();
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["another archive", writtenZip([about("{}")]), /^weights\/other-format: "x\.keras" .*looks like zip/],
    ["one cut off", writtenZip([weights]).subarray(0, 3000), damaged],
    ["one about which nothing can be read", writtenZip([about("{"), weights]), damaged],
    ["weights that are no HDF5", writtenZip([{ ...weights, bytes: new Uint8Array(900) }]), damaged],
    ["weights twice", writtenZip([weights, weights]), damaged],
  ])("is refused: %s", async (_, bytes, message) => {
    await expect(readArchive(bytes)).rejects.toThrow(message);
  });

  const zeros = new Uint8Array(2 ** 24);
  test.each([
    ["as large as it says", undefined, /has 16777216 bytes, more than/],
    ["larger than it says", 100_000, damaged],
    ["smaller than it says", 2 ** 32 - 2, damaged],
  ])("with a bomb inside, %s, is refused before it goes off", async (_, statedBytes, message) => {
    const bomb = { name: weights.name, bytes: zeros, packed: true, ...(statedBytes && { statedBytes }) };
    await expect(readArchive(writtenZip([bomb]))).rejects.toThrow(message);
  });
});

describe("whatever became of a file, it is read or refused:", () => {
  /** As few bytes as may be, so that most changes meet structure. Texts of fixed length lie beside their attribute. */
  const small = writtenHdf5((root) => {
    root.create_attribute("backend", "theano", null, "S8");
    putTensor(root, "a/kernel:0", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    (root.get("a") as Group).create_attribute("weight_names", ["kernel:0"], null, "S8");
  });
  const varied = writtenHdf5((root) => {
    putTexts(root, "a", "weight_names", ["b", "c"]);
    put(root, "a/b", 1, 2, 3);
    const data = new Float32Array(64);
    (root.get("a") as Group).create_dataset({ name: "c", data, shape: [64], chunks: [32], compression: "gzip" });
  });
  const archive = writtenZip([
    { name: "metadata.json", bytes: new TextEncoder().encode("{}") },
    { name: "model.weights.h5", bytes: small, packed: true },
  ]);

  const odd = [0, 1, 2, 8, 0x7f, 0x80, 0xff];

  /** One to four bytes become others, and one file in sixteen ends early. */
  function mutated(base: Uint8Array, random: Stream): Uint8Array {
    const below = (count: number) => Math.floor(random() * count);
    const bytes = base.slice();
    for (let left = 1 + below(4); left > 0; left--) {
      const at = below(bytes.length);
      bytes[at] = random() < 0.5 ? bytes[at]! ^ (1 << below(8)) : odd[below(odd.length)]!;
    }
    return below(16) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes;
  }

  test.each([
    [".h5", 8_000, small, readH5],
    [".h5 with packed tensors and listed names", 400, varied, readH5],
    [".keras", 2_000, archive, readArchive],
  ] as const)("%s, %d times", async (name, times, base, read) => {
    const random = stream(1, `mutations of ${name}`);
    const ends = { read: 0, refused: 0 };
    await read(base);
    for (let i = 0; i < times; i++) {
      const bytes = mutated(base, random);
      try {
        await read(bytes);
        ends.read += 1;
      } catch (error) {
        if (!(error instanceof ReinceptionError)) throw error;
        ends.refused += 1;
      }
    }
    expect(ends.read).toBeGreaterThan(times / 20);
    expect(ends.refused).toBeGreaterThan(times / 20);
  });
});
