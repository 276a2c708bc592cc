// Files that a stranger made to do harm to whoever opens them as weights: to run a command, to eat the memory, to read what
// lies elsewhere, never to end.

import { readFileSync } from "node:fs";
import { constants, deflateRawSync } from "node:zlib";
import { writeMessage } from "../../src/protobuf.ts";
import { keyOf, varint, withFooter, writeBlock } from "./checkpoint-writer.ts";
import {
  bytesOf,
  called,
  dictionary,
  global,
  integer,
  numberBytes,
  pickled,
  storage,
  tensor,
  text,
  torchStream,
  torchZip,
} from "./torch-writer.ts";
import { writtenZip } from "./zip.ts";

const megabyte = 2 ** 20;
/** 4 GiB of zeros in 4 MB: one packed megabyte after the other. */
const bombBytes = 4096 * megabyte - 1;
const packedMegabyte = deflateRawSync(new Uint8Array(megabyte), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
const bomb = Buffer.concat([...Array<Buffer>(4096).fill(packedMegabyte), Buffer.of(3, 0)]);

/** By the name of the file; `marker` is a path at which nothing may be afterwards. */
export function attacks(marker: string): Readonly<Record<string, Uint8Array>> {
  const command = called(global("os", "system"), text(`touch "${marker}"`));
  const bytes24 = new Uint8Array(24);
  const huge = tensor(storage({ elements: 6 }), 0, [2 ** 40], [0]);
  return {
    "calls-system.pth": torchZip(pickled(command), { "0": bytes24 }),
    "calls-system-in-a-stream.pth": torchStream(pickled(dictionary([text("a"), command]))),
    "calls-eval.pth": torchZip(pickled(called(global("builtins", "eval"), text("1")))),
    "huge-tensor.pth": torchZip(pickled(dictionary([text("a"), huge])), { "0": bytes24 }),
    "huge-number.pth": torchZip(pickled(["\x8b", numberBytes(2 ** 31 - 1, 4)])),
    "bomb-in-a-storage.pth": bombAs("model/data/0", { "model/data.pkl": pickled(integer(1)) }),
    "bomb-as-pickle.pth": bombAs("model/data.pkl", {}),
    "bomb-as-pickle-that-lies.pth": bombAs("model/data.pkl", {}, 1000),
    "bomb.keras": bombAs("model.weights.h5", {}),
    "bomb-that-lies.keras": bombAs("model.weights.h5", {}, 1000),
    "bomb.tar.gz": gzipped(bomb),
    "names-that-lead-elsewhere.keras": writtenZip([{ name: "../model.weights.h5", bytes: bytes24 }]),
    "wild-index.ckpt": wildTable(2n ** 62n, 2n ** 62n),
    "wild-length.ckpt": wildTable(0n, 2n ** 32n - 1n),
    "negative.ckpt": wildTable(2n ** 64n - 1n, 2n ** 63n),
    "broken-superblock.h5": brokenHdf5(8, 96),
    "broken-lengths.h5": brokenHdf5(13, 2),
    "broken-root.h5": brokenHdf5(96, 4000),
    "cut.h5": hdf5().subarray(0, 3000),
    "overlapping.safetensors": safetensors({ a: tensorAt(0, 8), b: tensorAt(4, 12) }, 12),
    "beyond.safetensors": safetensors({ a: tensorAt(0, 2 ** 50) }, 8),
    "overflow.safetensors": safetensors({ a: { dtype: "F32", shape: [2 ** 32, 2 ** 32], data_offsets: [0, 0] } }, 0),
    "huge-header.safetensors": bytesOf(numberBytes(2n ** 63n, 8), "{", new Uint8Array(100)),
    "deep-header.safetensors": headed(`{"a":${"[".repeat(30 * megabyte)}`),
    "long-header.safetensors": headed(`{"a":"${"b".repeat(32 * megabyte - 10)}"}`),
    "wide-header.safetensors": headed(`{${keys(290_000)}}`),
    "many-keys.safetensors": headed(`{${keys(99_000)}}`),
    "outside.onnx": externalOnnx("../../../../../../etc/passwd"),
    "device.onnx": externalOnnx("/dev/zero"),
    "endless.onnx": bytesOf(0x08, 0x08, 0x3a, new Uint8Array(12).fill(0xff)),
  };
}

/** An archive in which one entry is the bomb, said to be as large as it is or not. */
function bombAs(name: string, others: Readonly<Record<string, Uint8Array>>, statedBytes = bombBytes): Uint8Array {
  const plain = Object.entries(others).map(([name, bytes]) => ({ name, bytes }));
  const bombed = { name, bytes: new Uint8Array(0), packed: true, held: bomb, statedBytes, statedSum: 0 };
  return writtenZip([...plain, bombed]);
}

/** Checksum and length behind it are zero: nobody comes so far. */
function gzipped(packed: Uint8Array): Uint8Array {
  return bytesOf(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, packed, new Uint8Array(8));
}

/** A table whose index says that its one block lies there. */
function wildTable(offset: bigint, sizeBytes: bigint): Uint8Array {
  const handle = Uint8Array.of(...varint(offset), ...varint(sizeBytes));
  return withFooter([writeBlock([[keyOf("a"), handle]])], Uint8Array.of(0, 0), handle);
}

function hdf5(): Uint8Array {
  return new Uint8Array(readFileSync(new URL("../fixtures/files/keras2-top.h5", import.meta.url)));
}

function brokenHdf5(at: number, length: number): Uint8Array {
  return hdf5().fill(0xff, at, at + length);
}

function keys(count: number): string {
  return Array.from({ length: count }, (_, i) => `"${i + 1e6}":{}`).join(",");
}

function tensorAt(begin: number, end: number) {
  return { dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] };
}

function safetensors(header: object, dataBytes: number): Uint8Array {
  return bytesOf(headed(JSON.stringify(header)), new Uint8Array(dataBytes));
}

function headed(json: string): Uint8Array {
  return bytesOf(numberBytes(json.length, 8), json);
}

/** A model whose one tensor says that it lies in another file. */
function externalOnnx(location: string): Uint8Array {
  return writeMessage((model) => {
    model.int(1, 8);
    model.message(7, (graph) =>
      graph.message(5, (tensor) => {
        tensor.packedInts(1, [32, 3, 3, 3]);
        tensor.int(2, 1);
        tensor.text(8, "features.0.conv.weight");
        tensor.message(13, (entry) => {
          entry.text(1, "location");
          entry.text(2, location);
        });
        tensor.int(14, 1);
      }),
    );
  });
}
