// A finished model, ready to classify. Pictures are decoded, resized and cropped by our own threads, so of the file only
// the part behind its prologue runs, which would do the same to the last bit.

import { writeModel } from "../onnx/write.ts";
import { openModel } from "../runtime/session.ts";
import { type Answers, checkGolden, readGolden, sha256 } from "./golden.ts";
import { readModelBytes } from "./locate-model.ts";
import { type ModelCard, readModelFile, takingViews } from "./model-file.ts";

export interface OpenModel {
  readonly card: ModelCard;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Whether a golden.json lay beside it, with which it agrees. */
  readonly checked: boolean;
  /** What the model says of views [batch, size, size, 3]. */
  answers(views: Uint8Array): Promise<Answers>;
  close(): Promise<void>;
}

/**
 * Opens the model of a run or a model file, and checks it where a golden.json lies beside it.
 *
 * @throws model/..., onnx/...
 */
export async function openModelFile(path: string, threads: number): Promise<OpenModel> {
  const located = await readModelBytes(path);
  const { model, card } = readModelFile(located.path, located.bytes);
  const golden = await readGolden(located.path);
  const session = await openModel(writeModel(takingViews({ model, card })), { threads });
  const answers = async (view: Uint8Array) => {
    const { logits, probabilities, distance } = (await session.run({ view })) as Record<string, Float32Array>;
    return { logits: logits!, probabilities: probabilities!, distance };
  };
  if (golden !== undefined) await checkGolden(golden, located, card.inputFormat, answers);
  const checked = golden !== undefined;
  return { card, sha256: sha256(located.bytes), checked, answers, close: () => session.release() };
}
