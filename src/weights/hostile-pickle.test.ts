// Files that were made to do harm: to run a command, to eat the memory, never to end.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  bytesOf,
  called,
  dictionary,
  global,
  integer,
  numberBytes,
  type Piece,
  pickled,
  storage,
  tensor,
  text,
  torchStream,
  torchZip,
  tuple,
  zipOf,
} from "../../test/support/torch-writer.ts";
import { readWeights } from "./network-file.ts";

const system = global("os", "system");
const orderedDictionary = global("collections", "OrderedDict");
const bytes24 = new Uint8Array(24);

/** What is saved, in both formats, with a storage "0" of six floats. */
function filesOf(...root: readonly Piece[]): readonly Uint8Array[] {
  const pickle = pickled(...root);
  return [torchZip(pickle, { "0": bytes24 }), torchStream(pickle, { "0": { bytes: bytes24, elements: 6 } })];
}

let before = 0;
beforeEach(() => {
  before = process.memoryUsage().arrayBuffers;
});
afterEach(() => {
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
});

describe("code in a file is not run but named", () => {
  const command = text("touch /tmp/owned");
  const attacks: readonly (readonly [string, Piece])[] = [
    ["called", called(system, command)],
    ["called as a new object", [system, tuple(command), "\x81"]],
    ["as the state of an object", [")", system, "b"]],
    ["as the class of an object with a state", [system, ")\x81", dictionary([text("x"), "N"]), "b"]],
    ["in a value of a dictionary", dictionary([text("w"), called(system, command)])],
    ["in a key", dictionary([called(system, command), "N"])],
    ["as an argument of what may be called", called(orderedDictionary, called(system, command))],
    ["as a storage", [tuple(text("storage"), system, text("0"), text("cpu"), integer(6)), "Q"]],
    ["as a class of a network", [tuple(text("module"), system, text("a.py"), command), "Q"]],
    ["remembered and not used", [system, "q\x00\x85", "N\x86"]],
    ["by the opcodes of protocol 4", [text("os"), text("system"), "\x93", tuple(command), "R"]],
  ];
  test.each(attacks)("%s", async (_, root) => {
    for (const file of filesOf(root))
      await expect(readWeights(file)).rejects.toThrow(/^weights\/foreign-object: .*"os.system"/);
  });

  test.each([
    ["builtins", "eval"],
    ["__builtin__", "getattr"],
    ["torch", "load"],
    ["torch._utils", "_rebuild_tensor_v2.__globals__"],
    ["collections", "OrderedDict.__init__"],
    ["", "collections.OrderedDict"],
    ["__proto__", "constructor"],
    ["os\x1b[2J", "system"],
  ])("whatever its name: %j %j", async (module, name) => {
    for (const file of filesOf(global(module, name), ")R"))
      await expect(readWeights(file)).rejects.toThrow(/^weights\/foreign-object: [ -~]*\n[ -~]*$/);
  });

  test.each([
    ["by name", ["ios\nsystem\n"]],
    ["by number", ["\x82\x01"]],
    ["with keywords", "))}\x92"],
    ["as an object of the first protocol", ["(Nos"]],
  ])("of an opcode that no tensors need, %s", async (_, root) => {
    for (const file of filesOf(root)) await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: /);
  });

  test.each([
    ["a call of a storage", called(global("torch", "FloatStorage"), integer(6))],
    ["a call of a text", called(text("os.system"), text("true"))],
    ["a call of a dictionary", called("}", text("true"))],
    ["a tensor of text", called(global("torch._utils", "_rebuild_tensor"), text("0"), integer(0), ")", ")")],
    ["a size of text", called(global("torch", "Size"), text("6"))],
    ["a parameter of text", called(global("torch.nn.parameter", "Parameter"), text("0"))],
    ["a dictionary of text", called(orderedDictionary, text("ab"))],
    ["a reference to text", [text("0"), "Q"]],
    ["a reference to what is no storage", [tuple(text("file"), global("torch", "FloatStorage"), text("0"), "NN"), "Q"]],
    ["the state of a tensor", [tensor(storage({ elements: 6 }), 0, [6], [1]), "}b"]],
  ])("%s is refused", async (_, root) => {
    for (const file of filesOf(root)) await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: /);
  });
});

describe("keys that mean something to JavaScript are keys", () => {
  test("of the dictionary and of storages", async () => {
    const named = (key: string) => tensor(storage({ key, elements: 6 }), 0, [6], [1]);
    const keys = ["__proto__", "constructor", "toString"];
    const pickle = pickled(dictionary(...keys.map((key) => [text(key), named(key)] as const)));
    const { tensors } = await readWeights(torchZip(pickle, Object.fromEntries(keys.map((key) => [key, bytes24]))));
    expect([...tensors.keys()]).toEqual(keys);
    expect(({} as Record<string, unknown>).shape).toBeUndefined();
  });
});

describe("numbers beyond the file are refused before anything is made for them", () => {
  const huge = 2 ** 53 - 1;
  const tensors: readonly (readonly [string, Piece])[] = [
    ["more elements than the storage", tensor(storage({ elements: 6 }), 0, [7], [1])],
    ["an offset beyond the storage", tensor(storage({ elements: 6 }), 7, [], [])],
    ["an offset below the storage", tensor(storage({ elements: 6 }), -1, [1], [1])],
    ["a stride beyond the storage", tensor(storage({ elements: 6 }), 0, [2], [6])],
    ["a stride backwards", tensor(storage({ elements: 6 }), 5, [6], [-1])],
    ["fewer strides than axes", tensor(storage({ elements: 6 }), 0, [2, 3], [1])],
    ["an axis that is negative", tensor(storage({ elements: 6 }), 0, [-2, -3], [3, 1])],
    ["axes beyond all counting", tensor(storage({ elements: 6 }), 0, [huge, huge, huge], [0, 0, 0])],
    ["an axis repeated without end", tensor(storage({ elements: 6 }), 0, [huge], [0])],
    ["an axis repeated a billion times", tensor(storage({ elements: 6 }), 0, [2 ** 30], [0])],
    ["offset and strides beyond all counting", tensor(storage({ elements: 6 }), huge, [huge, 0], [huge, 1])],
    ["an offset of 64 bits", tensor(storage({ elements: 6 }), 2n ** 63n - 1n, [1], [1])],
    ["a storage beyond the file", tensor(storage({ elements: 2 ** 40 }), 0, [2 ** 40], [1])],
    ["a storage beyond all counting", tensor(storage({ elements: huge }), 0, [huge], [1])],
    ["a storage of fewer than no elements", tensor(storage({ elements: -6 }), 0, [0], [1])],
    ["half a storage", tensor(storage({ elements: 3 }), 0, [3], [1])],
    ["a storage of two types", tuple(storage({ elements: 6 }), storage({ elements: 6, type: "IntStorage" }))],
    ["a storage of two sizes", tuple(storage({ elements: 6 }), storage({ elements: 5 }))],
    ["axes of nothing", tensor(storage({ elements: 6 }), 0, Array<number>(65).fill(1), Array<number>(65).fill(1))],
  ];
  test.each(tensors)("%s", async (_, value) => {
    for (const file of filesOf(dictionary([text("w"), value])))
      await expect(readWeights(file)).rejects.toThrow(/^weights\//);
  });

  test("a tensor that is unfolded again and again under other names", async () => {
    const value = [tensor(storage({ elements: 6 }), 0, [3, 2], [0, 0]), "q\x07"];
    const names = Array.from({ length: 20_000 }, (_, i) => [text(`w${i}`), "h\x07"] as const);
    for (const file of filesOf(dictionary([text("w"), value], ...names)))
      await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: .* to 120006 numbers/);
  });
});

describe("a file that grows while it is read is refused", () => {
  test.each<[string, Piece]>([
    [
      "lists that hold the last list twice, a hundred deep",
      ["]q\x00", Array.from({ length: 100 }, (_, i) => ["](", ["h", i, "h", i], "eq", i + 1]), "\x85"],
    ],
    ["a list in itself", "]q\x00h\x00a"],
    ["a dictionary in itself, as its state dictionary", ["}q\x00", text("state_dict"), "h\x00s"]],
    ["100,000 tuples in each other", [")", "\x85".repeat(100_000)]],
    ["100,000 marks", ["(".repeat(100_000), "t".repeat(100_000)]],
    ["a million dictionaries", "}".repeat(1_000_000)],
    ["a long of 255 bytes", [tensor(storage({ elements: 6 }), 0, [], []), "\x8a\xff", "\x7f".repeat(255), "\x86"]],
    ["text of four billion bytes", ["X", numberBytes(2 ** 32 - 1, 4), "a"]],
    ["a frame of 2^64 bytes", ["\x95", numberBytes(2n ** 64n - 1n, 8), "N"]],
    ["memory at four billion", ["Nr", numberBytes(2 ** 32 - 1, 4)]],
  ])("%s", async (_, root) => {
    for (const file of filesOf(root))
      await expect(readWeights(file)).rejects.toThrow(/^weights\/(?:damaged|no-state-dict): /);
  });

  test("one list of 20,000 pairs that is made into a dictionary 20,000 times", async () => {
    const pairs = ["](", "NN\x86".repeat(20_000), "eq\x00"];
    const makes = ["ccollections\nOrderedDict\nq\x01", "h\x01h\x00\x85R".repeat(20_000)];
    for (const file of filesOf("(", pairs, makes, "t"))
      await expect(readWeights(file)).rejects.toThrow("more than 500000 steps");
  });

  test("one long shape that 20,000 tensors have", async () => {
    const shape = ["(", "K\x01".repeat(20_000), "tq\x00"];
    const rebuild = [global("torch._utils", "_rebuild_tensor"), "q\x01"];
    const from = [storage({ elements: 6 }), "q\x02"];
    for (const file of filesOf("(", shape, rebuild, from, "h\x01(h\x02K\x00h\x00h\x00tR".repeat(20_000), "t"))
      await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: /);
  });
});

describe("a zip archive that unpacks to more than weights can be is refused", () => {
  const pickle = pickled(dictionary([text("w"), tensor(storage({ elements: 10_000_000 }), 0, [10_000_000], [1])]));
  const zeros = new Uint8Array(40_000_000);

  test("with a storage of zeros", async () => {
    const bomb = zipOf({ "m/data.pkl": pickle, "m/data/0": zeros }, true);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readWeights(bomb)).rejects.toThrow(/^weights\/damaged: .* unpack to /);
  });

  test("with a pickle of zeros", async () => {
    await expect(readWeights(zipOf({ "m/data.pkl": zeros }, true))).rejects.toThrow(/^weights\/damaged: .* unpack to /);
  });

  test("with an entry that holds more, or less, than it says", async () => {
    for (const [said, held] of [
      [24, 1000],
      [24, 23],
    ] as const) {
      const small = pickled(dictionary([text("w"), tensor(storage({ elements: 6 }), 0, [6], [1])]));
      const noise = Uint8Array.from({ length: held }, (_, i) => (i * 7919) % 251);
      const entries = { "m/data.pkl": small, "m/data/0": noise, "m/pad": new Uint8Array(0) };
      const file = Buffer.from(zipOf(entries, true));
      const [is, says] = [numberBytes(held, 4), numberBytes(said, 4)];
      for (let at = file.indexOf(is); at >= 0; at = file.indexOf(is, at + 1)) file.set(says, at);
      await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: /);
    }
  });

  test("with a size of four gigabytes in a file of a few bytes", async () => {
    const file = Buffer.from(zipOf({ "m/data.pkl": pickled("}"), "m/data/0": bytesOf("abcdefg") }));
    const seven = Buffer.concat([numberBytes(7, 4), numberBytes(7, 4)]);
    const at = file.lastIndexOf(seven);
    file.set(numberBytes(0xfffffff0, 4), at);
    file.set(numberBytes(0xfffffff0, 4), at + 4);
    await expect(readWeights(file)).rejects.toThrow(/^weights\/damaged: .* unpack to /);
  });
});
