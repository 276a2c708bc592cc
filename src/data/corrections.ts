// What users have said of pictures since: another class, another side, or that a picture is to take no part. Pictures are
// named by their content, so that files may be moved and renamed; nothing is done to them. Pure: from lines to what holds.

import { fail } from "../errors.ts";

/** What a change says of its pictures. */
export type Correction =
  | { readonly kind: "class"; readonly class: string }
  | { readonly kind: "side"; readonly side: "train" | "validation" }
  | { readonly kind: "excluded" };

export interface CorrectedPicture {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string;
  /** For people who read the file; nothing goes by it. */
  readonly name: string;
}

/** One change, made at once. */
export interface CorrectionChange {
  /** When, as in 2026-01-31T12:00:00.000Z. */
  readonly at: string;
  readonly pictures: readonly CorrectedPicture[];
  /** Null takes back everything that was said of these pictures. */
  readonly correction: Correction | null;
}

/** Takes the last change back that has not been taken back yet. */
export interface Undoing {
  readonly at: string;
  readonly undo: true;
}

/**
 * What holds of a picture: its class, its side and whether it takes part, each as was said last, until all of it is taken
 * back.
 */
export interface Corrected {
  readonly class?: string;
  readonly side?: "train" | "validation";
  readonly excluded?: true;
  readonly at: string;
  /** Of the last change to it; lines are counted from 1. */
  readonly file: string;
  readonly line: number;
}

export interface FileOfCorrections {
  /** Those that hold, the last one last. */
  readonly changes: readonly (CorrectionChange & { readonly line: number })[];
  /** By the hash of the picture. */
  readonly pictures: ReadonlyMap<string, Corrected>;
}

/**
 * Reads the text of a file, a change on each line.
 *
 * @param path - for messages
 * @throws corrections/line
 */
export function parseCorrections(text: string, path: string): FileOfCorrections {
  const changes: (CorrectionChange & { readonly line: number })[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const said = parsedLine(line);
    if (typeof said === "string") return fail("corrections/line", { path, line: i + 1, reason: said });
    if ("undo" in said) changes.pop();
    else changes.push({ ...said, line: i + 1 });
  }
  return { changes, pictures: holding(changes, path) };
}

/** A line as it stands in the file. */
export function correctionLine(said: CorrectionChange | Undoing): string {
  return `${JSON.stringify(said)}\n`;
}

function holding(changes: FileOfCorrections["changes"], file: string): ReadonlyMap<string, Corrected> {
  const found = new Map<string, Corrected>();
  for (const { at, pictures, correction, line } of changes)
    for (const { hash } of pictures) {
      const place = { at, file, line };
      if (correction === null) found.delete(hash);
      else found.set(hash, { ...found.get(hash), ...what(correction), ...place });
    }
  return found;
}

function what(correction: Correction): Pick<Corrected, "class" | "side" | "excluded"> {
  if (correction.kind === "class") return { class: correction.class };
  return correction.kind === "side" ? { side: correction.side } : { excluded: true };
}

/** What a line says, or why it says nothing. */
function parsedLine(line: string): CorrectionChange | Undoing | string {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return "it is no JSON";
  }
  if (!isRecord(said)) return "it is no object";
  const { at, undo, pictures, correction } = said;
  if (typeof at !== "string") return '"at" is missing';
  if (undo !== undefined) return undo === true ? { at, undo } : '"undo" can only be true';
  if (!Array.isArray(pictures) || !pictures.every(isPicture))
    return '"pictures" must list objects with the "hash" and "name" of each';
  if (!isCorrection(correction))
    return '"correction" must be null, or of the kind "class", "side" ("train" or "validation") or "excluded"';
  return { at, pictures: pictures.map(({ hash, name }) => ({ hash, name })), correction };
}

function isPicture(value: unknown): value is CorrectedPicture {
  return isRecord(value) && /^[0-9a-f]{64}$/.test(String(value.hash)) && typeof value.name === "string";
}

function isCorrection(value: unknown): value is Correction | null {
  if (value === null) return true;
  if (!isRecord(value)) return false;
  if (value.kind === "class") return typeof value.class === "string" && value.class !== "";
  if (value.kind === "side") return value.side === "train" || value.side === "validation";
  return value.kind === "excluded";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
