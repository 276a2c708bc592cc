// What a path leads to, by what is there and not by how it is called; names only decide between lists, and between what
// lies together in a folder.

import { promises as fs } from "node:fs";
import { fail, ReinceptionError } from "../../errors.ts";
import { reasonOf, type Walk, walk } from "../walk.ts";
import { namedLikePicture, pictureKind } from "../picture-kind.ts";
import { findColumn } from "./list-rows.ts";

export type SourceKind =
  | { readonly kind: "folder"; readonly walk: Walk }
  /** Of .tar or .parquet files. */
  | { readonly kind: "shards"; readonly of: "tar" | "parquet"; readonly walk: Walk }
  /** A folder with metadata.csv or metadata.jsonl, at its top or in the folders of its splits. */
  | { readonly kind: "listed folder"; readonly lists: readonly Walk["files"][number][] }
  | { readonly kind: "list"; readonly as: "json" | "delimited" }
  | { readonly kind: "zip" | "tar" | "parquet" };

/** @throws data/not-found, data/folder-closed, data/unknown-source, data/compressed */
export async function sourceKind(path: string): Promise<SourceKind> {
  const found = await fs.stat(path).catch(reasonOf);
  if (found === "ENOENT" || found === "ENOTDIR") fail("data/not-found", { path });
  if (typeof found === "string") fail("data/folder-closed", { path, reason: found });
  try {
    return found.isDirectory() ? await folderKind(path) : fileKind(path, await headOf(path));
  } catch (error) {
    if (error instanceof ReinceptionError) throw error;
    return fail("data/folder-closed", { path, reason: reasonOf(error) });
  }
}

const headBytes = 4096;

async function headOf(path: string): Promise<Uint8Array> {
  const file = await fs.open(path);
  const { buffer, bytesRead } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0).finally(() => file.close());
  return buffer.subarray(0, bytesRead);
}

function fileKind(path: string, head: Uint8Array): SourceKind {
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("PAR1")) return { kind: "parquet" };
  if (text.startsWith("PK\x03\x04") || text.startsWith("PK\x05\x06")) return { kind: "zip" };
  if (text.startsWith("\x1f\x8b")) return fail("data/compressed", { path, unpacked: unpackedName(path) });
  if (text.slice(257, 262) === "ustar" || /\.tar$/i.test(path)) return { kind: "tar" };
  if (/\.(jsonl|ndjson)$/i.test(path)) return { kind: "list", as: "json" };
  if (/\.(csv|tsv)$/i.test(path)) return { kind: "list", as: "delimited" };
  if (pictureKind(head) !== undefined || namedLikePicture(path) || head.includes(0))
    return fail("data/unknown-source", { path });
  return { kind: "list", as: /^(\xef\xbb\xbf)?\s*\{/.test(text) ? "json" : "delimited" };
}

function unpackedName(path: string): string {
  return path.replace(/\.tgz$/i, ".tar").replace(/\.gz$/i, "");
}

async function folderKind(path: string): Promise<SourceKind> {
  const found = await walk(await fs.realpath(path));
  const lists = new Map<string, Walk["files"][number]>(); // by folder: one beside another names the same pictures
  for (const file of found.files) {
    const folder = file.parts.slice(0, -1).join("/");
    if (isMetadata(file.parts) && !lists.has(folder) && (await namesLabels(file.path))) lists.set(folder, file);
  }
  if (lists.size > 0) return { kind: "listed folder", lists: [...lists.values()] };
  const names = found.files.map(({ parts }) => parts.at(-1)!);
  if (names.some(namedLikePicture)) return { kind: "folder", walk: found };
  for (const of of ["parquet", "tar"] as const)
    if (names.some((name) => name.toLowerCase().endsWith(`.${of}`))) return { kind: "shards", of, walk: found };
  return { kind: "folder", walk: found };
}

/** Hugging Face's imagefolder has its list at the top, or one in the folder of each split. */
function isMetadata(parts: readonly string[]): boolean {
  return parts.length <= 2 && /^metadata\.(csv|jsonl)$/.test(parts.at(-1)!);
}

/** Whether a list has a column of classes; one that only has captions leaves the classes to the folders. */
async function namesLabels(path: string): Promise<boolean> {
  const [first = ""] = new TextDecoder().decode(await headOf(path)).split(/\r?\n/);
  const names = first.split(/[,;\t]/).map((name) => name.replaceAll('"', ""));
  if (!path.endsWith(".jsonl")) return findColumn("label", names) >= 0;
  try {
    return findColumn("label", Object.keys(JSON.parse(first) as object)) >= 0;
  } catch {
    return true; // its reader says what is wrong with it
  }
}
