// What every format is made of and what it gives: from a model file of ours to files with names.

import type { RunEvent, Stopping } from "../train/events.ts";
import type { Golden } from "../train/golden.ts";
import type { ModelInput, ModelWithCard } from "../train/model-file.ts";
import type { Comparison } from "./gate.ts";

/** The model that is exported. */
export interface ExportSource extends ModelWithCard {
  /** Absolute path of the model file. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What golden.json beside it says. */
  readonly golden: Golden | undefined;
}

export interface ExportSettings {
  /** What an exported model takes. */
  readonly input: ModelInput;
  /** Pictures on which it is measured how far values reach. */
  readonly calibration: number;
  /** Share of the held-back pictures that may be called wrong beyond those that the float model calls wrong. */
  readonly maxAccuracyLoss: number;
  /** Of the engine. */
  readonly threads: number;
}

export interface ExportedFile {
  /** Its name in the folder of the export, with "/" where it lies deeper. */
  readonly name: string;
  readonly content: Uint8Array | string;
  /** What whoever takes it should know, in words. */
  readonly note?: string;
  /** Beside the model it was made of, where it computes otherwise. */
  readonly comparison?: Comparison;
}

/**
 * Makes the files of one format, at once or telling how far it is; none when somebody asked to stop. Writes nothing
 * itself.
 */
export type Exporter = (
  source: ExportSource,
  settings: ExportSettings,
  stopping: Stopping,
) => Promise<readonly ExportedFile[]> | AsyncGenerator<RunEvent, readonly ExportedFile[]>;
