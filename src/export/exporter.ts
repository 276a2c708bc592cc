// What every format is made of and what it gives: from a model file of ours to files with names.

import type { Golden } from "../train/golden.ts";
import type { ModelInput, ModelWithCard } from "../train/model-file.ts";

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
}

export interface ExportedFile {
  /** Its name in the folder of the export. */
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** Makes the files of one format. Writes nothing itself. */
export type Exporter = (source: ExportSource, settings: ExportSettings) => Promise<readonly ExportedFile[]>;
