// answers.safetensors of a run: what the finished network says of every picture that took part, and what it says it from.
// Pictures are not looked at again to show where the network errs, to find those nearest to a new one, or to fit the head
// anew when labels have been mended.
//
// Rows are in the order of images.jsonl. Both files belong together by the hash of the parameters.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../errors.ts";
import { readNumbers, writeNumbers } from "../weights/numbers-file.ts";
import { type ImageLine, readImageLines } from "./run-images.ts";
import { readReport } from "./run-folder.ts";
import type { Answers } from "./stepper.ts";

export const answersName = "answers.safetensors";

/** A picture that took part in a run. */
export type AnsweredPicture = Extract<ImageLine, { readonly hash: string }>;

export interface RunAnswers {
  readonly pictures: readonly AnsweredPicture[];
  readonly classes: readonly string[];
  /** Row-major [pictures, classes], before the temperature. */
  readonly logits: Float32Array;
  /** Row-major [pictures, features]: what enters the head. */
  readonly features: Float32Array;
  /** What logits are divided by before the softmax. */
  readonly temperature: number;
  /** The distance of features that counts as 1, as in the model's output `distance`. */
  readonly unit: number;
}

/**
 * The bytes of the file.
 *
 * @param unit - see RunAnswers
 */
export function answersFile(sides: readonly Answers[], parametersHash: string, unit: number): Uint8Array {
  const numbers = new Map([
    ["features", joined(sides.map(({ features }) => features))],
    ["logits", joined(sides.map(({ logits }) => logits))],
  ]);
  return writeNumbers(numbers, { parametersHash, unit: String(unit) });
}

/**
 * Reads what a finished run's network said.
 *
 * @param run - path of its folder
 * @throws run/not-a-run where a file is missing, run/answers where they are not of this run's model
 */
export async function readAnswers(run: string): Promise<RunAnswers> {
  const { classes, parametersHash, calibration } = await readReport(run);
  const path = join(run, answersName);
  const file = await readFile(path).catch(() => fail("run/not-a-run", { path: run, missing: answersName }));
  const { numbers, metadata } = readNumbers(file, path);
  const lines = await readImageLines(join(run, "images.jsonl"));
  const pictures = lines.filter((line): line is AnsweredPicture => "hash" in line);
  const [logits, features] = [numbers.get("logits"), numbers.get("features")];
  const unit = Number(metadata.unit);
  const fits =
    unit > 0 && logits?.length === pictures.length * classes.length && metadata.parametersHash === parametersHash;
  if (!fits || features === undefined) return fail("run/answers", { path: run });
  return { pictures, classes, logits, features, temperature: calibration.temperature, unit };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
