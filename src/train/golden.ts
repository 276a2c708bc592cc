// golden.json beside a model file: a few pictures and what the network of the training process said of them, before there
// was a file. Whoever opens the file can hold its answers against them. A model without golden.json is not checked.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Pixels } from "../data/resize.ts";
import { evaluationView } from "../data/view.ts";
import { fail } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import { joinedViews } from "./joined-views.ts";

/** What a model says of pictures. */
export interface Answers {
  /** [pictures, classes] */
  readonly logits: Float32Array;
  /** [pictures, classes] */
  readonly probabilities: Float32Array;
  /** [pictures]; undefined where the model does not say it. */
  readonly distance: Float32Array | undefined;
}

/** A picture, and what is to be said of it. */
export interface GoldenCase {
  readonly width: number;
  readonly height: number;
  /** Base64 of uint8 [height, width, 3], red, green, blue. */
  readonly rgb: string;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  /** Absent where the model does not say it. */
  readonly distance?: number;
}

/** The answers by themselves, whichever file is to give them. */
export interface GoldenAnswers {
  /** Largest differences that are no error; those of numbers above 1 as a share of them. */
  readonly tolerance: { readonly logits: number; readonly probabilities: number; readonly distance: number };
  readonly cases: readonly GoldenCase[];
}

/** What golden.json holds. */
export interface Golden extends GoldenAnswers {
  /** Name of the model file beside it. */
  readonly file: string;
  readonly sha256: string;
}

/** golden.json for a model file. */
export function goldenFor(answers: GoldenAnswers, file: string, bytes: Uint8Array): Golden {
  const { tolerance, cases } = answers;
  return { file, sha256: sha256(bytes), tolerance, cases };
}

/** What golden.json beside a model file says of it; undefined where there is none or it is about another file. */
export async function readGolden(modelPath: string): Promise<Golden | undefined> {
  const path = join(dirname(modelPath), "golden.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const golden = parsed(text) ?? fail("model/golden-mismatch", { path: modelPath, what: "it cannot be read" });
  return golden.file === basename(modelPath) ? golden : undefined;
}

/**
 * Holds a model against its golden.json.
 *
 * @throws model/golden-mismatch
 */
export async function checkGolden(
  golden: Golden,
  model: { readonly path: string; readonly bytes: Uint8Array },
  format: InputFormat,
  answer: (views: Uint8Array) => Promise<Answers>,
): Promise<void> {
  const mismatch = (what: string) => fail("model/golden-mismatch", { path: model.path, what });
  const found = sha256(model.bytes);
  if (found !== golden.sha256) mismatch(`the file's SHA-256 is ${found}, not ${golden.sha256}`);
  const pictures = golden.cases.map(({ width, height, rgb }) => ({
    width,
    height,
    pixels: new Uint8Array(Buffer.from(rgb, "base64")),
  }));
  const answers = await answer(viewsOf(pictures, format));
  for (const kind of ["logits", "probabilities", "distance"] as const) {
    const difference = largestDifference(
      answers[kind] ?? [],
      golden.cases.flatMap((one) => one[kind] ?? []),
    );
    const allowed = golden.tolerance[kind];
    if (!(difference <= allowed))
      mismatch(`${kind} differ by ${difference.toPrecision(2)}, where ${allowed} is allowed`);
  }
}

function largestDifference(some: ArrayLike<number>, others: readonly number[]): number {
  if (some.length !== others.length) return Number.POSITIVE_INFINITY;
  return others.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - some[i]!) / Math.max(1, Math.abs(value))),
    0,
  );
}

/** Their views one behind the other, [pictures, size, size, 3]. */
export function viewsOf(pictures: readonly Pixels[], format: InputFormat): Uint8Array {
  return joinedViews(pictures.map((picture) => evaluationView(picture, format)));
}

function parsed(text: string): Golden | undefined {
  try {
    const golden = JSON.parse(text) as Golden;
    return Array.isArray(golden.cases) && golden.tolerance !== undefined ? golden : undefined;
  } catch {
    return undefined;
  }
}

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
