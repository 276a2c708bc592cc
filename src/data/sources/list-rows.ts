// Lists of pictures as text, line by line: values between delimiters under a line of column names, or one JSON object on
// each line. Reads a piece at a time, so that a list may be longer than memory; knows what columns are called, not what is
// right in them.

import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { fail, ReinceptionError } from "../../errors.ts";
import { reasonOf } from "../walk.ts";

export type Column = "path" | "label" | "split" | "group" | "weight";

export interface ListRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** What is empty is absent. */
  readonly values: { readonly [K in Column]?: string };
}

/** What a column may be called, whatever its case; the first name that is there counts. */
export const columnNames: { readonly [K in Column]: readonly string[] } = {
  path: ["path", "file_name", "filename", "file", "filepath", "file_path", "image", "image_path"],
  label: ["label", "class", "class_name", "category"],
  split: ["split"],
  group: ["group"],
  weight: ["weight"],
};

const columns = Object.keys(columnNames) as readonly Column[];
const longestRow = 2 ** 20;

/**
 * The rows of a list.
 *
 * @throws data/list-not-utf8, data/list-columns, data/list-line, data/list-value, data/folder-closed
 */
export function listRows(path: string, kind: "json" | "delimited"): AsyncGenerator<ListRow> {
  return kind === "json" ? jsonRows(path) : delimitedRows(path);
}

/** Where a column stands among these names; -1 where it does not. */
export function findColumn(column: Column, names: readonly string[]): number {
  const plain = names.map((name) => name.trim().toLowerCase());
  const known = columnNames[column].find((name) => plain.includes(name));
  return known === undefined ? -1 : plain.indexOf(known);
}

/** Comma, semicolon or tab: whichever the line of column names has most of. */
export function delimiterOf(head: string): string {
  const first = head.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: first.split(sign).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}

async function* delimitedRows(path: string): AsyncGenerator<ListRow> {
  const text = textOf(path);
  const { value: head, done } = await text.next();
  if (done) return;
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    record_delimiter: ["\r\n", "\n", "\r"], // lists that were glued together have several
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  const all = Readable.from(chained(head, text));
  pipeline(all, parser, () => undefined); // what goes wrong is thrown by the parser
  let header: Header | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const line = info.lines - record.join("").split("\n").length + 1;
      if (header === undefined) {
        header = headerOf(path, record);
      } else if (record.length === header.columns) yield { line, values: valuesOf(header, record) };
      else {
        const reason = `it has ${counted(record.length)}, but the first line names ${header.columns}`;
        fail("data/list-line", { path, line, reason });
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 0 } = error as CsvError & { lines?: number };
    fail("data/list-line", { path, line: lines, reason: lineReasons[error.code] ?? error.message });
  } finally {
    all.destroy();
  }
}

const lineReasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and not closed",
  CSV_INVALID_CLOSING_QUOTE: "something stands behind a closing quote",
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: "something stands behind a closing quote",
  INVALID_OPENING_QUOTE: "a quote stands within a value that does not begin with one",
  CSV_MAX_RECORD_SIZE: `it is longer than ${longestRow} characters; perhaps a quote is opened and not closed`,
};

function counted(fields: number): string {
  return fields === 1 ? "1 value" : `${fields} values`;
}

interface Header {
  readonly columns: number;
  readonly places: readonly (readonly [Column, number])[];
}

function headerOf(path: string, names: readonly string[]): Header {
  for (const missing of ["path", "label"] as const)
    if (findColumn(missing, names) < 0) fail("data/list-columns", { path, missing, found: names });
  const places = columns.map((column) => [column, findColumn(column, names)] as const);
  return { columns: names.length, places: places.filter(([, place]) => place >= 0) };
}

function valuesOf({ places }: Header, record: readonly string[]): ListRow["values"] {
  const found = places.map(([column, place]) => [column, record[place]!] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ""));
}

async function* jsonRows(path: string): AsyncGenerator<ListRow> {
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() !== "") yield { line, values: valuesInJson(path, line, text) };
  }
}

function valuesInJson(path: string, line: number, text: string): ListRow["values"] {
  const record = parseObject(text);
  if (record === undefined) fail("data/list-line", { path, line, reason: "it is no JSON object" });
  const names = Object.keys(record);
  const values: { [K in Column]?: string } = {};
  for (const column of columns) {
    const name: string | undefined = names[findColumn(column, names)];
    const value: unknown = name === undefined ? undefined : record[name];
    if (value === undefined || value === null || value === "") continue;
    if (typeof value !== "string" && typeof value !== "number")
      fail("data/list-value", { path, line, column, value: JSON.stringify(value).slice(0, 60), needed: "a text" });
    values[column] = String(value);
  }
  return values;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    return isRecord ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  let line = 1;
  for await (const piece of textOf(path)) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    yield* lines;
    line += lines.length;
    if (rest.length > longestRow)
      fail("data/list-line", { path, line, reason: `it is longer than ${longestRow} characters` });
  }
  if (rest !== "") yield rest;
}

/** Pieces of a text without its byte order mark. */
async function* textOf(path: string): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) yield decoder.decode(bytes as Uint8Array, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof ReinceptionError) throw error;
    if (error instanceof TypeError) fail("data/list-not-utf8", { path });
    fail("data/folder-closed", { path, reason: reasonOf(error) });
  }
  return undefined;
}

async function* chained(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}
