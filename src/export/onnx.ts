// The model file itself, with the input asked for, and golden.json that belongs to it.

import { writeModel } from "../onnx/write.ts";
import { goldenFor } from "../train/golden.ts";
import { withInput } from "../train/model-file.ts";
import type { ExportedFile, Exporter } from "./exporter.ts";

export const exportOnnx: Exporter = async (source, { input }) => {
  const { card, bytes, golden } = source;
  const content = input === card.input ? bytes : writeModel(withInput(source, input).model);
  return [{ name: "model.onnx", content }, ...(golden === undefined ? [] : [goldenFile(golden)])];

  function goldenFile(answers: NonNullable<typeof golden>): ExportedFile {
    const name = "golden.json";
    return { name, content: `${JSON.stringify(goldenFor(answers, "model.onnx", content), null, 2)}\n` };
  }
};
