// The zip archive that torch.save writes since torch 1.6: `<root>/data.pkl`, `<root>/byteorder` and one entry for each
// storage. TorchScript programs, which look alike, are refused; entries may be packed, but not beyond what floats can be.

import { fail } from "../errors.ts";
import { openZip, type Zip } from "../zip.ts";
import { elementSizes } from "./element-types.ts";
import type { Pickled, Storage } from "./pickle-values.ts";
import { readTorchPickle } from "./torch-names.ts";

/** What a torch file holds, whichever format it is in. */
export interface TorchContent {
  readonly value: Pickled;
  /** The bytes of a storage, as many as it says. */
  readonly read: (storage: Storage) => Promise<Uint8Array>;
}

/** That of the network has 100,000 bytes. */
const largestPickleBytes = 32 * 2 ** 20;

/** Floats hardly shrink: what unpacks to more than this times the file is no network. */
const mostUnpacking = 4;

/** @throws weights/damaged, weights/torchscript, weights/byte-order, weights/foreign-object */
export async function openTorchZip(file: Uint8Array, source: string): Promise<TorchContent> {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  const zip = await openZip(file).catch((error: unknown) => damaged(reasonOf(error)));
  const read = (name: string, mostBytes: number) =>
    zip.read(name, mostBytes).catch((error: unknown) => damaged(reasonOf(error)));

  const root = rootOf(zip) ?? damaged("it holds no data.pkl, or several");
  if (zip.entries.has(`${root}/constants.pkl`)) return fail("weights/torchscript", { source });
  const entries = [...zip.entries.values()];
  const unpackedBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (unpackedBytes > mostUnpacking * file.length)
    return damaged(`its ${file.length} bytes unpack to ${unpackedBytes}, as weights never do`);
  const order = `${root}/byteorder`;
  if (zip.entries.has(order) && latin1(await read(order, 16)) !== "little")
    return fail("weights/byte-order", { source });

  const { value } = readTorchPickle(await read(`${root}/data.pkl`, largestPickleBytes), 0, source);
  return {
    value,
    async read({ key, dtype, elements }) {
      const needed = elements * elementSizes[dtype];
      const bytes = await read(`${root}/data/${key}`, needed);
      if (bytes.length !== needed)
        return damaged(`storage "${key}" has ${bytes.length} bytes, but ${needed} are needed`);
      return bytes;
    },
  };
}

/** The folder of the one data.pkl. */
function rootOf(zip: Zip): string | undefined {
  const roots = [...zip.entries.keys()].flatMap((name) => /^([^/]+)\/data\.pkl$/.exec(name)?.[1] ?? []);
  return roots.length === 1 ? roots[0] : undefined;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes).trim();
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
