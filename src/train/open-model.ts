// A finished model, ready to classify. Pictures are decoded, resized and cropped by our own threads, so of the file only
// the part behind its prologue runs, which would do the same to the last bit.

import { writeModel } from "../onnx/write.ts";
import { openModel, type Session } from "../runtime/session.ts";
import { readModelBytes } from "./locate-model.ts";
import { type ModelCard, readModelFile, takingViews } from "./model-file.ts";

export interface OpenModel {
  readonly card: ModelCard;
  /** What the model says of views [batch, size, size, 3]; both [batch, classes]. */
  answers(views: Uint8Array): Promise<Answers>;
  close(): Promise<void>;
}

export interface Answers {
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
}

/**
 * Opens the model of a run or a model file.
 *
 * @throws model/..., onnx/...
 */
export async function openModelFile(path: string, threads: number): Promise<OpenModel> {
  const located = await readModelBytes(path);
  const found = readModelFile(located.path, located.bytes);
  const session: Session = await openModel(writeModel(takingViews(found)), { threads });
  const answers = async (view: Uint8Array) => {
    const { logits, probabilities } = await session.run({ view });
    return { logits: logits as Float32Array, probabilities: probabilities as Float32Array };
  };
  return { card: found.card, answers, close: () => session.release() };
}
