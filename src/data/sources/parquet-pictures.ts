// Pictures in parquet, and whatever stands in the columns beside them. Bytes are read by row group: the last one stays, so
// that pictures in their order cost one reading, and pictures in any order cost one reading of their group each.

import { promises as fs } from "node:fs";
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Locator } from "../locator.ts";
import type { OpenFiles } from "../open-files.ts";
import { checkPages } from "./parquet-pages.ts";

/** A parquet file whose end has been read. */
export interface Parquet {
  readonly columns: readonly SchemaTree[];
  /** What is written about the whole file, by key. */
  readonly notes: ReadonlyMap<string, string>;
  readonly groups: readonly RowGroup[];
  /** Rows of one group: of these columns, each value as the file has it; what is no text is bytes. */
  rows(group: RowGroup, columns: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface RowGroup {
  /** Of all rows of the file. */
  readonly start: number;
  readonly count: number;
  readonly chunks: readonly ColumnMetaData[];
}

type PlaceInParquet = Locator & { readonly kind: "parquet" };

export interface ParquetPictures {
  /** @throws Error with a reason in words */
  read(locator: PlaceInParquet): Promise<Uint8Array>;
}

/** Beyond any set of photos, and still a list that fits into memory. */
const mostRows = 5_000_000;

/** @throws Error with a reason in words when it is no whole parquet file */
export async function openParquet(path: string, open: OpenFiles): Promise<Parquet> {
  const { size } = await fs.stat(path);
  const file: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      if (start < 0 || end < start || end > size) throw new Error("it points to bytes that it does not have");
      const bytes = await open.readAt(path, start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const groups = groupsOf(metadata);
  const schema = parquetSchema(metadata).children;
  return {
    columns: schema,
    notes: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""])),
    groups,
    async rows({ start, count, chunks }, columns) {
      for (const column of columns) {
        const own = chunks.filter(({ path_in_schema: [first] }) => first === column);
        const stated = schema.find(({ element }) => element.name === column);
        const leaves = stated === undefined ? [] : leavesOf(stated);
        // what the schema does not know would be read all the same, and what goes wrong there be thrown where nobody hears it
        if (own.map(({ path_in_schema }) => path_in_schema.join("/")).join("//") !== leaves.join("//"))
          throw new Error("it is cut short or damaged");
        for (const chunk of own) await checkPages((offset, length) => open.readAt(path, offset, length), chunk, count);
      }
      const range = { rowStart: start, rowEnd: start + count };
      const rows = await parquetReadObjects({
        ...{ file, metadata, compressors, utf8: false, geoparquet: false },
        ...{ ...range, columns: [...columns] },
      });
      if (rows.length !== count) throw new Error(`${rows.length} rows are where ${count} were stated`);
      return rows;
    },
  };
}

function leavesOf({ children, path }: SchemaTree): readonly string[] {
  return children.length === 0 ? [path.join("/")] : children.flatMap(leavesOf);
}

function groupsOf(metadata: FileMetaData): readonly RowGroup[] {
  let start = 0;
  return metadata.row_groups.map(({ num_rows, columns }) => {
    const count = Number(num_rows);
    if (!(count >= 0 && start + count <= mostRows)) throw new Error(`it states more than ${mostRows} rows`);
    const chunks = columns.flatMap(({ meta_data: about }) => (about === undefined ? [] : [about]));
    start += count;
    return { start: start - count, count, chunks };
  });
}

/** Reads pictures of parquet files, of which a few stay known and one row group stays in memory. */
export function parquetPictures(open: OpenFiles, mostKnown = 4): ParquetPictures {
  const known = new Map<string, Promise<Parquet>>();
  let last: { readonly key: string; readonly rows: ReturnType<Parquet["rows"]> } | undefined;

  function opened(path: string): Promise<Parquet> {
    const parquet = known.get(path) ?? openParquet(path, open);
    known.delete(path);
    known.set(path, parquet);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
    return parquet;
  }

  async function valueAt({ file, column, row }: PlaceInParquet): Promise<unknown> {
    const parquet = await opened(file);
    const group = parquet.groups.find(({ start, count }) => row >= start && row < start + count);
    if (group === undefined) throw new Error(`the file has no row ${row}`);
    const key = `${group.start} ${column} ${file}`;
    if (last?.key !== key) last = { key, rows: parquet.rows(group, [column]) };
    return (await last.rows)[row - group.start]?.[column];
  }

  return {
    async read(locator) {
      try {
        return pictureIn(await valueAt(locator));
      } catch (error) {
        throw new Error(reasonInParquet(error));
      }
    },
  };
}

/** Either bytes, or a record of bytes and path as Hugging Face has it. A copy, since the rest of the group need not stay. */
function pictureIn(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value.slice();
  if (value === null || value === undefined) throw new Error("the row holds no picture");
  const bytes: unknown = (value as { readonly bytes?: unknown }).bytes;
  if (bytes instanceof Uint8Array) return bytes.slice();
  throw new Error("the row holds only the path of a picture, not its bytes");
}

/** Bytes of a column in a group, unpacked. */
export function unpackedBytes({ chunks }: RowGroup, column: string): number {
  return chunks
    .filter(({ path_in_schema: path }) => path[0] === column)
    .reduce((total, { total_uncompressed_size: size }) => total + Number(size), 0);
}

/** In words. What the reader stumbles over in a damaged file says nothing to people. */
export function reasonInParquet(error: unknown): string {
  const text = error instanceof Error && error.constructor === Error ? error.message : "";
  const [, unknown] = /^parquet unsupported (.+)$/.exec(text) ?? [];
  if (unknown !== undefined) return `it has what cannot be read here, ${unknown}`;
  return text === "" || /^(parquet|thrift)/.test(text) ? "it is cut short or damaged" : text;
}
