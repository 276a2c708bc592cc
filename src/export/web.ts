// The model as a folder of static files: a page that classifies a picture or the camera in the browser alone. The page lies
// in web-page as it is shipped, plain JavaScript with its types in comments: what a user finds in the folder can be read
// and changed there, and nothing has to be compiled where the program runs from its sources. Serves nothing.

import { createHash } from "node:crypto";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelCard } from "../train/model-file.ts";
import { copyWebRuntime } from "./web-runtime.ts";

/** What the page says about the model besides its card. */
export interface WebFacts {
  /** On pictures that it did not learn from: the share that was right, and how many there were. */
  readonly accuracy?: { readonly share: number; readonly pictures: number };
}

const page = fileURLToPath(new URL("./web-page/", import.meta.url));

/** What of web-page is the page: its tests stay behind. */
export function isPageFile(path: string): boolean {
  return !/\.(?:test|d)\.ts$/.test(path);
}

/**
 * Writes the folder: index.html, page/, onnxruntime/, model.onnx, model.json, README.txt.
 *
 * @param model - an ONNX file that takes `image`, uint8 [batch, height, width, 3] of any height and width
 * @param folder - made where it is not there; files of the same names are replaced
 * @returns the names of what was written, files and folders
 */
export async function writeWebFolder(
  model: Uint8Array,
  card: ModelCard,
  folder: string,
  { accuracy }: WebFacts = {},
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  await cp(page, folder, { recursive: true, filter: isPageFile });
  await copyWebRuntime(join(folder, "onnxruntime"));
  await writeFile(join(folder, "model.onnx"), model);
  const sha256 = createHash("sha256").update(model).digest("hex");
  const file = { name: "model.onnx", sizeBytes: model.length, sha256 };
  const facts = { ...card, accuracy: accuracy ?? null, file };
  await writeFile(join(folder, "model.json"), `${JSON.stringify(facts, null, 2)}\n`);
  return ["README.txt", "index.html", "model.json", "model.onnx", "onnxruntime", "page"];
}
