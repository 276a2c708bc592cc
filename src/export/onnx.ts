// The model file itself, with the input asked for, and golden.json that belongs to it.

import { writeModel } from "../onnx/write.ts";
import { goldenFor } from "../train/golden.ts";
import { type ModelInput, withInput } from "../train/model-file.ts";
import type { ExportedFile, Exporter, ExportSource } from "./exporter.ts";

export const exportOnnx: Exporter = async (source, { input }) => onnxFiles(source, input);

/** model.onnx, and golden.json where the model has one. */
export function onnxFiles(source: ExportSource, input: ModelInput): readonly ExportedFile[] {
  const { card, bytes, golden } = source;
  const content = input === card.input ? bytes : writeModel(withInput(source, input).model);
  const model = { name: "model.onnx", content };
  if (golden === undefined) return [model];
  const answers = goldenFor(golden, "model.onnx", content);
  return [model, { name: "golden.json", content: `${JSON.stringify(answers, null, 2)}\n` }];
}
