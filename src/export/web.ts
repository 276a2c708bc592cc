// The model as a folder of static files: a page that classifies a picture or the camera in the browser alone. The page lies
// in web-page as it is shipped, plain JavaScript with its types in comments: what a user finds in the folder can be read
// and changed there, and nothing has to be compiled where the program runs from its sources. Serves nothing.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";
import { writeModel } from "../onnx/write.ts";
import { type ModelCard, withInput } from "../train/model-file.ts";
import { readReport } from "../train/run-folder.ts";
import type { ExportedFile, Exporter } from "./exporter.ts";
import { webRuntime } from "./web-runtime.ts";

/** On pictures that the model did not learn from. */
interface KnownAccuracy {
  readonly share: number;
  readonly pictures: number;
}

/** @throws export/page-takes-pictures */
export const exportWeb: Exporter = async (source, { input }) => {
  const { card, bytes, path } = source;
  if (input !== "image") fail("export/page-takes-pictures", { input });
  const model = card.input === input ? bytes : writeModel(withInput(source, input).model);
  const runtime = (await webRuntime()).map(({ name, content }) => ({ name: `onnxruntime/${name}`, content }));
  const facts = modelFacts(card, model, await accuracyOf(path, card));
  return [
    ...(await pageFiles()),
    ...runtime,
    { name: "model.onnx", content: model },
    { name: "model.json", content: `${JSON.stringify(facts, null, 2)}\n` },
  ];
};

const page = fileURLToPath(new URL("./web-page/", import.meta.url));

/** The page itself: all of web-page but its tests. */
export async function pageFiles(): Promise<readonly ExportedFile[]> {
  const names = (await readdir(page, { recursive: true })).filter((name) => /\.(?:css|html|js|svg|txt)$/.test(name));
  return Promise.all(
    names.sort().map(async (name) => {
      return { name: name.replaceAll("\\", "/"), content: await readFile(join(page, name)) };
    }),
  );
}

function modelFacts(card: ModelCard, model: Uint8Array, accuracy: KnownAccuracy | null) {
  const sha256 = createHash("sha256").update(model).digest("hex");
  return { ...card, input: "image", accuracy, file: { name: "model.onnx", sizeBytes: model.length, sha256 } };
}

/** What the report beside the model says, where it is about this model. */
async function accuracyOf(modelPath: string, card: ModelCard): Promise<KnownAccuracy | null> {
  const report = await readReport(dirname(modelPath)).catch(() => null);
  if (report === null || report.parametersHash !== card.parametersHash) return null;
  const { accuracy, images } = report.test ?? report.validation;
  return images === 0 ? null : { share: accuracy, pictures: images };
}
