// The same thirty pictures of three classes as a source of every kind. They come out of a parquet file that pyarrow wrote,
// and are held against the hashes that Python has of them.

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readLocated } from "../../src/data/read-located.ts";
import type { Files } from "./source-folder.ts";
import { tarOf } from "./tar-writer.ts";
import { zipOf } from "./zip-writer.ts";

export interface Picture {
  readonly className: string;
  /** Within its class. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/sources/${name}`, import.meta.url));
export const parquetOfThirty = fixture("photos.parquet");
export const plainColumns = fixture("plain-columns.parquet");

/** In the order of the parquet file. */
export async function thirtyPictures(): Promise<readonly Picture[]> {
  const known = JSON.parse(readFileSync(fixture("photos.json"), "utf8")) as {
    readonly "photos.parquet": readonly { readonly path: string; readonly class: string; readonly sha256: string }[];
  };
  const pictures: Picture[] = [];
  for (const [row, { path, class: className, sha256 }] of known["photos.parquet"].entries()) {
    const bytes = await readLocated({ kind: "parquet", file: parquetOfThirty, column: "image", row });
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== sha256) throw new Error(`row ${row} has other bytes than Python wrote`);
    pictures.push({ className, file: path, sha256, bytes });
  }
  return pictures;
}

export const sourceKinds = [
  ...["folder", "csv", "semicolons", "tsv", "jsonl", "imagefolder", "zip", "wrapped zip", "tar", "tar shards"],
  ...["webdataset", "webdataset with numbers", "parquet", "parquet shards", "two folders"],
] as const;
export type Kind = (typeof sourceKinds)[number];

/** Writes them as a source of this kind; returns what to give as data. */
export function asSource(kind: Kind, pictures: readonly Picture[], write: (files: Files) => string): readonly string[] {
  const named = pictures.map((picture) => ({ ...picture, name: `${picture.className}/${picture.file}` }));
  const flat = Object.fromEntries(named.map(({ file, bytes }) => [`images/${file}`, bytes]));
  const lines = (sign: string) => named.map(({ file, className }) => `images/${file}${sign}${className}\r\n`).join("");
  const json = (key: string) =>
    named.map(({ file, className }) => JSON.stringify({ [key]: `images/${file}`, label: className })).join("\n");
  const members = named.map(({ name, bytes }) => ({ name, bytes }));
  const classes = ["клетки", "stripes", "discs"];
  const samples = named.flatMap(({ className, bytes }, i) => {
    const key = `${i}`.padStart(6, "0");
    return [
      { key, className, member: { name: `${key}.jpg`, bytes } },
      { key, className, member: undefined },
    ].map(({ member }) => ({ key, className, member }));
  });
  const wds = (label: (className: string) => string) =>
    tarOf(
      samples.map(
        ({ key, className, member }) => member ?? { name: `${key}.cls`, bytes: Buffer.from(label(className)) },
      ),
    );
  switch (kind) {
    case "folder":
      return [write(Object.fromEntries(named.map(({ name, bytes }) => [name, bytes])))];
    case "csv":
      return [join(write({ ...flat, "list.csv": `path,label\n${lines(",")}` }), "list.csv")];
    case "semicolons":
      return [join(write({ ...flat, "list.csv": `\ufeffLabel; Path\n${reversed(lines(";"))}` }), "list.csv")];
    case "tsv":
      return [join(write({ ...flat, "list.tsv": `path\tlabel\n${lines("\t")}` }), "list.tsv")];
    case "jsonl":
      return [join(write({ ...flat, "list.jsonl": json("path") }), "list.jsonl")];
    case "imagefolder":
      return [write({ ...flat, "metadata.jsonl": json("file_name") })];
    case "zip":
      return [join(write({ "photos.zip": zipOf(members) }), "photos.zip")];
    case "wrapped zip": {
      const wrapped = members.map(({ name, bytes }) => ({ name: `my photos/${name}`, bytes, deflated: false }));
      const hidden = { name: "__MACOSX/my photos/._1.jpg", bytes: Buffer.from("x") };
      return [join(write({ "photos.zip": zipOf([hidden, ...wrapped]) }), "photos.zip")];
    }
    case "tar":
      return [join(write({ photos: tarOf(members.map((one) => ({ ...one, name: `./${one.name}` }))) }), "photos")];
    case "tar shards":
      return [write({ "a/0.tar": tarOf(members.slice(0, 11)), "a/1.tar": tarOf(members.slice(11)) })];
    case "webdataset":
      return [join(write({ "photos.tar": wds((name) => name) }), "photos.tar")];
    case "webdataset with numbers":
      return [
        write({ "0.tar": wds((name) => `${classes.indexOf(name)}\n`), "classes.txt": `${classes.join("\n")}\n` }),
      ];
    case "parquet":
      return [parquetOfThirty];
    case "parquet shards": {
      const folder = write({ "data/README.md": "thirty pictures" });
      copyFileSync(parquetOfThirty, join(folder, "data/train-00000-of-00001.parquet"));
      return [folder];
    }
    case "two folders":
      return [0, 1].map((half) =>
        write(Object.fromEntries(named.flatMap(({ name, bytes }, i) => (i % 2 === half ? [[name, bytes]] : [])))),
      );
  }
}

function reversed(lines: string): string {
  return lines
    .split("\r\n")
    .map((line) => line.split(";").reverse().join(";"))
    .join("\n");
}
