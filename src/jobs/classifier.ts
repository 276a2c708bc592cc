// A model that stays open, in a process of its own: a crash of the engine or of the decoder is an error for the requests
// that were under way, and the next request starts a fresh process.

import type { AskedOfPictures, ClassifierCard, ClassifierInput } from "../train/classification.ts";
import type { Explanation } from "../train/explanation.ts";
import type { Prediction } from "../train/predict.ts";
import { type ClassifierProcess, type EngineReport, startClassifierProcess } from "./classifier-process.ts";

export interface Classifier {
  readonly card: ClassifierCard;
  /**
   * Classifies pictures, given as the bytes of their files.
   *
   * @param signal - says that nobody waits any more
   * @returns one prediction for each picture, in their order; one that cannot be read has a problem instead
   * @throws predict/... when something is asked that the model cannot say; engine/classifier-crashed when the process ended
   *   meanwhile; the reason of the signal
   */
  classify(
    pictures: readonly Uint8Array[],
    asked?: AskedOfPictures,
    signal?: AbortSignal,
  ): Promise<readonly Prediction[]>;
  /**
   * Where the model looks in a picture when it says a class (Grad-CAM), and what its head is given, by which
   * `nearestPictures` finds pictures like it. The first time takes longer, since a program is made for it.
   *
   * @param label - index of the class; the most probable one if absent
   * @throws data/unreadable, model/no-class, model/no-parameters, engine/classifier-crashed; the reason of the signal
   */
  explain(picture: Uint8Array, label?: number, signal?: AbortSignal): Promise<Explanation>;
  /** Ends the process; what is under way is lost. */
  close(): Promise<void>;
}

/**
 * Opens a model in a child process.
 *
 * @param report - hears of every passage through the engine
 * @throws model/..., onnx/..., engine/classifier-crashed
 */
export async function startClassifier(
  input: ClassifierInput,
  report: (batch: EngineReport) => void,
): Promise<Classifier> {
  let closed = false;
  let living: ClassifierProcess | undefined;

  function current(): ClassifierProcess {
    if (closed) throw new Error("internal: the classifier is closed");
    if (living !== undefined) return living;
    const started = startClassifierProcess(input, report);
    living = started;
    void started.ended.then(() => {
      if (living === started) living = undefined;
    });
    return started;
  }

  return {
    card: await current().opened,
    classify: async (pictures, asked = {}, signal) => current().classify(pictures, asked, signal),
    explain: async (picture, label, signal) => current().explain(picture, label, signal),
    async close() {
      closed = true;
      living?.end();
      await living?.ended;
    },
  };
}
