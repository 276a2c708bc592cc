import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeFloat16 } from "../float16.ts";
import type { ElementType } from "./element-types.ts";
import { fileKind } from "./file-kind.ts";
import { embeddedSmall, readWeights } from "./network-file.ts";
import { writeSafetensors } from "./safetensors.ts";

const numbers = Float32Array.of(0, -1.5, 3.140625, 65280, 2 ** -14, -Infinity);

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function fileOf(dtype: ElementType, view: ArrayBufferView, length = numbers.length): Uint8Array {
  return writeSafetensors(new Map([["x", { dtype, shape: [length], bytes: bytesOf(view) }]]));
}

/** The block in front of a file in a tar archive, as far as it is looked at. */
function tarHeader(name: string, sizeBytes: number): readonly number[] {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write(sizeBytes.toString(8).padStart(11, "0"), 124);
  block.write("ustar", 257);
  return [...block];
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weights-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a weights file", () => {
  test.each<[ElementType, ArrayBufferView]>([
    ["F32", numbers],
    ["F64", Float64Array.from(numbers)],
    ["F16", encodeFloat16(numbers)],
    ["BF16", Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16)],
  ])("gives float32 from %s", async (dtype, view) => {
    expect((await readWeights(fileOf(dtype, view))).tensors.get("x")).toEqual({ shape: [6], values: numbers });
  });

  test.each<[ElementType, ArrayBufferView]>([
    ["F32", numbers],
    ["F64", Float64Array.from(numbers)],
    ["F16", encodeFloat16(numbers)],
  ])("gives the same from %s at an odd place in memory", async (dtype, view) => {
    const file = fileOf(dtype, view);
    const shifted = new Uint8Array(file.length + 1).subarray(1);
    shifted.set(file);
    expect((await readWeights(shifted)).tensors.get("x")!.values).toEqual(numbers);
  });

  test("in float32 is not copied", async () => {
    const file = fileOf("F32", numbers);
    expect((await readWeights(file)).tensors.get("x")!.values.buffer).toBe(file.buffer);
  });

  test("leaves out counters of batches and keeps metadata", async () => {
    const steps = { dtype: "I64", shape: [], bytes: new Uint8Array(8) } as const;
    const file = writeSafetensors(new Map([["features.0.bn.num_batches_tracked", steps]]), { format: "pt" });
    expect(await readWeights(file)).toEqual({ format: "safetensors", tensors: new Map(), metadata: { format: "pt" } });
  });

  test("of integers is refused", async () => {
    const file = fileOf("I8", new Int8Array(6));
    await expect(readWeights(file)).rejects.toThrow(
      /^weights\/element-type: "x" in the weights holds elements of type I8/,
    );
  });

  test("is read from its path", async () => {
    const path = join(folder, "x.safetensors");
    writeFileSync(path, fileOf("F32", numbers));
    expect((await readWeights(path)).tensors.get("x")!.values).toEqual(numbers);
  });

  test("that is not there, or a folder, is said to be so", async () => {
    await expect(readWeights(join(folder, "none"))).rejects.toThrow(/^weights\/not-found: there is no file .*none"/);
    await expect(readWeights(folder)).rejects.toThrow(/^weights\/not-found: .* is a folder/);
  });

  test.each<[string, readonly number[]]>([
    ["pytorch", [0x50, 0x4b, 3, 4, ...Array<number>(26).fill(0), ...Buffer.from("model/data.pkl")]],
    ["pytorch", [0x50, 0x4b, 3, 4, ...Array<number>(9999).fill(0), ...Buffer.from("model/data.pkl"), 1, 2, 3]],
    ["pytorch", [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a]],
    ["pytorch", [...tarHeader("sys_info", 5), ...Array<number>(512).fill(0), ...tarHeader("storages", 0)]],
    ["tar", tarHeader("inception_v4.ckpt", 9)],
    ["hdf5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]],
    ["gzip", [0x1f, 0x8b, 8]],
    ["onnx", [8, 8, 18, 7]],
    ["tensorflow", [1, 2, 3, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]],
  ])("is known by its bytes: %s", async (kind, bytes) => {
    expect(fileKind(Uint8Array.from(bytes))).toBe(kind);
  });

  test("of ONNX is another reader's, and named", async () => {
    await expect(readWeights(Uint8Array.of(8, 8, 18, 7))).rejects.toThrow("looks like onnx");
  });

  test.each<[string, readonly number[]]>([
    ["gzip", [0x1f, 0x8b, 8]],
    ["tensorflow", [1, 2, 3, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]],
  ])("of a known kind and little else is damaged: %s", async (kind, bytes) => {
    expect(fileKind(Uint8Array.from(bytes))).toBe(kind);
    await expect(readWeights(Uint8Array.from(bytes))).rejects.toThrow(/^weights\/damaged: /);
  });

  test("of no known kind is refused", async () => {
    for (const bytes of [[], [1, 2, 3]])
      await expect(readWeights(Uint8Array.from(bytes))).rejects.toThrow(/^weights\/other-format/);
  });
});

describe("the embedded network", () => {
  test("is found, and its halves and floats are read", async () => {
    expect(existsSync(embeddedSmall())).toBe(true);
    const { tensors } = await readWeights(embeddedSmall());
    expect(tensors.size).toBe(149 * 5 + 2);
    expect(tensors.get("features.0.conv.weight")!.shape).toEqual([8, 3, 3, 3]);
    const total = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0);
    // Kernels (the first has 3 inputs at any width), four numbers for each of 7,896 channels, 200 classes of 384
    // features.
    expect(total).toBe((41_079_648 - 864) / 16 + 864 / 4 + 4 * 7_896 + 200 * 385);
    for (const { shape, values } of tensors.values()) {
      expect(values.length).toBe(shape.reduce((count, axis) => count * axis, 1));
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test("costs no more memory than twice its size", async () => {
    const bytes = readFileSync(embeddedSmall());
    const buffers = new Set([...(await readWeights(bytes)).tensors.values()].map(({ values }) => values.buffer));
    const total = [...buffers].reduce((sum, buffer) => sum + (buffer === bytes.buffer ? 0 : buffer.byteLength), 0);
    expect(total).toBeLessThanOrEqual(2 * bytes.length);
  });
});
