// A changed network as the files of an export: only what holds its own beside the float model becomes one. Its answers are
// a little different, so what it promises of sets and distances is measured anew on the pictures it is compared on.

import { keepNumbers } from "../head/kept-numbers.ts";
import type { OnnxModel } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import type { TensorData } from "../runtime/session.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { type ModelCard, networkIn, takingViews, withInput, withNetwork } from "../train/model-file.ts";
import type { RunImage } from "../train/views.ts";
import type { ExportedFile, ExportSettings, ExportSource } from "./exporter.ts";
import { checkLoss, compareModels } from "./gate.ts";

/** The network of a source from `pixels` on, which is what passes are made for. */
export function networkOf(source: ExportSource): OnnxModel {
  return networkIn(source);
}

/**
 * The file of a changed network, with how it compares.
 *
 * @param network - what `networkOf` gave, changed
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
  const changed = withNetwork(source, network);
  const sizeBytes = writeModel(withInput(changed, input).model).length;
  const heard = listener(card.classes.length);
  const comparison = yield* compareModels(
    {
      float: { model: takingViews(source), sizeBytes: bytes.length },
      exported: { model: takingViews(changed), sizeBytes },
      classes: card.classes.length,
      images,
      format: card.inputFormat,
      threads,
      heard: heard.take,
    },
    stopping,
  );
  if (comparison === undefined) return [];
  checkLoss(comparison, maxAccuracyLoss);
  const promising = { ...changed, card: { ...changed.card, ...heard.promises() } };
  const content = writeModel(withInput(promising, input).model);
  const exported = { ...comparison.exported, sizeBytes: content.length };
  return [{ name: "model.onnx", content, comparison: { ...comparison, exported } }];
}

/** Gathers from a model's answers what its card is to say of them. */
function listener(classes: number) {
  const scores: number[] = [];
  const distances: number[] = [];
  return {
    take(images: readonly RunImage[], { probabilities, distance }: Readonly<Record<string, TensorData>>): void {
      for (const [row, { label }] of images.entries()) scores.push(1 - probabilities![row * classes + label]!);
      if (distance !== undefined) distances.push(...distance);
    },
    promises: (): Partial<ModelCard> => ({
      trueClassScores: keepNumbers(scores),
      ...(distances.length > 0 && { distances: keepNumbers(distances) }),
    }),
  };
}
