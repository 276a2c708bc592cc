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

/** The reference implementation reads no longer ones either. */
const longestHeaderBytes = 100_000_000;

/** @throws weights/damaged, weights/element-type */
export function parseHeader(bytes: Uint8Array, source: string): Header {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  if (bytes.length > longestHeaderBytes) return damaged(`its header is ${bytes.length} bytes long`);
  if (bytes[0] !== 0x7b) return damaged('its header does not begin with "{"');
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
