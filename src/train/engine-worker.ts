// Runs in a worker thread: the engine with one model, so that the thread which reads requests goes on while the engine
// computes. Nothing else of the process may load the engine, which bears that once.

import { parentPort, workerData } from "node:worker_threads";
import { ReinceptionError } from "../errors.ts";
import type { EngineAnswer, EngineSettings } from "./engine-thread.ts";
import { openModelFile } from "./open-model.ts";

const { model: path, threads } = workerData as EngineSettings;
const port = parentPort!;

try {
  const model = await openModelFile(path, threads);
  port.on("message", async (views: Uint8Array | "close") => {
    if (views === "close") return void model.close().then(() => port.close());
    await model.answers(views).then((answers) => say({ kind: "answers", answers }), sayError);
  });
  const { card, sha256, checked } = model;
  say({ kind: "opened", opened: { card, sha256, checked } });
} catch (error) {
  sayError(error);
  port.close();
}

function sayError(error: unknown): void {
  if (error instanceof ReinceptionError) say({ kind: "problem", code: error.code, found: error.found, fix: error.fix });
  else say({ kind: "bug", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

function say(answer: EngineAnswer): void {
  port.postMessage(answer);
}
