// What the exit code of a command means, and which error leads to which.

import { type ErrorCode, ReinceptionError } from "../errors.ts";

export const exitCodes = {
  0: "all went well",
  1: "a fault of reinception itself",
  2: "a command or an option that does not fit",
  3: "the pictures: not found, unreadable, too few",
  4: "a run, a model or weights",
  6: "the machine: memory, disk, the engine",
  130: "stopped by Ctrl-C",
  143: "stopped by SIGTERM",
} as const;

export type ExitCode = keyof typeof exitCodes;

/** The part of an error code before the slash. */
type Area = ErrorCode extends `${infer A}/${string}` ? A : never;

const codes = {
  options: 2,
  dashboard: 2,
  optimize: 2,
  serve: 2,
  data: 3,
  corrections: 3,
  evaluate: 3,
  head: 3,
  predict: 3,
  export: 4,
  inspect: 4,
  model: 4,
  onnx: 4,
  retain: 4,
  run: 4,
  train: 4,
  weights: 4,
  cache: 6,
  engine: 6,
  http: 6,
} as const;
/** An area without an exit code is a compile error here. */
const byArea: Readonly<Record<Area, ExitCode>> = codes;

export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof ReinceptionError)) return 1;
  const [area] = error.code.split("/") as [Area];
  return byArea[area];
}
