// What there is to say about a dataset before anything learns from it: each odd picture, copies, classes, sides. Finds and
// counts; changes nothing and leaves nothing out. Pure.

import { type Finding, type FindingKind, finding } from "./audit-kinds.ts";
import { oddities, passedOver } from "./audit-picture.ts";
import type { LeftOut } from "./leave-out.ts";
import type { PictureFacts } from "./picture-facts.ts";
import type { Split, SplitImage } from "./split.ts";
import type { Skipped } from "./walk.ts";

export interface AuditedImage extends SplitImage {
  readonly name: string;
  /** The class that it had before a correction gave it another. */
  readonly was?: string;
}

export interface Audited {
  readonly classes: readonly string[];
  /** All that can be read. */
  readonly images: readonly AuditedImage[];
  /** By content. */
  readonly facts: ReadonlyMap<string, PictureFacts>;
  /** Positions of copies of one another, as `copiesOf` finds them. */
  readonly clusters: readonly (readonly number[])[];
  /** Files that take no part, copies that are left out not among them. */
  readonly skipped: readonly Skipped[];
  readonly split: Split;
  readonly leftOut: readonly LeftOut[];
}

export interface AuditedClass {
  readonly name: string;
  /** Pictures that can be read, those that are left out for a copy among them. */
  readonly pictures: number;
  /** Of those that take part. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface Audit {
  readonly pictures: number;
  readonly classes: readonly AuditedClass[];
  /** Pictures of the largest class for each of the smallest. */
  readonly imbalance: number;
  readonly findings: readonly Finding[];
}

/** Pictures of the largest class for each of the smallest, from which on it is worth a word. */
const muchLarger = 10;
/** Pictures of a class below which its accuracy is a matter of luck. */
const fewPictures = 10;

export function auditOf(audited: Audited): Audit {
  const { images, facts, skipped, leftOut } = audited;
  const classes = classesOf(audited);
  const sizes = classes.map(({ pictures }) => pictures);
  const imbalance = Math.max(...sizes) / Math.max(1, Math.min(...sizes));
  const nameOf = (at: number) => images[at]!.name;
  return {
    pictures: images.length,
    classes,
    imbalance,
    findings: [
      ...skipped.map(passedOver),
      ...leftOut.map((left) =>
        finding("across-splits", [nameOf(left.image), nameOf(left.copy)], whyLeftOut(left, nameOf)),
      ),
      ...copyFindings(audited),
      ...images.flatMap(({ name, hash }) => {
        const own = facts.get(hash);
        return own === undefined ? [] : oddities(name, own);
      }),
      ...correctionFindings(audited),
      ...classFindings(classes, imbalance),
    ],
  };
}

/** Why a picture is left out for its copy. */
export function whyLeftOut({ copy, copySide }: LeftOut, nameOf: (at: number) => string): string {
  const stays =
    copySide === "train" ? "without which its class could not be learned" : `which is held back for ${copySide}`;
  return `a copy of "${nameOf(copy)}", ${stays}`;
}

/** Files that are there several times, pictures that are nearly the same, and either in different classes. */
function copyFindings({ classes, images, clusters }: Audited): readonly Finding[] {
  return clusters.flatMap((members) => {
    const names = members.map((at) => images[at]!.name);
    const found: Finding[] = [];
    const contents = new Map<string, string[]>();
    for (const at of members)
      contents.set(images[at]!.hash, [...(contents.get(images[at]!.hash) ?? []), images[at]!.name]);
    for (const [hash, same] of contents)
      if (same.length > 1) found.push(finding("exact-duplicate", same, `SHA-256 ${hash.slice(0, 12)}`));
    if (contents.size > 1) found.push(finding("near-duplicate", names, `${contents.size} versions`));
    const labels = new Set(members.map((at) => classes[images[at]!.label]!));
    if (labels.size > 1)
      found.push(finding("label-conflict", names, `in ${[...labels].sort().map(quoted).join(" and ")}`));
    return found;
  });
}

/** Pictures that take part otherwise than they lie there. */
function correctionFindings({ classes, images }: Audited): readonly Finding[] {
  return images.flatMap(({ name, label, was, moved }) => [
    ...(was === undefined
      ? []
      : [finding("relabelled", [name], `${quoted(classes[label]!)}, and lies in ${quoted(was)}`)]),
    ...(moved === undefined ? [] : [finding("moved", [name], `to ${moved}`)]),
  ]);
}

function quoted(name: string): string {
  return `"${name}"`;
}

function classesOf({ classes, images, split, leftOut }: Audited): readonly AuditedClass[] {
  const empty = () => classes.map(() => 0);
  const counts = { pictures: empty(), train: empty(), validation: empty(), test: empty() };
  const gone = new Set(leftOut.map(({ image }) => image));
  for (const { label } of images) counts.pictures[label]!++;
  for (const side of ["train", "validation", "test"] as const)
    for (const at of split[side]) if (!gone.has(at)) counts[side][images[at]!.label]!++;
  return classes.map((name, label) => ({
    name,
    pictures: counts.pictures[label]!,
    train: counts.train[label]!,
    validation: counts.validation[label]!,
    test: counts.test[label]!,
  }));
}

function classFindings(classes: readonly AuditedClass[], imbalance: number): readonly Finding[] {
  const found: Finding[] = [];
  for (const side of ["train", "validation", "test"] as const) {
    if (classes.every((one) => one[side] === 0)) continue;
    for (const one of classes)
      if (one[side] === 0) found.push(finding("class-missing", [], `"${one.name}" has no picture in ${side}`));
  }
  const say = (kind: FindingKind, detail: string) => found.push(finding(kind, [], detail));
  for (const { name, pictures } of classes)
    if (pictures < fewPictures)
      say("small-class", `"${name}" has ${pictures} ${pictures === 1 ? "picture" : "pictures"}`);
  if (imbalance >= muchLarger) {
    const [smallest, largest] = [
      classes.reduce(smaller),
      classes.reduce((one, other) => (smaller(one, other) === one ? other : one)),
    ];
    say("imbalance", `"${largest.name}" has ${largest.pictures} pictures, "${smallest.name}" has ${smallest.pictures}`);
  }
  return found;
}

function smaller(one: AuditedClass, other: AuditedClass): AuditedClass {
  return other.pictures < one.pictures ? other : one;
}
