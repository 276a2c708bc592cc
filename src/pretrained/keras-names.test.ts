import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { type Group, putTensor, putTexts, writtenHdf5 } from "../../test/support/hdf5.ts";
import {
  features,
  type KerasLayout,
  type KerasTensor,
  keras1,
  keras2,
  keras3Legacy,
  kerasTensors,
  parameters,
} from "../../test/support/keras-network.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { ReinceptionError } from "../errors.ts";
import { type MatchedWeights, matchWeights } from "../models/match-weights.ts";
import { fromKeras } from "./keras-names.ts";
import { openPretrained } from "./open.ts";

interface FixtureFile {
  readonly id: string;
  readonly format: string;
  readonly files: readonly { readonly path: string }[];
  readonly gamma: "unit" | "rule";
  readonly classesInFile: number | null;
  readonly rowOffset: number | null;
}

const fixtures = readFixture<{ readonly files: readonly FixtureFile[] }>("files");
const kerasFiles = fixtures.files.filter(({ format }) => format.startsWith("keras"));

function fixturePath(path: string): string {
  return fileURLToPath(new URL(`../../test/fixtures/${path}`, import.meta.url));
}

/** Every tensor of the base, and the head's without its first row, bit for bit. */
function expectRule({ base, head }: MatchedWeights, hasHead: boolean): void {
  expect(base.size).toBe(5 * 149);
  for (const [name, { values }] of base)
    expect(Buffer.compare(bytesOf(values), bytesOf(parameters[name]!)), name).toBe(0);
  expect(head !== undefined).toBe(hasHead);
  if (head === undefined) return;
  expect(head.backgroundDropped).toBe(true);
  expect(head.tensors.get("last_linear.weight")!.values).toEqual(parameters["last_linear.weight"]!.subarray(features));
  expect(head.tensors.get("last_linear.bias")!.values).toEqual(parameters["last_linear.bias"]!.subarray(1));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function matched(tensors: ReadonlyMap<string, KerasTensor>, metadata: Record<string, string> = {}): MatchedWeights {
  return matchWeights(fromKeras(tensors, metadata));
}

describe("what Keras wrote", () => {
  test("there are three such files", () =>
    expect(kerasFiles.map(({ gamma }) => gamma)).toEqual(["unit", "unit", "unit"]));

  test.each(kerasFiles.map((file) => [file.id, file] as const))("%s is read bit for bit", async (_, file) => {
    const opened = await openPretrained(fixturePath(file.files[0]!.path));
    expect([opened.format, opened.width, opened.unused]).toEqual(["keras", 1 / 16, []]);
    expect(file.rowOffset ?? 1).toBe(1);
    expectRule(opened, file.classesInFile !== null);
  });

  test("cut off, as by a download, it is refused", async () => {
    const whole = readFileSync(fixturePath("files/keras2-top.h5"));
    await expect(openPretrained(whole.subarray(0, 1_000_000))).rejects.toThrow(/^weights\/damaged: /);
  });
});

describe("a file of", () => {
  const folder = temporaryFolder();

  const fileOf = (layout: KerasLayout, root = "", more: (root: Group) => void = () => {}) =>
    writtenHdf5((group) => {
      for (const [path, { shape, values }] of kerasTensors(layout)) putTensor(group, root + path, shape, values);
      more(group);
    });

  test("Keras 3 in its older layout", async () => {
    expectRule(await openPretrained(fileOf(keras3Legacy)), true);
  });

  test("Keras 2 with the optimizer beside, and names that did not fit into one attribute", async () => {
    const file = fileOf(keras2, "model_weights/", (root) => {
      putTexts(root, "model_weights", "layer_names0", ["conv2d_1"]);
      putTexts(root, "model_weights", "layer_names1", ["conv2d_2"]);
      putTexts(root, "model_weights", "backend", ["tensorflow"]);
      putTensor(root, "optimizer_weights/conv2d_1/kernel:0", [2], new Float32Array(2));
    });
    const opened = await openPretrained(file);
    expectRule(opened, true);
    expect(opened.unused).toEqual([]);
    expect(opened.metadata).toMatchObject({ backend: "tensorflow", kernels: "tf", kernels_from: "its backend" });
  });

  test("Keras 2 whose batch norms only their group's list puts in order", async () => {
    const layout: KerasLayout = { ...keras2, norm: ["c:0", "a:0", "b:0"] };
    const file = fileOf(layout, "", (root) => {
      for (let n = 1; n <= 149; n++) {
        const layer = `batch_normalization_${n}`;
        putTexts(root, layer, "weight_names0", [`${layer}/c:0`, `${layer}/a:0`]);
        putTexts(root, layer, "weight_names1", [`${layer}/b:0`]);
      }
    });
    expectRule(await openPretrained(file), true);
  });

  test.each([
    ["inception_v4_weights_tf_dim_ordering_tf_kernels.h5", "hwio", false],
    ["inception_v4_weights_tf_dim_ordering_th_kernels.h5", "hwio", true],
    ["inception_v4_weights_th_dim_ordering_tf_kernels.h5", "oihw", false],
    ["inception_v4_weights_th_dim_ordering_th_kernels.h5", "oihw", true],
    ["unnamed.h5", "hwio", false],
  ] as const)("Keras 1, called %s", async (name, axes, turned) => {
    const path = join(folder, name);
    writeFileSync(path, fileOf({ ...keras1, axes, turned }));
    const opened = await openPretrained(path);
    expectRule(opened, true);
    expect(opened.metadata).toEqual(
      name === "unnamed.h5"
        ? { kernels: "tf", kernels_from: "nothing: tf is assumed" }
        : { kernels: turned ? "th" : "tf", kernels_from: "the file's name" },
    );
  });
});

describe("layers are taken by rank", () => {
  test.each([0, 1, 98, 150])("numbered from %d", (first) => {
    expectRule(matched(kerasTensors({ ...keras2, first })), true);
  });

  test("within other groups, as of a model in a model", () => {
    const path = (layer: string, weight: string) => `inception_v4/${layer}/${weight}`;
    expectRule(matched(kerasTensors({ ...keras2, path })), true);
  });

  test("where TensorFlow numbered the inner group once more", () => {
    const path = (layer: string, weight: string) => `${layer}/${layer}_1/${weight}`;
    expectRule(matched(kerasTensors({ ...keras2, path })), true);
  });
});

describe("parts of a batch norm", () => {
  test("are told by place where they have no names: three without gamma, four with it first", () => {
    expectRule(matched(kerasTensors({ ...keras3Legacy, norm: ["0", "1", "2"] })), true);
    expectRule(matched(kerasTensors({ ...keras3Legacy, norm: ["0", "1", "2", "3"] })), true);
  });

  test("are told by name where they have some, in whatever order", () => {
    const tensors = kerasTensors(keras1);
    expectRule(matched(new Map([...tensors].reverse())), true);
  });

  test.each([
    ["two", ["0", "1"]],
    ["five", ["0", "1", "2", "3", "4"]],
    ["a gamma without a mean", ["gamma", "beta", "moving_variance"]],
    ["an unknown one among them", ["beta", "moving_mean", "moving_deviation"]],
  ])("are refused where there are %s", (_, names) => {
    const tensors = kerasTensors({ ...keras3Legacy, norm: [] });
    for (let n = 0; n < 149; n++)
      for (const name of names)
        tensors.set(`batch_normalization_${n}/x/${name}`, { shape: [1], values: new Float32Array(1) });
    expect(() => matched(tensors)).toThrow(/^weights\/keras-layer: .*beta, mean and variance/);
  });
});

describe("a head", () => {
  test("is found whatever its layer is called", () => {
    const tensors = new Map(
      Array.from(
        kerasTensors(keras2),
        ([path, tensor]) => [path.replaceAll("dense_1", "predictions"), tensor] as const,
      ),
    );
    expectRule(matched(tensors), true);
  });

  test("of two layers is another network's, and is left aside", () => {
    const tensors = kerasTensors(keras2);
    tensors.set("dense_2/dense_2/kernel:0", { shape: [1001, 3], values: new Float32Array(3003) });
    tensors.set("dense_2/dense_2/bias:0", { shape: [3], values: new Float32Array(3) });
    const { head, unused } = matched(tensors);
    expect(head).toBeUndefined();
    expect(unused).toEqual([
      "dense_1/dense_1/kernel:0",
      "dense_1/dense_1/bias:0",
      "dense_2/dense_2/kernel:0",
      "dense_2/dense_2/bias:0",
    ]);
  });
});

describe("another network is refused", () => {
  const tensors = kerasTensors(keras2);
  const changed = (change: (tensors: Map<string, KerasTensor>) => void) => {
    const copy = new Map(tensors);
    change(copy);
    return () => matched(copy);
  };

  test("with a kernel of another shape", () => {
    const path = "conv2d_77/conv2d_77/kernel:0";
    const { shape, values } = tensors.get(path)!;
    const swapped = [shape[0]!, shape[1]!, shape[3]!, shape[2]!];
    expect(changed((copy) => copy.set(path, { shape: swapped, values }))).toThrow(
      `weights/shape: "${path}" in the weights has shape [${swapped.join(", ")}], but [${shape.join(", ")}] is needed.`,
    );
  });

  test("with a batch norm of another width", () => {
    const path = "batch_normalization_3/batch_normalization_3/beta:0";
    expect(changed((copy) => copy.set(path, { shape: [5], values: new Float32Array(5) }))).toThrow(
      `weights/shape: "${path}" in the weights has shape [5], but [4] is needed.`,
    );
  });

  test("with a convolution more, or less", () => {
    const kernel = { shape: [1, 1, 1, 1], values: new Float32Array(1) };
    expect(changed((copy) => copy.set("conv2d_150/conv2d_150/kernel:0", kernel))).toThrow(
      /^weights\/keras-layers: the weights hold 150 convolutions and 149 batch norms/,
    );
    expect(changed((copy) => copy.delete("conv2d_149/conv2d_149/kernel:0"))).toThrow(/^weights\/keras-layers: .* 148 /);
  });

  test("with a bias beside a kernel", () => {
    expect(
      changed((copy) => copy.set("conv2d_1/conv2d_1/bias:0", { shape: [2], values: new Float32Array(2) })),
    ).toThrow(/^weights\/keras-layer: the layer "conv2d_1" in the weights holds .*, but a kernel alone is needed/);
  });

  test("with a first kernel of another kind", () => {
    const tensor = { shape: [7, 7, 3, 64], values: new Float32Array(7 * 7 * 3 * 64) };
    expect(changed((copy) => copy.set("conv2d_1/conv2d_1/kernel:0", tensor))).toThrow(/^weights\/shape: "conv2d_1/);
  });

  test("with no convolution of such a name", () => {
    expect(() => matched(new Map([["a", { shape: [1], values: new Float32Array(1) }]]))).toThrow(
      /^weights\/not-inception-v4: /,
    );
  });

  test("however it is taken apart", () => {
    const paths = [...tensors.keys()];
    const name = fc.constantFrom(
      "conv2d_1",
      "conv2d_01",
      "batch_normalization_2/gamma",
      "a/b/c",
      "",
      "/",
      "conv2d_9e9/0",
    );
    const axes = fc.array(fc.nat({ max: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.subarray(paths, { minLength: 590 }), fc.dictionary(name, axes), (kept, added) => {
        const copy = new Map(kept.map((path) => [path, tensors.get(path)!]));
        for (const [path, shape] of Object.entries(added))
          copy.set(path, { shape, values: new Float32Array(shape.reduce((count, axis) => count * axis, 1)) });
        try {
          matched(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(ReinceptionError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
