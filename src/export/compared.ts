// A changed network as the files of an export: only what holds its own beside the float model becomes one.

import type { OnnxModel } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { type ModelWithCard, takingViews, withInput } from "../train/model-file.ts";
import type { RunImage } from "../train/views.ts";
import type { ExportedFile, ExportSettings, ExportSource } from "./exporter.ts";
import { checkLoss, compareModels } from "./gate.ts";

/** The network of a source from `pixels` on, which is what passes are made for. */
export function networkOf(source: ExportSource): OnnxModel {
  return withInput(source, "pixels").model;
}

/**
 * The file of a changed network, with how it compares.
 *
 * @param network - with the input `pixels`
 * @param images - which the model has not learnt from
 * @returns nothing when somebody asked to stop
 * @throws export/accuracy-lost
 */
export async function* comparedFile(
  source: ExportSource,
  network: OnnxModel,
  images: readonly RunImage[],
  { input, threads, maxAccuracyLoss }: ExportSettings,
  stopping: Stopping,
): AsyncGenerator<RunEvent, readonly ExportedFile[]> {
  const { card, bytes } = source;
  const changed: ModelWithCard = { model: network, card };
  const content = writeModel(withInput(changed, input).model);
  const comparison = yield* compareModels(
    {
      float: { model: takingViews(source), sizeBytes: bytes.length },
      exported: { model: takingViews(changed), sizeBytes: content.length },
      classes: card.classes.length,
      images,
      format: card.inputFormat,
      threads,
    },
    stopping,
  );
  if (comparison === undefined) return [];
  checkLoss(comparison, maxAccuracyLoss);
  return [{ name: "model.onnx", content, comparison }];
}
