// From what was asked of an export to everything it depends on: checks it, fills in defaults, makes paths absolute.

import { existsSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fail } from "../errors.ts";
import { type OptionValues, options } from "../options.ts";
import { availableCores } from "../train/machine.ts";
import { checkAll, pathOf } from "../train/resolve.ts";
import type { ExportInput } from "./export-model.ts";

export interface ExportOptions {
  /** A run's folder or a model.onnx. */
  readonly model: string;
  readonly format?: OptionValues["format"] | undefined;
  /** What the exported model takes. */
  readonly input?: OptionValues["input"] | undefined;
  /** Pictures of the run on which onnx-fp16 and onnx-int8 measure how far values reach. */
  readonly calibration?: number | undefined;
  /** Share of the held-back pictures that onnx-fp16 and onnx-int8 may lose. */
  readonly maxAccuracyLoss?: number | undefined;
  /** Of the engine. */
  readonly threads?: number | undefined;
  /** Folder to write; one in the run that is named as the format if absent. */
  readonly out?: string | undefined;
}

/** @throws options/... */
export function resolveExport(asked: ExportOptions, folder = process.cwd()): ExportInput {
  const { model, ...rest } = asked;
  const given = checkAll(rest, ["model"], "export");
  const path = resolve(folder, pathOf(model, "the run or model", "reinception export runs/first"));
  const format = given.format ?? options.format.default;
  if (given.input === "pixels" && (format === "safetensors" || format === "bundle"))
    fail("options/not-with", { option: "--input pixels", other: `--format ${format}`, fix: "Leave out --input." });
  const run = extname(path) === ".onnx" && existsSync(path) ? dirname(path) : path;
  return {
    model: path,
    format,
    input: given.input ?? options.input.default,
    calibration: given.calibration ?? options.calibration.default,
    maxAccuracyLoss: given.maxAccuracyLoss ?? options.maxAccuracyLoss.default,
    threads: given.threads ?? availableCores(),
    out: given.out === undefined ? join(run, format) : resolve(folder, given.out),
  };
}
