// The worker as a function from pixels to probabilities.

/** @import { FromWorker, ToWorker } from "./messages.js" */
/** @import { Pixels } from "./picture.js" */

/** Why the model cannot be used at all, in words without a full stop. */
export class ModelProblem extends Error {}

/**
 * @typedef {object} Answer
 * @property {Float32Array} probabilities - one for each class, in the model's order
 * @property {number} milliseconds
 */

/**
 * @typedef {object} Classifier
 * @property {Promise<number>} ready - the number of threads, once the model can be asked; rejects when it cannot
 * @property {(pixels: Pixels) => Promise<Answer>} classify - takes the bytes away from the caller
 */

/**
 * Starts the worker and lets it load the model.
 *
 * @param {number} sizeBytes - of the model file
 * @param {(share: number) => void} progress - called with the share of the model that has arrived
 * @returns {Classifier}
 */
export function startClassifier(sizeBytes, progress) {
  const worker = startWorker();
  /** @type {Map<number, { resolve: (answer: Answer) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let last = 0;
  const ready = new Promise((resolve, reject) => {
    worker.onmessage = (/** @type {MessageEvent<FromWorker>} */ { data }) => {
      if (data.type === "progress") progress(data.share);
      else if (data.type === "ready") resolve(data.threads);
      else if (data.type === "refused") reject(new ModelProblem(data.reason));
      else if (data.type === "stopped") waiting.get(data.id)?.reject(new Error(data.reason));
      else waiting.get(data.id)?.resolve(data);
      if ("id" in data) waiting.delete(data.id);
    };
    worker.onerror = (event) => {
      const error = new ModelProblem(event.message || "the engine did not start");
      reject(error);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
  });
  /** @param {ToWorker} message @param {Transferable[]} transfer */
  const send = (message, transfer = []) => worker.postMessage(message, transfer);
  send({ type: "load", sizeBytes });
  return {
    ready,
    classify({ width, height, rgb }) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ type: "classify", id, width, height, rgb }, [rgb.buffer]);
      });
    },
  };
}

/**
 * A worker from a blob has the Content-Security-Policy of the page; one from an address has that of its own answer, which
 * a server of files does not send.
 */
function startWorker() {
  const script = new URL("./worker.js", import.meta.url).href;
  const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: "text/javascript" }));
  return new Worker(url, { type: "module" });
}
