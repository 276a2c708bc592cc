// Where the files of a tar lie: ustar, with the long names of pax and of GNU. Only headers are read, so that an archive of
// many gigabytes costs a few bytes per file; what is in a file is read by whoever asks for it, from its offset. Nothing is
// ever unpacked to disk, and a name is only a name. Archives come from strangers: every size is held against the archive,
// and one name stands for one file.
//
// POSIX 1003.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format".

export interface TarEntry {
  /** As it is written there, with "/" between its parts; it may begin with "/" or lead upwards. */
  readonly name: string;
  /** Of its first byte in the archive. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Some bytes of an archive; fewer than asked for only where the archive ends. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** Beyond any folder of photos, and still a list that fits into memory. */
const mostEntries = 2_000_000;

/** For the name of one file, and whatever else is said of it. */
const longestDescriptionBytes = 2 ** 20;

const blockBytes = 512;

/**
 * The regular files of an archive, in its order. Folders, links and devices are left out.
 *
 * @param read - is asked for headers from front to back
 * @param totalBytes - size of the archive; Infinity where it is not known, and `read` then throws beyond its end
 * @throws Error with a reason in words when it is no whole archive, or holds what cannot be read as plain bytes
 */
export async function indexTar(read: ReadAt, totalBytes: number): Promise<readonly TarEntry[]> {
  const found = new Map<string, TarEntry>();
  let said: Description = {};
  for (let at = 0; at < totalBytes; ) {
    const block = await read(at, blockBytes);
    if (block.length === 0 || isZero(block)) break;
    const header = readHeader(block, at);
    const isDescription = describesNext(header.type);
    const name = said.name ?? header.name;
    const sizeBytes = !holdsData(header) ? 0 : isDescription ? header.sizeBytes : (said.sizeBytes ?? header.sizeBytes);
    const offset = at + blockBytes;
    if (offset + sizeBytes > totalBytes)
      throw new Error(`"${name}" should have ${sizeBytes} bytes, but only ${totalBytes - offset} follow`);
    at = offset + Math.ceil(sizeBytes / blockBytes) * blockBytes;

    if (isDescription) {
      if (sizeBytes > longestDescriptionBytes) throw new Error(`${sizeBytes} bytes of it are for one name`);
      said = { ...said, ...describe(header.type, await read(offset, sizeBytes)) };
    } else {
      if (said.isSparse || header.type === "S") throw new Error(`"${name}" is stored as a sparse file`);
      if (isRegular(header.type) && !name.endsWith("/")) {
        if (found.has(name)) throw new Error(`it holds "${name}" twice`);
        if (found.size === mostEntries) throw new Error(`it holds more than ${mostEntries} files`);
        found.set(name, { name, offset, sizeBytes });
      }
      said = {};
    }
  }
  return [...found.values()];
}

/** The same for an archive in memory. */
export function indexTarBytes(archive: Uint8Array): Promise<readonly TarEntry[]> {
  return indexTar(async (offset, length) => archive.subarray(offset, offset + length), archive.length);
}

/** What entries of their own say about the file behind them, where its header has no room for it. */
interface Description {
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly isSparse?: boolean;
}

interface Header {
  readonly name: string;
  readonly sizeBytes: number;
  /** One letter; "0" is a regular file. */
  readonly type: string;
}

function readHeader(block: Uint8Array, at: number): Header {
  if (block.length < blockBytes || !sumFits(block)) throw new Error(`there is no header of a file at byte ${at}`);
  const sizeBytes = number(block.subarray(124, 136));
  if (sizeBytes === undefined) throw new Error(`the header at byte ${at} has no size`);
  const name = text(block.subarray(0, 100));
  // GNU tar's older header, "ustar  ", has other things where POSIX has the first part of a long name
  const folder = text(block.subarray(257, 263)) === "ustar" ? text(block.subarray(345, 500)) : "";
  return { name: folder === "" ? name : `${folder}/${name}`, sizeBytes, type: String.fromCharCode(block[156]!) };
}

function isRegular(type: string): boolean {
  return type === "0" || type === "\0" || type === "7";
}

/** Links, devices and folders (1 to 6) have none, whatever size their header has. */
function holdsData({ type, name }: Header): boolean {
  return !/[1-6]/.test(type) && !(type === "\0" && name.endsWith("/"));
}

/** pax: "x" for the next file, "g" for all that follow; GNU: "L" the name, "K" the target of a link. */
function describesNext(type: string): boolean {
  return "xgLK".includes(type);
}

function describe(type: string, bytes: Uint8Array): Description {
  if (type === "L") return { name: text(bytes) };
  return type === "x" ? describePax(bytes) : {}; // of all files at once nothing is said that matters here
}

/** Lines `<length of the line> <key>=<value>\n`. */
function describePax(bytes: Uint8Array): Description {
  let said: Description = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = whole(decoder.decode(bytes.subarray(at, Math.max(at, blank))));
    const line = decoder.decode(bytes.subarray(blank + 1, at + length));
    const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(line) ?? [];
    if (at + length > bytes.length || key === undefined || value === undefined)
      throw new Error("a line about a file in it cannot be read");
    at += length;
    if (key === "path") said = { ...said, name: value };
    if (key === "size") said = { ...said, sizeBytes: whole(value) };
    if (key.startsWith("GNU.sparse.")) said = { ...said, isSparse: true };
  }
  return said;
}

function whole(digits: string): number {
  const value = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Error(`a length in it is "${digits.slice(0, 40)}"`);
  return value;
}

/** Octal digits, or 0x80 and the number itself as GNU writes large ones; undefined where there is neither. */
function number(field: Uint8Array): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const [, digits] = /^ *([0-7]*)[ \0]*$/.exec(latin1.decode(field)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits || "0", 8);
}

/** The sum of all bytes, with blanks in place of the sum itself; some old writers took bytes as signed. */
function sumFits(block: Uint8Array): boolean {
  const stated = number(block.subarray(148, 156));
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < blockBytes; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : block[i]!;
    unsigned += byte;
    signed += (byte << 24) >> 24;
  }
  return stated === unsigned || stated === signed;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Up to the first zero. */
function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const latin1 = new TextDecoder("latin1");
