// The only door to zip archives: entries by name, read one at a time into memory and never to disk, or the places of all
// entries for zip-entry.ts. Archives come from strangers, so what an entry may inflate to is bounded by whoever asks for
// it, names are plain relative paths, one name stands for one entry, and what was read has the checksum that the archive
// states.

import { type Entry, fromBufferPromise, openPromise, type ZipFile } from "yauzl";
import { crc32 } from "./crc32.ts";
import type { ZipPlace } from "./zip-entry.ts";

export interface ZipEntry {
  /** Relative, with "/" between its parts. */
  readonly name: string;
  /** As the archive states it; reading fails where the entry holds more or less. */
  readonly sizeBytes: number;
  /** Of what lies in the archive. */
  readonly packedBytes: number;
}

export interface Zip {
  /** Files in the order of the archive's directory; folders are left out. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * The bytes of an entry.
   *
   * @param mostBytes - refuses an entry that is larger, before anything is inflated
   * @throws Error with a reason in words when the entry is absent, encrypted, too large or damaged
   */
  read(name: string, mostBytes: number): Promise<Uint8Array>;
  close(): void;
}

/** Beyond any folder of photos, and still a list that fits into memory. */
const mostEntries = 2_000_000;

/**
 * Opens an archive, from its path or its bytes, and reads its directory.
 *
 * @throws Error with a reason in words when it is no whole archive
 */
export async function openZip(file: string | Uint8Array): Promise<Zip> {
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true };
  const zip: ZipFile =
    typeof file === "string"
      ? await openPromise(file, options)
      : await fromBufferPromise(Buffer.from(file.buffer, file.byteOffset, file.byteLength), options);
  const found = await directory(zip).catch((error: unknown) => {
    zip.close();
    throw error;
  });
  return {
    entries: new Map([...found].map(([name, entry]) => [name, describe(name, entry)])),
    async read(name, mostBytes) {
      const entry = found.get(name);
      if (entry === undefined) throw new Error(`it holds no "${name}"`);
      if (entry.isEncrypted()) throw new Error(`"${name}" in it is encrypted`);
      if (entry.uncompressedSize > mostBytes)
        throw new Error(`"${name}" in it has ${entry.uncompressedSize} bytes, more than ${mostBytes}`);
      const bytes = new Uint8Array(entry.uncompressedSize);
      let length = 0;
      for await (const part of await zip.openReadStreamPromise(entry)) {
        const chunk = part as Buffer;
        bytes.set(chunk, length); // yauzl ends the stream with an error where there is more than was stated
        length += chunk.length;
      }
      if (length < bytes.length) throw new Error(`"${name}" in it ends after ${length} of ${bytes.length} bytes`);
      if (!hasStatedSum(bytes, entry)) throw new Error(`"${name}" in it is not what its checksum says`);
      return bytes;
    },
    close: () => zip.close(),
  };
}

async function directory<Kept = Entry>(
  zip: ZipFile,
  keep: (entry: Entry) => Kept = (entry) => entry as Kept,
): Promise<ReadonlyMap<string, Kept>> {
  if (zip.entryCount > mostEntries) throw new Error(`it has ${zip.entryCount} entries, more than ${mostEntries}`);
  const found = new Map<string, Kept>();
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry as Entry;
    if (fileName.endsWith("/")) continue;
    if (found.has(fileName)) throw new Error(`it holds "${fileName}" twice`);
    found.set(fileName, keep(entry as Entry));
  }
  return found;
}

/** Some writers leave the sum away to save time, torch for one where it is told to: then it is 0. */
function hasStatedSum(bytes: Uint8Array, { crc32: stated }: Entry): boolean {
  return stated === 0 || crc32(bytes) === stated;
}

function describe(name: string, { uncompressedSize, compressedSize }: Entry): ZipEntry {
  return { name, sizeBytes: uncompressedSize, packedBytes: compressedSize };
}

export interface ZipMember {
  readonly name: string;
  readonly place: ZipPlace;
  readonly isEncrypted: boolean;
}

/**
 * The files of an archive in the order of its directory. A backslash between names, as some writers on Windows have it, is
 * taken for "/".
 *
 * @throws Error with a reason in words when it is no whole archive
 */
export async function listZip(path: string): Promise<readonly ZipMember[]> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: false });
  try {
    const members = await directory(zip, (entry) => ({
      name: entry.fileName,
      place: {
        offset: entry.relativeOffsetOfLocalHeader,
        packedBytes: entry.compressedSize,
        sizeBytes: entry.uncompressedSize,
        method: entry.compressionMethod,
        crc32: entry.crc32,
      },
      isEncrypted: entry.isEncrypted(),
    }));
    return [...members.values()];
  } finally {
    zip.close();
  }
}
