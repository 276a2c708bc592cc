// Everything that belongs to a model in one folder: the model, the names of its classes, pictures with known answers, a
// model card, and checksums of all of it.

import { createHash } from "node:crypto";
import type { ExportedFile, Exporter } from "./exporter.ts";
import { modelCardText } from "./model-card.ts";
import { onnxFiles } from "./onnx.ts";
import { runFacts } from "./run-facts.ts";

export const exportBundle: Exporter = async (source, { input }) => {
  const { card, path, golden } = source;
  const facts = await runFacts(path, card);
  const files: readonly ExportedFile[] = [
    ...onnxFiles(source, input),
    { name: "labels.json", content: `${JSON.stringify(card.classes, null, 2)}\n` },
    { name: "MODEL_CARD.md", content: modelCardText(card, { facts, golden: golden !== undefined }) },
  ];
  return [...files, { name: "SHA256SUMS", content: sums(files) }];
};

/** As sha256sum writes them and `sha256sum -c` reads them. */
function sums(files: readonly ExportedFile[]): string {
  return files
    .map(({ name, content }) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`)
    .sort()
    .join("");
}
