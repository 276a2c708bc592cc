import { describe, expect, test } from "vitest";
import {
  bytesOf,
  called,
  dictionary,
  global,
  integer,
  numberBytes,
  type Piece,
  pickled,
  text,
  tuple,
} from "../../test/support/torch-writer.ts";
import { type PickleRules, readPickle } from "./pickle.ts";

/** Names stay names, a call gives back what it was called with, and a reference is what it refers to. */
const rules: PickleRules = {
  global: (name) => ({ kind: "name", name }),
  call: (callee, args) => [callee, args],
  persistent: (id) => [id],
  damaged(reason) {
    throw new Error(reason);
  },
};

function read(...value: readonly Piece[]): unknown {
  return readPickle(pickled(...value), 0, rules).value;
}

describe("a pickle is read", () => {
  const name = { kind: "name", name: "os.system" };
  const cases: readonly (readonly [string, Piece, unknown])[] = [
    ["None", "N", null],
    ["truth", "(\x88\x89t", [true, false]],
    ["a byte", ["K", 200], 200],
    ["two bytes", ["M", 1, 2], 513],
    ["four bytes, with a sign", ["J", numberBytes(-2, 4)], -2],
    ["a long of no bytes", "\x8a\x00", 0],
    ["a long with a sign", ["\x8a", 2, 0x00, 0xff], -256],
    ["a long beyond 2^53", ["\x8a", 8, numberBytes(2n ** 60n, 8)], 2n ** 60n],
    ["a long of 255 bytes", ["\x8a", 255, numberBytes(1n << 2032n, 255)], 1n << 2032n],
    ["a float", "G\xc0\x09\x00\x00\x00\x00\x00\x00", -3.125],
    ["text", text("Ω – 猫"), "Ω – 猫"],
    ["text that begins with a byte order mark", text("\ufeffa"), "\ufeffa"],
    ["short text", ["\x8c", 3, "cat"], "cat"],
    ["Python 2's text", ["U", 3, "cat"], "cat"],
    ["tuples", "(K\x01\x85K\x02K\x03\x86)K\x04K\x05K\x06\x87t", [[1], [2, 3], [], [4, 5, 6]]],
    ["a set of nothing", "\x8f", []],
    ["a list", "](K\x01K\x02eK\x03a", [1, 2, 3]],
    [
      "a dictionary",
      [dictionary([text("a"), "N"]), text("b"), "\x88", "s"],
      new Map<unknown, unknown>([
        ["a", null],
        ["b", true],
      ]),
    ],
    ["a name", global("os", "system"), name],
    ["a name of protocol 4", [text("os"), text("system"), "\x93"], name],
    ["a call", called(global("os", "system"), text("true")), [name, ["true"]]],
    ["a new object", [global("os", "system"), tuple(), "\x81"], [name, []]],
    ["a reference", [text("id"), "Q"], ["id"]],
    ["a state, which is left out", ["}", dictionary([text("x"), "N"]), "b"], new Map()],
    ["a frame", ["\x95", numberBytes(2, 8), "N"], null],
  ];
  test.each(cases)("%s", (_, value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  test("with what it remembers, by whatever numbers", () => {
    const put = (index: number): Piece => ["r", numberBytes(index, 4)];
    const get = (index: number): Piece => ["j", numberBytes(index, 4)];
    expect(read("(", text("a"), put(4_294_967_295), get(4_294_967_295), "q\x00h\x00t")).toEqual(["a", "a", "a"]);
    expect(read("(", text("a"), "\x94", text("b"), "\x94h\x00h\x01t")).toEqual(["a", "b", "a", "b"]);
  });

  test("where it begins, and the next one from where it ends", () => {
    const file = bytesOf("??", pickled(integer(1)), pickled(text("x")), "more");
    const first = readPickle(file, 2, rules);
    const second = readPickle(file, first.end, rules);
    expect([first.value, second.value, second.end]).toEqual([1, "x", file.length - 4]);
  });

  test("to the same objects where it repeats itself, and to itself where it holds itself", () => {
    const list = read("]q\x00h\x00a") as unknown[];
    expect(list[0]).toBe(list);
  });

  test("into a map, to which no key is special", () => {
    const map = read(
      dictionary([text("__proto__"), dictionary([text("polluted"), "\x88"])], [text("constructor"), "N"]),
    );
    expect([...(map as Map<unknown, unknown>).keys()]).toEqual(["__proto__", "constructor"]);
    expect("polluted" in {}).toBe(false);
  });
});

describe("a pickle is refused", () => {
  const cases: readonly (readonly [string, Piece, string])[] = [
    ["with an opcode that files of tensors do not need", "i", "opcode 105 at byte 2"],
    ["with nothing in it", "", "does not end with one value"],
    ["with two values", "NN", "does not end with one value"],
    ["with an open mark", "(N", "does not end with one value"],
    ["taking from below a mark", "N(\x85t", "has not made"],
    ["taking from an empty stack", "\x87", "has not made"],
    ["closing a mark that it has not made", "Nt", "has not made"],
    ["remembering nothing", "q\x00", "has not made"],
    ["recalling what it never put away", ["h", 7], "has not made"],
    ["that ends within text", ["X", numberBytes(2 ** 32 - 1, 4), "abc"], "ends within its pickle"],
    ["that ends within a long", ["\x8a", 200, 1], "ends within its pickle"],
    ["that ends within a frame", ["\x95", numberBytes(2n ** 63n, 8), "N"], "ends within a frame"],
    ["with text that is none", ["U", 2, 0xff, 0xfe], "is not UTF-8"],
    ["with a name without end", ["c", "a".repeat(2000)], "name without end"],
    ["with a name that is no text", "NN\x93", "names what is no text"],
    ["of protocol 0", ["\x80", 0, "N"], "protocol 0"],
    ["of protocol 5", ["\x80", 5, "N"], "protocol 5"],
    ["with a key without a value", "}(Nu", "key without a value"],
    ["with a key in a list", "]NNs", "no dictionary"],
    ["appending to a tuple", ")Na", "no list"],
    ["appending to a dictionary", "}Na", "no list"],
    ["calling with a dictionary", ["N}R"], "calls with what is no list"],
    ["giving a state to a list", "]}b", "no dictionary"],
  ];
  test.each(cases)("%s", (_, value, reason) => {
    expect(() => read(value)).toThrow(reason);
  });

  test("at whatever byte it ends", () => {
    const whole = pickled(dictionary([text("a"), called(global("m", "f"), integer(7))], [text("b"), "G12345678"]));
    for (let length = 0; length < whole.length; length++)
      expect(() => readPickle(whole.subarray(0, length), 0, rules)).toThrow(/ends within|name without end/);
  });

  test.each([
    ["dictionaries", new Uint8Array(2 ** 20).fill(0x7d)],
    ["marks", new Uint8Array(2 ** 20).fill(0x28)],
    ["lists in lists", bytesOf("]".repeat(2 ** 19), "a".repeat(2 ** 19))],
  ])("with more steps than any network needs: %s", (_, opcodes) => {
    expect(() => read(opcodes)).toThrow("more than 500000 steps");
  });

  test("where one long list is handed to calls again and again", () => {
    const list = ["](", "N".repeat(10_000), "eq\x00"];
    expect(() => read("(", list, Array<Piece>(100).fill("Nh\x00\x85R"), "t")).toThrow("more than 500000 steps");
    expect(() => read("(", list, Array<Piece>(100).fill("Nh\x00R"), "t")).toThrow("more than 500000 steps");
  });
});
