// The engine, in a worker, so that the page stays alive while it computes: fetches the model and onnxruntime-web from
// beside the page, then answers one picture after the other. Shows nothing.

/** @import { Classify, FromWorker, ToWorker } from "./messages.js" */

const runtime = new URL("../onnxruntime/", import.meta.url);
const model = new URL("../model.onnx", import.meta.url);

/** @type {{ ort: typeof import("onnxruntime-web/wasm"), session: import("onnxruntime-web/wasm").InferenceSession } | undefined} */
let engine;

self.onmessage = async (/** @type {MessageEvent<ToWorker>} */ { data }) => {
  if (data.type === "classify") {
    say(await classify(data).catch((error) => ({ type: "stopped", id: data.id, reason: reasonOf(error) })));
    return;
  }
  try {
    await load(data.sizeBytes);
  } catch (error) {
    say({ type: "refused", reason: reasonOf(error) });
  }
};

/** @param {FromWorker} message */
function say(message) {
  self.postMessage(message);
}

/** @param {number} sizeBytes - of the model, as model.json has it */
async function load(sizeBytes) {
  const bytes = await fetchModel(sizeBytes);
  /** @type {typeof import("onnxruntime-web/wasm")} */
  const ort = await import(new URL("ort.wasm.bundle.min.js", runtime).href);
  ort.env.logLevel = "error";
  // several threads need memory that they share, which browsers give only to isolated pages
  ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1;
  // given as bytes, so that it does not matter which type the server says the file has
  ort.env.wasm.wasmBinary = await (await fetched(new URL("ort-wasm-simd-threaded.wasm", runtime))).arrayBuffer();
  const options = /** @type {const} */ ({ executionProviders: ["wasm"], logSeverityLevel: 3 }); // errors
  engine = { ort, session: await ort.InferenceSession.create(bytes, options) };
  say({ type: "ready", threads: ort.env.wasm.numThreads });
}

/**
 * @param {number} sizeBytes
 * @returns {Promise<Uint8Array>}
 */
async function fetchModel(sizeBytes) {
  const { body } = await fetched(model);
  if (body === null) throw new Error("the server sent nothing for model.onnx");
  const reader = body.getReader();
  const bytes = new Uint8Array(sizeBytes);
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (length + part.value.length > sizeBytes) throw new Error("model.onnx is longer than model.json says");
    bytes.set(part.value, length);
    length += part.value.length;
    say({ type: "progress", share: length / sizeBytes });
  }
  if (length < sizeBytes) throw new Error("model.onnx is shorter than model.json says");
  return bytes;
}

/** @param {URL} url */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} is not there (the server answered ${response.status})`);
  return response;
}

/**
 * @param {Classify} picture
 * @returns {Promise<FromWorker>}
 */
async function classify({ id, width, height, rgb }) {
  if (engine === undefined) throw new Error("the model is not loaded");
  const { ort, session } = engine;
  const start = performance.now();
  const image = new ort.Tensor("uint8", rgb, [1, height, width, 3]);
  const { probabilities } = await session.run({ image }, ["probabilities"]);
  const data = /** @type {Float32Array} */ (probabilities?.data);
  return { type: "answer", id, probabilities: data.slice(), milliseconds: performance.now() - start };
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
