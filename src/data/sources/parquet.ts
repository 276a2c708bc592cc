// Image datasets as parquet, one file or many shards, as Hugging Face writes them: a column of pictures, one of classes.
// Lists rows without reading a picture.

import { fail, ReinceptionError } from "../../errors.ts";
import type { OpenFiles } from "../open-files.ts";
import type { Skipped } from "../walk.ts";
import { classNamer } from "./class-names.ts";
import { columnNames, findColumn } from "./list-rows.ts";
import { type ListedPicture, type Listing, type Side, sideCalled, sidesOfShards } from "./listing.ts";
import { openParquet, type Parquet, reasonInParquet, unpackedBytes } from "./parquet-pictures.ts";
import type { Shard } from "./tar-archive.ts";

/** A group of this size is in memory once for each thread. */
const largestGroupBytes = 2 ** 30;

/**
 * @param mostGroupBytes - of the pictures of one row group, unpacked
 * @throws data/archive-damaged, data/parquet-columns, data/row-group-too-large, data/list-value, data/class-number
 */
export async function readParquet(
  shards: readonly Shard[],
  open: OpenFiles,
  mostGroupBytes = largestGroupBytes,
): Promise<Listing> {
  const sides = sidesOfShards(shards.map(({ name }) => name));
  const nameClass = classNamer();
  const pictures: ListedPicture[] = [];
  const skipped: Skipped[] = [];
  for (const [i, shard] of shards.entries()) {
    try {
      const parquet = await openParquet(shard.path, open);
      for await (const found of listed({ parquet, shard, side: sides[i], nameClass, mostGroupBytes }))
        if ("reason" in found) skipped.push(found);
        else pictures.push(found);
    } catch (error) {
      if (error instanceof ReinceptionError) throw error;
      fail("data/archive-damaged", { path: shard.path, reason: reasonInParquet(error) });
    }
  }
  return { classes: [...new Set(pictures.map(({ className }) => className))], pictures, skipped };
}

interface ListedShard {
  readonly parquet: Parquet;
  readonly shard: Shard;
  readonly side: Side | undefined;
  readonly nameClass: (label: string) => string;
  readonly mostGroupBytes: number;
}

async function* listed(of: ListedShard): AsyncGenerator<ListedPicture | Skipped> {
  const { parquet, side, nameClass, mostGroupBytes: limit } = of;
  const { path, name: shard } = of.shard;
  const features = featuresOf(parquet);
  const names = parquet.columns.map(({ element }) => element.name);
  const picture =
    pictureColumn(parquet, features) ?? fail("data/parquet-columns", { path, missing: "pictures", found: names });
  const label =
    labelColumn(names, features) ?? fail("data/parquet-columns", { path, missing: "classes", found: names });
  const others = (["split", "group", "weight"] as const).map((column) => names[findColumn(column, names)]);
  const read = [...new Set([label.column, ...others.filter((column) => column !== undefined)])];
  for (const group of parquet.groups) {
    const sizeBytes = unpackedBytes(group, picture);
    if (sizeBytes > limit) fail("data/row-group-too-large", { path, sizeBytes, limit });
    for (const [i, row] of (await parquet.rows(group, read)).entries()) {
      const name = `${shard}/${group.start + i}`;
      const [split, groupName, weight] = others.map((column) => textOf(column === undefined ? null : row[column]));
      const className = classOf(row[label.column], label.names, name);
      if (className === undefined) yield { path: name, reason: "has no label" };
      else {
        const place = { path, line: group.start + i };
        const own = split === undefined ? side : splitOf(place, split);
        yield {
          locator: { kind: "parquet", file: path, column: picture, row: group.start + i },
          name,
          className: nameClass(className),
          ...(own !== undefined && { split: own }),
          ...(groupName !== undefined && { group: groupName }),
          ...(weight !== undefined && { weight: weightOf(place, weight) }),
        };
      }
    }
  }
}

/** What Hugging Face says about columns: which hold pictures, and the names of classes by number. */
type Features = ReadonlyMap<string, { readonly type: string; readonly names?: readonly string[] }>;

function featuresOf({ notes }: Parquet): Features {
  const found: [string, { type: string; names?: readonly string[] }][] = [];
  for (const [column, feature] of Object.entries(featureRecord(notes.get("huggingface")))) {
    const { _type: type, names } = (feature ?? {}) as { _type?: unknown; names?: unknown };
    const all = Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
    if (typeof type === "string") found.push([column, { type, ...(all !== undefined && { names: all }) }]);
  }
  return new Map(found);
}

function featureRecord(note: string | undefined): object {
  try {
    const said = JSON.parse(note ?? "{}") as { info?: { features?: unknown } } | null;
    const features = said?.info?.features;
    return typeof features === "object" && features !== null ? features : {};
  } catch {
    return {};
  }
}

/** The column that is said to hold pictures, else a record of bytes and path, else bytes under a likely name. */
function pictureColumn({ columns }: Parquet, features: Features): string | undefined {
  const names = columns.map(({ element }) => element.name);
  const said = names.find((name) => features.get(name)?.type === "Image");
  const record = columns.find(({ children }) => children.some(({ element }) => element.name === "bytes"));
  const plain = columns.find(
    ({ element }) => element.type === "BYTE_ARRAY" && /^(image|img|picture|photo|bytes)$/i.test(element.name),
  );
  return said ?? record?.element.name ?? plain?.element.name;
}

interface LabelColumn {
  readonly column: string;
  readonly names: readonly string[] | undefined;
}

/** A column of class numbers with names, above all one called "label"; else one that is called like labels. */
function labelColumn(columns: readonly string[], features: Features): LabelColumn | undefined {
  const numbered = columns.filter((column) => features.get(column)?.type === "ClassLabel");
  const likely = [...columnNames.label, "labels"];
  const column =
    numbered.find((name) => likely.includes(name.toLowerCase())) ??
    numbered[0] ??
    columns.find((name) => likely.includes(name.toLowerCase()));
  return column === undefined ? undefined : { column, names: features.get(column)?.names };
}

function classOf(value: unknown, names: readonly string[] | undefined, picture: string): string | undefined {
  const label = textOf(value);
  if (label === undefined || label.trim() === "") return undefined;
  if (names === undefined || !/^-?\d+$/.test(label)) return label;
  const number = Number(label);
  if (number < 0) return undefined; // Hugging Face has -1 where nobody knows
  return names[number] ?? fail("data/class-number", { picture, label, count: names.length });
}

/** Texts, and whole numbers and fractions as texts; undefined for what is absent, empty or something else. */
function textOf(value: unknown): string | undefined {
  if (value instanceof Uint8Array) return textOf(new TextDecoder().decode(value));
  const isText = typeof value === "string" && value !== "";
  return isText || typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
}

interface Place {
  readonly path: string;
  readonly line: number;
}

function splitOf(place: Place, value: string): Side {
  const needed = "train, validation or test";
  return sideCalled(value) ?? fail("data/list-value", { ...place, column: "split", value, needed });
}

function weightOf(place: Place, value: string): number {
  const weight = Number(value);
  if (Number.isFinite(weight) && weight > 0) return weight;
  return fail("data/list-value", { ...place, column: "weight", value, needed: "a number above 0" });
}
