// A list that names pictures and their classes, and for each perhaps its split, group and weight. Paths begin where the
// list lies.

import { promises as fs } from "node:fs";
import { dirname, resolve } from "node:path";
import { fail } from "../../errors.ts";
import { prefetch } from "../batches.ts";
import { fileAt } from "../locator.ts";
import { reasonOf, type Skipped } from "../walk.ts";
import { classNamer } from "./class-names.ts";
import { inByteOrder, type ListedPicture, type Listing, type Side, sideCalled } from "./listing.ts";
import { type Column, type ListRow, listRows } from "./list-rows.ts";
import { tooLarge } from "./sift.ts";

export interface ListOptions {
  readonly kind: "json" | "delimited";
  /** What stands before the paths in the names of the pictures, as "train/". */
  readonly prefix?: string;
  /** Tells the split of a picture whose line tells none. */
  readonly sideOf?: (name: string) => Side | undefined;
}

/** Files that are looked for at a time. */
const soughtAtOnce = 32;

type Row = ListedPicture & { readonly line: number };

/**
 * Reads a list. Lines whose picture is not there are skipped with their number.
 *
 * @throws data/list-..., data/two-labels, data/class-names-collide, data/no-pictures
 */
export async function readList(path: string, options: ListOptions): Promise<Listing> {
  const rows: Row[] = [];
  const skipped: Skipped[] = [];
  for await (const { row, reason } of prefetch(soughtRows(await rowsOf(path, options)), soughtAtOnce)) {
    if (reason === undefined) rows.push(row);
    else skipped.push({ path: row.name, reason: `line ${row.line}: ${reason}` });
  }
  const [first] = skipped;
  if (rows.length === 0) fail("data/no-pictures", { path, skipped: first && `${first.path}, ${first.reason}` });
  const pictures = inByteOrder(rows.map(({ line: _, ...picture }) => ({ ...picture, parts: picture.name.split("/") })));
  return {
    classes: [...new Set(rows.map(({ className }) => className))],
    pictures: pictures.map(({ parts: _, ...picture }) => picture),
    skipped,
  };
}

/** Every picture once, in the order of the lines. */
async function rowsOf(path: string, options: ListOptions): Promise<readonly Row[]> {
  const rows = new Map<string, Row>();
  const nameClass = classNamer();
  for await (const read of listRows(path, options.kind)) {
    const row = rowOf(path, read, nameClass, options);
    const place = resolve(dirname(path), needed(path, read, "path", "the path of a picture"));
    const known = rows.get(place);
    if (known === undefined) rows.set(place, row);
    else if (known.className !== row.className)
      fail("data/two-labels", { path, picture: row.name, lines: [known.line, row.line] });
  }
  return [...rows.values()];
}

function rowOf(path: string, row: ListRow, nameClass: (label: string) => string, options: ListOptions): Row {
  const { prefix = "", sideOf } = options;
  const written = needed(path, row, "path", "the path of a picture");
  const label = needed(path, row, "label", "the name of a class");
  const name = prefix + written.replace(/^(\.\/)+/, "");
  const { group, weight } = row.values;
  const split = row.values.split === undefined ? sideOf?.(name) : splitOf(path, row, row.values.split);
  return {
    line: row.line,
    locator: fileAt(resolve(dirname(path), written)),
    name,
    className: nameClass(label),
    ...(split !== undefined && { split }),
    ...(group !== undefined && { group }),
    ...(weight !== undefined && { weight: weightOf(path, row, weight) }),
  };
}

function needed(path: string, { line, values }: ListRow, column: Column, what: string): string {
  const value = values[column] ?? "";
  return value.trim() === "" ? fail("data/list-value", { path, line, column, value, needed: what }) : value;
}

function splitOf(path: string, { line }: ListRow, value: string): Side {
  const split = sideCalled(value.trim());
  return split ?? fail("data/list-value", { path, line, column: "split", value, needed: "train, validation or test" });
}

function weightOf(path: string, { line }: ListRow, value: string): number {
  const weight = Number(value);
  if (Number.isFinite(weight) && weight > 0) return weight;
  return fail("data/list-value", { path, line, column: "weight", value, needed: "a number above 0" });
}

function* soughtRows(rows: readonly Row[]): Generator<() => Promise<{ row: Row; reason: string | undefined }>> {
  for (const row of rows) yield async () => ({ row, reason: await whyNotThere(row) });
}

async function whyNotThere({ locator }: Row): Promise<string | undefined> {
  if (locator.kind !== "file") throw new Error("internal: a list that names what lies in an archive");
  const found = await fs.stat(locator.path).catch(reasonOf);
  if (found === "ENOENT" || found === "ENOTDIR") return "there is no such file";
  if (typeof found === "string") return `cannot be opened (${found})`;
  if (!found.isFile()) return "is no file";
  return found.size === 0 ? "empty" : tooLarge(found.size);
}
