import { describe, expect, test } from "vitest";
import {
  bytesOf,
  called,
  dictionary,
  global,
  integer,
  type Piece,
  pickled,
  type StorageId,
  type StoredBytes,
  storage,
  tensor,
  text,
  torchStream,
  torchZip,
  tuple,
  zipOf,
} from "../../test/support/torch-writer.ts";
import { encodeFloat16 } from "../float16.ts";
import { readWeights } from "./network-file.ts";

const numbers = Float32Array.of(1, -2, 3.5, 4, 0.25, -6);
const hooks = called(global("collections", "OrderedDict"));

function viewBytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

interface Content {
  /** Makes what is saved, from the way in which the format refers to a storage. */
  readonly root: (refer: (id: StorageId) => Piece) => Piece;
  readonly storages?: Readonly<Record<string, StoredBytes>>;
}

const six: Readonly<Record<string, StoredBytes>> = { "0": { bytes: viewBytes(numbers), elements: 6 } };

/** The same content as either format has it. */
const formats: readonly (readonly [string, (content: Content) => Uint8Array])[] = [
  [
    "zip archive",
    ({ root, storages = six }) => {
      const bytes = Object.entries(storages).map(([key, { bytes }]) => [key, bytes] as const);
      return torchZip(pickled(root((id) => storage(id))), Object.fromEntries(bytes));
    },
  ],
  ["stream", ({ root, storages = six }) => torchStream(pickled(root((id) => storage({ view: "N", ...id }))), storages)],
];

function plain(refer: (id: StorageId) => Piece): Piece {
  return tensor(refer({ elements: 6 }), 0, [2, 3], [3, 1]);
}

async function read(file: Uint8Array): Promise<Record<string, unknown>> {
  const { tensors } = await readWeights(file);
  return Object.fromEntries([...tensors].map(([name, { shape, values }]) => [name, { shape, values: [...values] }]));
}

const expected = { shape: [2, 3], values: [...numbers] };

describe.each(formats)("a %s of torch", (_, write) => {
  test("gives the tensors of a state dictionary", async () => {
    const file = write({ root: (refer) => dictionary([text("w"), plain(refer)]) });
    const read = await readWeights(file);
    expect(read).toEqual({
      format: "pytorch",
      tensors: new Map([["w", { shape: [2, 3], values: numbers }]]),
      metadata: {},
    });
  });

  test("is read wherever it lies in memory", async () => {
    const file = write({ root: (refer) => dictionary([text("w"), plain(refer)]) });
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    expect(await read(shifted)).toEqual({ w: expected });
  });

  test.each([
    ["FloatStorage", numbers],
    ["DoubleStorage", Float64Array.from(numbers)],
    ["HalfStorage", encodeFloat16(numbers)],
    ["BFloat16Storage", Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16)],
  ])("gives float32 from a %s, turned or not", async (type, view) => {
    const file = write({
      root(refer) {
        const from = refer({ elements: 6, type });
        return dictionary([text("w"), tensor(from, 0, [6], [1])], [text("turned"), tensor(from, 1, [2, 2], [1, 2])]);
      },
      storages: { "0": { bytes: viewBytes(view), elements: 6 } },
    });
    const turned = { shape: [2, 2], values: [-2, 4, 3.5, 0.25] };
    expect(await read(file)).toEqual({ w: { shape: [6], values: [...numbers] }, turned });
  });

  test("may have tensors of one number, of none, and several in one storage", async () => {
    const file = write({
      root: (refer) =>
        dictionary(
          [text("scalar"), tensor(refer({ elements: 6 }), 3, [], [])],
          [text("empty"), tensor(refer({ elements: 6 }), 6, [0, 3], [3, 1])],
          [text("repeated"), tensor(refer({ elements: 6 }), 1, [2, 2], [0, 1])],
        ),
    });
    expect(await read(file)).toEqual({
      scalar: { shape: [], values: [4] },
      empty: { shape: [0, 3], values: [] },
      repeated: { shape: [2, 2], values: [-2, 3.5, -2, 3.5] },
    });
  });

  test("may have been written by any version of torch", async () => {
    const size = called(global("torch", "Size"), tuple(integer(2), integer(3)));
    const strides = tuple(integer(3), integer(1));
    const file = write({
      root(refer) {
        const from = refer({ elements: 6 });
        const [rebuild, rebuild2] = ["_rebuild_tensor", "_rebuild_tensor_v2"].map((name) =>
          global("torch._utils", name),
        );
        const metadata = called(rebuild2!, from, integer(0), size, strides, "\x89", hooks, "}");
        const parameter = called(global("torch._utils", "_rebuild_parameter"), plain(refer), "\x88", hooks);
        // Python 2: an ordered dictionary is made from pairs, in lists
        const pairs = ["](](", text("old"), called(rebuild!, from, integer(0), size, strides), "ee"];
        return [
          called(global("collections", "OrderedDict"), pairs),
          ["(", text("v2"), metadata, text("parameter"), parameter, "u"],
          dictionary([text("_metadata"), called(global("collections", "OrderedDict"))]),
          "b",
        ];
      },
    });
    expect(await read(file)).toEqual({ old: expected, v2: expected, parameter: expected });
  });

  test.each(["state_dict", "model", "state_dict_ema"])("gives those within a checkpoint's %s", async (key) => {
    const file = write({
      root: (refer) =>
        dictionary(
          [text("epoch"), integer(7)],
          [text("arch"), text("inception_v4")],
          [text("lr"), plain(refer)],
          [text(key), dictionary([text("w"), plain(refer)], [integer(3), plain(refer)], [text("version"), "N"])],
        ),
    });
    expect(await read(file)).toEqual({ w: expected });
  });

  test("prefers the moving average, where a checkpoint has tensors in it", async () => {
    const one = (refer: (id: StorageId) => Piece, name: string) => dictionary([text(name), plain(refer)]);
    const both = write({
      root: (refer) =>
        dictionary(
          [text("model"), one(refer, "c")],
          [text("state_dict"), one(refer, "b")],
          [text("state_dict_ema"), one(refer, "a")],
        ),
    });
    expect(Object.keys(await read(both))).toEqual(["a"]);
    const none = write({
      root: (refer) =>
        dictionary(
          [text("state_dict_ema"), "N"],
          [text("model"), text("inception_v4")],
          [text("state_dict"), one(refer, "b")],
        ),
    });
    expect(Object.keys(await read(none))).toEqual(["b"]);
  });

  test("leaves out counters of batches, and refuses other integers", async () => {
    const integers = (name: string) =>
      write({
        root: (refer) =>
          dictionary(
            [text(name), tensor(refer({ key: "1", elements: 1, type: "LongStorage" }), 0, [], [])],
            [text("w"), plain(refer)],
          ),
        storages: { ...six, "1": { bytes: new Uint8Array(8), elements: 1 } },
      });
    expect(Object.keys(await read(integers("bn.num_batches_tracked")))).toEqual(["w"]);
    await expect(read(integers("steps"))).rejects.toThrow(/^weights\/element-type: "steps" .* of type I64/);
  });

  test.each([
    ["a number", integer(1)],
    ["a list", "]"],
    ["nothing", "}"],
    ["no tensors", dictionary([text("model"), dictionary([text("x"), integer(1)])])],
  ])("of %s is refused", async (_, root) => {
    await expect(read(write({ root: () => root, storages: {} }))).rejects.toThrow(/^weights\/no-state-dict: /);
  });

  test("of a whole network is refused, with its name and what to save instead", async () => {
    const network = [global("timm.models.inception_v4", "InceptionV4"), ")\x81", "}b"];
    const file = write({ root: () => dictionary([text("model"), network]), storages: {} });
    await expect(read(file)).rejects.toThrow(
      /^weights\/foreign-object: .*"timm.models.inception_v4.InceptionV4".*\n.*torch.save\(model.state_dict\(\)/,
    );
  });

  test("with numbers whose sign is turned on the way is refused", async () => {
    const file = write({
      root(refer) {
        const args = [refer({ elements: 6 }), integer(0), tuple(integer(6)), tuple(integer(1)), "\x89", hooks];
        const negated = dictionary([text("neg"), "\x88"]);
        return dictionary([text("w"), called(global("torch._utils", "_rebuild_tensor_v2"), ...args, negated)]);
      },
    });
    await expect(read(file)).rejects.toThrow(/^weights\/damaged: .*"torch._utils._rebuild_tensor_v2" with what it/);
  });
});

describe("a zip archive of torch", () => {
  const pickle = pickled(dictionary([text("w"), plain(storage)]));
  const entries = { "m/data.pkl": pickle, "m/data/0": viewBytes(numbers) };

  test("is not copied where its numbers lie in order", async () => {
    const two = dictionary([text("a"), plain(storage)], [text("b"), tensor(storage({ elements: 6 }), 2, [4], [1])]);
    const { tensors } = await readWeights(torchZip(pickled(two), { "0": viewBytes(numbers) }));
    expect(tensors.get("a")!.values.buffer).toBe(tensors.get("b")!.values.buffer);
  });

  test("may have been packed again, in any order", async () => {
    const reversed = Object.fromEntries(Object.entries(entries).reverse());
    expect(await read(zipOf(reversed))).toEqual({ w: expected });
    expect(await read(zipOf(entries, true))).toEqual({ w: expected });
  });

  test("of protocol 4 is read", async () => {
    const inner = bytesOf(global("collections", "OrderedDict"), ")R", "\x94(", text("w"), plain(storage), "u.");
    const file = bytesOf(0x80, 4, 0x95, inner.length, 0, 0, 0, 0, 0, 0, 0, inner);
    expect(await read(torchZip(file, { "0": viewBytes(numbers) }))).toEqual({ w: expected });
  });

  test("is refused as a program, or of a big-endian machine", async () => {
    await expect(read(zipOf({ ...entries, "m/constants.pkl": bytesOf("x") }))).rejects.toThrow(
      /^weights\/torchscript: /,
    );
    await expect(read(zipOf({ ...entries, "m/byteorder": bytesOf("big") }))).rejects.toThrow(/^weights\/byte-order: /);
  });

  test.each([
    ["without a storage", { "m/data.pkl": pickle }, 'it holds no "m/data/0"'],
    ["with a storage that is too short", { ...entries, "m/data/0": new Uint8Array(23) }, "23 bytes, but 24"],
    ["with a storage that is too long", { ...entries, "m/data/0": new Uint8Array(25) }, "25 bytes, more than 24"],
    ["with two pickles", { ...entries, "n/data.pkl": pickle }, "no data.pkl, or several"],
    ["with its pickle too deep", { "m/n/data.pkl": pickle }, "no data.pkl, or several"],
  ])("is refused %s", async (_, entries, reason) => {
    await expect(read(zipOf(entries))).rejects.toThrow(/^weights\/damaged: /);
    await expect(read(zipOf(entries))).rejects.toThrow(reason);
  });
});

describe("a stream of torch", () => {
  const root = (view: Piece) => pickled(dictionary([text("w"), tensor(storage({ elements: 6, view }), 1, [2], [2])]));

  test("may have views of storages", async () => {
    const view = tuple(text("view"), integer(2), integer(4));
    expect(await read(torchStream(root(view), six))).toEqual({ w: { shape: [2], values: [4, -6] } });
  });

  test.each([
    ["beyond its storage", tuple(text("view"), integer(3), integer(4))],
    ["of itself", tuple(text("0"), integer(0), integer(6))],
    ["of a part of a part", tuple(text("view"), tuple(text("other"), integer(0), integer(6)), integer(6))],
    ["that is too small for its tensor", tuple(text("view"), integer(0), integer(3))],
  ])("is refused with a view %s", async (_, view) => {
    await expect(read(torchStream(root(view), six))).rejects.toThrow(/^weights\/damaged: /);
  });

  test.each([
    ["with a byte too many", bytesOf(torchStream(root("N"), six), 0), "1 bytes at its end"],
    ["with a byte too few", torchStream(root("N"), six).subarray(0, -1), 'within or before storage "0"'],
    ["with another count", torchStream(root("N"), { "0": { ...six["0"]!, elements: 5 } }), 'before storage "0"'],
    ["without its storage", torchStream(root("N")), "list of storages"],
    ["with another storage", torchStream(root("N"), { "1": six["0"]! }), "list of storages"],
    ["with a storage too many", torchStream(root("N"), { ...six, "1": six["0"]! }), "list of storages"],
    [
      "of a network's classes",
      torchStream(pickled(tuple(text("module"), "N", text("a.py"), text("")), "Q")),
      "no storage",
    ],
  ])("is refused %s", async (_, file, reason) => {
    await expect(read(file)).rejects.toThrow(/^weights\/damaged: /);
    await expect(read(file)).rejects.toThrow(reason);
  });

  test("of a big-endian machine is refused", async () => {
    const file = Buffer.from(torchStream(root("N"), six));
    file[file.indexOf("little_endian") + "little_endian".length] = 0x89;
    await expect(read(file)).rejects.toThrow(/^weights\/byte-order: /);
  });
});

test("a tar archive of torch 0.1.9 is refused as such", async () => {
  const tar = Buffer.alloc(1024);
  tar.write("storages");
  tar.write("00000000000", 124);
  tar.write("ustar", 257);
  await expect(read(tar)).rejects.toThrow(/^weights\/torch-tar: .*0.1.9/);
});
