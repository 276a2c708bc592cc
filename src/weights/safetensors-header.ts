// The JSON header of a safetensors file, checked entry by entry. What it says about bytes is checked against its own
// shapes here and against the file by the reader.

import { fail } from "../errors.ts";
import { type ElementType, elementSizes } from "./element-types.ts";

export interface HeaderEntry {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** That of Inception-v4 has 100,000 bytes; in a checkpoint a long run's history stands in it as text. */
const longestHeaderBytes = 32 * 2 ** 20;

/**
 * Colons and commas outside of texts: Inception-v4 with the arrays of its optimizer has 30,000. JSON takes up to seventy
 * times its length in memory where it is all structure.
 */
const mostParts = 200_000;

/** The header itself, a tensor, its shape. */
const deepest = 3;

/** @throws weights/damaged, weights/element-type */
export function parseHeader(bytes: Uint8Array, source: string): Header {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  if (bytes.length > longestHeaderBytes) return damaged(`its header is ${bytes.length} bytes long`);
  if (bytes[0] !== 0x7b) return damaged('its header does not begin with "{"');
  const odd = oddForm(bytes);
  if (odd !== undefined) return damaged(odd);
  const text = decodeUtf8(bytes) ?? damaged("its header is not UTF-8");
  const header = parseObject(text) ?? damaged("its header is not JSON");
  const repeated = repeatedName(text);
  if (repeated !== undefined) return damaged(`"${repeated}" occurs twice`);

  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    return damaged("its metadata is not text");
  const entries = Object.entries(tensors).map(([name, entry]) => parseEntry(name, entry, source));
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(name: string, entry: unknown, source: string): HeaderEntry {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason: `"${name}" ${reason}` });
  if (!isRecord(entry)) return damaged("is not described");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string") return damaged("has no element type");
  if (!Object.hasOwn(elementSizes, dtype)) return fail("weights/element-type", { name, dtype });
  if (!isCounts(shape)) return damaged("has no shape");
  if (!isCounts(offsets) || offsets.length !== 2) return damaged("has no place");
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((size, axis) => size * axis, elementSizes[dtype as ElementType]);
  if (end - begin !== needed) return damaged(`has ${end - begin} bytes where its shape needs ${needed}`);
  return { name, dtype: dtype as ElementType, shape, begin, end };
}

/** What is wrong with the form of a header, looked at before anything is made of it. */
function oddForm(json: Uint8Array): string | undefined {
  let [depth, parts, inText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === 0x22) inText = !inText;
    else if (inText)
      at += byte === 0x5c ? 1 : 0; // whatever follows a backslash
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === 0x3a || byte === 0x2c) parts += 1;
    if (depth > deepest) return "its header has lists within lists";
    if (parts > mostParts) return `its header has more than ${mostParts} parts`;
  }
  return undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The first name that occurs twice in the outermost object, of which JSON.parse would silently keep the last. */
function repeatedName(json: string): string | undefined {
  const names = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
      let next = at + 1;
      while (" \t\n\r".includes(json[next]!)) next++;
      if (depth !== 1 || json[next] !== ":") continue;
      const name = JSON.parse(json.slice(start, at + 1)) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
