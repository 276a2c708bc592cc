// Whatever becomes of a file of torch's on its way: it is read within its own size, or refused in words.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { whole } from "../../test/support/numbers.ts";
import {
  called,
  dictionary,
  global,
  integer,
  numberBytes,
  type Piece,
  pickled,
  type StorageId,
  storage,
  tensor,
  text,
  torchStream,
  torchZip,
  tuple,
} from "../../test/support/torch-writer.ts";
import { ReinceptionError } from "../errors.ts";
import { type Stream, stream } from "../random.ts";
import { openZip } from "../zip.ts";
import { readWeights } from "./network-file.ts";
import { readTorchPickle } from "./torch-names.ts";

const first = new Uint8Array(Float32Array.from({ length: 12 }, (_, i) => i - 4.5).buffer);
const second = new Uint8Array(Uint16Array.from({ length: 6 }, (_, i) => 0x3c00 + i).buffer);

/** Everything that a file of torch's consists of, in some 500 bytes. */
function saved(refer: (id: StorageId) => Piece): Uint8Array {
  const shared = [refer({ key: "a", elements: 12 }), "q\x03"];
  const halves = refer({ key: "b", elements: 6, type: "HalfStorage" });
  const tensors = [
    [text("kernel"), tensor(shared, 0, [2, 3, 2], [1, 4, 2])],
    [text("bias"), tensor("h\x03", 3, [4], [1])],
    [text("half"), called(global("torch._utils", "_rebuild_tensor"), halves, "K\x00", tuple(integer(6)), "K\x01\x85")],
  ] as const;
  const dictionaryOf = [called(global("collections", "OrderedDict")), "r\x00\x01\x00\x00(", tensors, "u"];
  const metadata = [dictionary([text("_metadata"), dictionary([text("version"), "M\x01\x02"])]), "b"];
  return pickled(
    dictionary([text("epoch"), "G@\x09\x21\xfb\x54\x44\x2d\x18"], [text("state_dict"), [dictionaryOf, metadata]]),
  );
}

const storages = { a: first, b: second };
const zipPickle = saved(storage);
const archive = torchZip(zipPickle, storages);
const streamed = torchStream(
  saved((id) => storage({ view: "N", ...id })),
  {
    a: { bytes: first, elements: 12 },
    b: { bytes: second, elements: 6 },
  },
);

/** Lengths, counts and indices that lie, and opcodes in places where others stood. */
const lies: readonly Uint8Array[] = [
  ...[0, 1, 255, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map((value) => numberBytes(value, 4)),
  ...[2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n].map((value) => numberBytes(value, 8)),
  ...Array.from("(.0NRbQ}])tusaehjqrcXUJKMG\x80\x81\x82\x85\x86\x87\x88\x8a\x8c\x8f\x92\x93\x94\x95", (opcode) =>
    Uint8Array.of(opcode.charCodeAt(0)),
  ),
];

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
}

type Damage = (bytes: Uint8Array, random: Stream, at: number) => Uint8Array;

const damages: readonly Damage[] = [
  (bytes, random, at) => bytes.with(at, bytes[at]! ^ (1 << whole(random, 0, 7))),
  (bytes, random, at) => bytes.with(at, whole(random, 0, 255)),
  (bytes, _, at) => bytes.subarray(0, at),
  (bytes, random, at) => spliced(bytes, at, whole(random, 0, 9), lies[whole(random, 0, lies.length - 1)]!),
  (bytes, random, at) => {
    const lie = lies[whole(random, 0, lies.length - 1)]!;
    return spliced(bytes, at, lie.length, lie);
  },
  (bytes, random, at) => spliced(bytes, at, whole(random, 1, 40), new Uint8Array(0)),
  (bytes, random, at) => spliced(bytes, at, 0, bytes.subarray(at, at + whole(random, 1, 40))),
];

/** One to three times damaged. */
function damaged(bytes: Uint8Array, random: Stream): Uint8Array {
  let result = bytes;
  for (let left = whole(random, 1, 3); left > 0 && result.length > 0; left--) {
    const damage = damages[whole(random, 0, damages.length - 1)]!;
    result = damage(result, random, whole(random, 0, result.length - 1));
  }
  return result;
}

/** Counts what becomes of files; anything else than tensors within the file's size or words is thrown on. */
async function judge(count: number, make: (i: number) => Uint8Array): Promise<{ read: number; refused: number }> {
  const seen = { read: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const file = make(i);
    try {
      const { tensors } = await readWeights(file);
      const numbers = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0);
      expect(numbers).toBeLessThanOrEqual(4 * file.length);
      seen.read++;
    } catch (error) {
      if (!(error instanceof ReinceptionError)) throw error;
      expect(error.code).toMatch(/^weights\//);
      seen.refused++;
    }
  }
  return seen;
}

describe("what is damaged in a file of torch's ends in tensors or in words", () => {
  test("while nothing is damaged, both formats give the same", async () => {
    const [a, b] = [await readWeights(archive), await readWeights(streamed)];
    expect([...a.tensors.keys()]).toEqual(["kernel", "bias", "half"]);
    expect(a).toEqual(b);
  });

  test("in the stream", async () => {
    const seen = await judge(10_000, (i) => damaged(streamed, stream(1, `stream ${i}`)));
    expect(seen.read).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(5000);
  });

  test("in the pickle of the archive", async () => {
    const seen = await judge(7000, (i) => torchZip(damaged(zipPickle, stream(2, `pickle ${i}`)), storages));
    expect(seen.read).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(3000);
  });

  test("in the archive itself", async () => {
    const seen = await judge(3000, (i) => damaged(archive, stream(3, `archive ${i}`)));
    expect(seen.read).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(1000);
  });

  test("in the pickle of a whole network", async () => {
    const zip = await openZip(readFileSync(new URL("../../test/fixtures/files/model.pth", import.meta.url)));
    const pickle = await zip.read("model/data.pkl", 2 ** 20);
    expect(readTorchPickle(pickle, 0, "file").storages.size).toBe(896);
    for (let i = 0; i < 100; i++) {
      try {
        readTorchPickle(damaged(pickle, stream(4, `network ${i}`)), 0, "file");
      } catch (error) {
        expect(error).toBeInstanceOf(ReinceptionError);
      }
    }
  });

  test("wherever it ends", async () => {
    for (const file of [archive, streamed]) {
      const seen = await judge(file.length, (length) => file.subarray(0, length));
      expect(seen).toEqual({ read: 0, refused: file.length });
    }
  });
});
