import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bundleOf, slicesOf, type WrittenTensor, writeTable } from "../../test/support/checkpoint-writer.ts";
import { type Member, tarHeader, tarOf } from "../../test/support/tar-writer.ts";
import { inflateForward } from "./forward-inflate.ts";
import { readWeights } from "./network-file.ts";

const numbers = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i));
const tensors: readonly WrittenTensor[] = [
  { name: "a", shape: [20, 30], type: 1, bytes: new Uint8Array(numbers.buffer) },
];
const { index, shard } = bundleOf(tensors);
const read = { format: "tensorflow", tensors: new Map([["a", { shape: [20, 30], values: numbers }]]), metadata: {} };

const v1: Member = { name: "inception_v4.ckpt", bytes: writeTable(slicesOf(tensors)) };
const v2Index: Member = { name: "./run/model.ckpt-7.index", bytes: writeTable(index) };
const v2Data: Member = { name: "./run/model.ckpt-7.data-00000-of-00001", bytes: shard };
const others: readonly Member[] = [
  { name: "run/", type: "5" },
  { name: "./run/checkpoint", bytes: Buffer.from('model_checkpoint_path: "model.ckpt-7"') },
  { name: "./run/model.ckpt-7.meta", bytes: new Uint8Array(3000) },
  { name: "._inception_v4.ckpt", bytes: new Uint8Array(200) },
  { name: "./run/._model.ckpt-7.index", bytes: new Uint8Array(200) },
];

const archives: readonly (readonly [kind: string, pack: (members: readonly Member[]) => Uint8Array])[] = [
  ["tar", tarOf],
  ["tar.gz", (members) => gzipSync(tarOf(members))],
];

describe.each(archives)("a checkpoint in a %s", (_, pack) => {
  test("of version 1 is read", async () => {
    expect(await readWeights(pack([v1]))).toEqual(read);
    expect(await readWeights(pack([...others, { ...v1, name: "a/model.ckpt-123" }]))).toEqual(read);
  });

  test("of version 2 is read, in whatever order its files lie", async () => {
    expect(await readWeights(pack([v2Data, ...others, v2Index]))).toEqual(read);
    expect(await readWeights(pack([v2Index, v2Data, ...others]))).toEqual(read);
  });

  test("is refused where it is not there, with what is", async () => {
    const message = /^weights\/no-checkpoint: "the weights" holds "notes.txt", "model.pb", but a TensorFlow checkpoint/;
    await expect(readWeights(pack(["notes.txt", "model.pb"].map((name) => ({ name }))))).rejects.toThrow(message);
  });

  test("is refused where it is one of several, or a part", async () => {
    await expect(readWeights(pack([v1, v2Index, v2Data]))).rejects.toThrow(
      /^weights\/several-checkpoints: "the weights" holds 2 checkpoints, "inception_v4.ckpt", ".\/run\/model.ckpt-7.index"/,
    );
    await expect(readWeights(pack([v2Index, { ...v2Data, name: "elsewhere" }]))).rejects.toThrow(
      /^weights\/checkpoint-part: .* ".\/run\/model.ckpt-7.data-00000-of-00001" is needed/,
    );
  });

  test("is refused where the archive or the checkpoint is damaged, and said which", async () => {
    const damaged = { ...v1, bytes: v1.bytes!.slice().fill(0, 40, 44) };
    await expect(readWeights(pack([damaged]))).rejects.toThrow(
      /^weights\/damaged: "the weights: inception_v4.ckpt" is damaged: the checksum of the block/,
    );
    await expect(readWeights(pack([{ ...v1, bytes: new Uint8Array(999) }]))).rejects.toThrow(
      /^weights\/damaged: "the weights: inception_v4.ckpt" is damaged: it does not end as a table/,
    );
    await expect(readWeights(pack([v1, v1]))).rejects.toThrow(
      /^weights\/damaged: "the weights" is damaged: it holds "inception_v4.ckpt" twice/,
    );
  });
});

describe("a packed archive is refused", () => {
  const packed = gzipSync(tarOf([v1]));

  test.each([
    ["cut off", packed.subarray(0, 1000)],
    ["of a few bytes", Uint8Array.of(0x1f, 0x8b, 8)],
    ["with other bits", packed.map((byte, i) => (i === 200 ? byte ^ 255 : byte))],
    ["of a tar that is cut off", gzipSync(tarOf([v1]).subarray(0, 1500))],
  ])("%s", async (_, bytes) => {
    await expect(readWeights(bytes)).rejects.toThrow(/^weights\/damaged: "the weights/);
  });

  test("where something else is packed", async () => {
    await expect(readWeights(gzipSync(v1.bytes!))).rejects.toThrow(
      /^weights\/no-checkpoint: "the weights" holds no files, but/,
    );
  });

  test("that says it holds gigabytes, before they are inflated", async () => {
    const header = tarHeader({ name: "model.ckpt", size: "77777777777\0" });
    await expect(readWeights(gzipSync(header))).rejects.toThrow(/would be more than \d+ bytes/);
  });

  test("that does hold gigabytes in 2 MB, after a small part of them", async () => {
    const zeros = gzipSync(new Uint8Array(2 ** 23));
    const members = Array.from({ length: 250 }, (_, i) => [
      gzipSync(tarHeader({ name: `zeros-${i}`, size: `${(2 ** 23).toString(8)}\0` })),
      zeros,
    ]);
    const bomb = Buffer.concat(members.flat());
    await expect(readWeights(bomb)).rejects.toThrow(`would be more than ${16 * bomb.length + 2 ** 24} bytes`);
  });
});

describe("inflating forward", () => {
  const content = Uint8Array.from({ length: 2_000_000 }, (_, i) => (i * i) >> 8);
  const packed = gzipSync(content);

  test("gives what lies at a place, and less at the end", async () => {
    const { read, close } = inflateForward(packed);
    const places = [
      [0, 10],
      [10, 0],
      [999, 800_000],
      [1_999_000, 512],
      [1_999_990, 512],
      [2_000_000, 9],
    ] as const;
    for (const [offset, length] of places)
      expect(Buffer.compare(await read(offset, length), content.subarray(offset, offset + length))).toBe(0);
    close();
  });

  test("says where a place lies behind the end", async () => {
    const { read, close } = inflateForward(packed);
    await expect(read(2_000_001, 1)).rejects.toThrow("what is packed in it ends at byte 2000000");
    close();
  });
});
