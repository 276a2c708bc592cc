// The layout of WebDataset: files of one sample have one name up to the first dot, as in 0001.jpg and 0001.cls. The class
// stands in .cls (a number or a name), .json or .txt, and names for numbers in a list beside the shards or in the shard.
//
// https://github.com/webdataset/webdataset, "The WebDataset Format".

import { fail } from "../../errors.ts";
import type { OpenFiles } from "../open-files.ts";
import { namedLikePicture } from "../picture-kind.ts";
import type { Skipped } from "../walk.ts";
import { classNamer } from "./class-names.ts";
import type { ListedPicture, Listing, SourceFile } from "./listing.ts";
import { tooLarge } from "./sift.ts";

/** Class names by number, from a list beside the shards; undefined where there is none. */
export type NamesBeside = () => Promise<readonly string[] | undefined>;

/** Files of lists that are read, the first of them that is there. */
export const listNames = ["classes.json", "classes.txt", "classnames.txt"] as const;

const labelEndings = ["cls", "json", "txt"] as const;
type LabelEnding = (typeof labelEndings)[number];

/** For one label or one list; more is none. */
export const largestListBytes = 2 ** 20;

interface Sample {
  readonly pictures: SourceFile[];
  readonly labels: Map<LabelEnding, SourceFile>;
}

/**
 * Whether pictures have labels beside them by name. A caption beside a picture in a class folder is none, so of .json and
 * .txt alone only those count whose picture lies in no folder.
 */
export function isWebDataset(files: readonly SourceFile[]): boolean {
  return [...samplesOf(files).values()].some(
    ({ pictures: [picture], labels }) =>
      picture !== undefined && (labels.has("cls") || (labels.size > 0 && picture.parts.length === 1)),
  );
}

/**
 * @param files - in byte order
 * @throws data/class-number when there are names for numbers but none for one that is used; data/class-list
 */
export async function byWebDataset(
  files: readonly SourceFile[],
  beside: NamesBeside,
  open: OpenFiles,
): Promise<Listing> {
  const list = files.find(({ parts }) => listNames.some((name) => name === parts.at(-1)));
  const names = list === undefined ? await beside() : parseList(list.name, await textOf(list, open));
  const nameClass = classNamer();
  const pictures: ListedPicture[] = [];
  const skipped: Skipped[] = [];
  for (const sample of samplesOf(files).values()) {
    const [picture, ...others] = sample.pictures;
    if (picture === undefined) continue;
    const { name, locator, split } = picture;
    skipped.push(...others.map((other) => ({ path: other.name, reason: `belongs to the sample of ${name}` })));
    const reason = picture.sizeBytes === 0 ? "empty" : tooLarge(picture.sizeBytes);
    const label = reason === undefined ? await labelOf(sample, open) : undefined;
    if (reason !== undefined || label === undefined) {
      skipped.push({ path: name, reason: reason ?? "has no label beside it" });
      continue;
    }
    const className = nameClass(classOf(label, names, name));
    pictures.push({ locator, name, className, ...(split !== undefined && { split }) });
  }
  return { classes: [...new Set(pictures.map(({ className }) => className))], pictures, skipped };
}

/** By key: everything up to the first dot of the last part. */
function samplesOf(files: readonly SourceFile[]): ReadonlyMap<string, Sample> {
  const samples = new Map<string, Sample>();
  for (const file of files) {
    const base = file.parts.at(-1)!;
    const dot = base.indexOf(".");
    if (dot < 0) continue;
    const key = [...file.parts.slice(0, -1), base.slice(0, dot)].join("/");
    const ending = base.slice(dot + 1).toLowerCase();
    const sample: Sample = samples.get(key) ?? { pictures: [], labels: new Map() };
    samples.set(key, sample);
    if (namedLikePicture(base)) sample.pictures.push(file);
    const label = labelEndings.find((one) => one === ending);
    if (label !== undefined) sample.labels.set(label, file);
  }
  return samples;
}

/** The first label that says something. */
async function labelOf({ labels }: Sample, open: OpenFiles): Promise<string | undefined> {
  for (const ending of labelEndings) {
    const file = labels.get(ending);
    if (file === undefined) continue;
    const text = (await textOf(file, open)).trim();
    const label = ending === "json" ? labelInJson(text) : text;
    if (label !== undefined && label !== "") return label;
  }
  return undefined;
}

function labelInJson(text: string): string | undefined {
  const record = parseJson(text);
  if (typeof record !== "object" || record === null) return undefined;
  const fields = new Map(Object.entries(record));
  const value = ["label", "cls", "class", "class_name"]
    .map((name) => fields.get(name))
    .find((one) => one !== undefined);
  return typeof value === "string" || Number.isSafeInteger(value) ? String(value) : undefined;
}

function classOf(label: string, names: readonly string[] | undefined, picture: string): string {
  if (names === undefined || !/^\d+$/.test(label)) return label;
  return names[Number(label)] ?? fail("data/class-number", { picture, label, count: names.length });
}

/**
 * Class names by number: lines of text, or JSON with an array of names or a record from number to name or name to number.
 *
 * @throws data/class-list when it is something else
 */
export function parseList(path: string, text: string): readonly string[] {
  const names = path.endsWith(".json") ? namesInJson(text) : text.trimEnd().split(/\r?\n/);
  if (names === undefined || names.length === 0 || names.some((name) => name.trim() === ""))
    return fail("data/class-list", { path });
  if (new Set(names.map((name) => name.normalize("NFC"))).size < names.length) return fail("data/class-list", { path });
  return names;
}

function namesInJson(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  const byName = !Array.isArray(value) && Object.values(value).every((one) => typeof one === "number");
  const pairs = Object.entries(value).map(([key, one]) => (byName ? [Number(one), key] : [Number(key), one]));
  const names = pairs.sort(([left], [right]) => Number(left) - Number(right)).map(([, name]) => name);
  const counted = pairs.every(([number], i) => number === i);
  return counted && names.every((name) => typeof name === "string") ? names : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is too long for a label or a list is read as nothing. */
async function textOf({ locator, sizeBytes }: SourceFile, open: OpenFiles): Promise<string> {
  if (locator.kind !== "tar") throw new Error("internal: a sample that lies in no tar");
  if (sizeBytes > largestListBytes) return "";
  return new TextDecoder().decode(await open.readAt(locator.archive, locator.offset, sizeBytes));
}
