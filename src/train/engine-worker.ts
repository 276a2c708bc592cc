// Runs in a worker thread: the engine with one model, so that the thread which reads requests goes on while the engine
// computes. Nothing else of the process may load the engine, which bears that once.

import { parentPort, workerData } from "node:worker_threads";
import { ReinceptionError } from "../errors.ts";
import type { EngineAnswer, EngineRequest, EngineSettings } from "./engine-thread.ts";
import { type HeatMaps, openHeatMaps } from "./heat-maps.ts";
import { type OpenModel, openModelFile } from "./open-model.ts";

const { model: path, threads } = workerData as EngineSettings;
const port = parentPort!;
let heat: HeatMaps | undefined;

try {
  const model = await openModelFile(path, threads);
  let before: Promise<void> = Promise.resolve(); // one after the other, so that answers come in the order of requests
  port.on("message", (request: EngineRequest) => {
    before = before.then(() => answer(request, model)).catch(sayError);
  });
  const { card, sha256, checked } = model;
  say({ kind: "opened", opened: { card, sha256, checked } });
} catch (error) {
  sayError(error);
  port.close();
}

async function answer(request: EngineRequest, model: OpenModel): Promise<void> {
  if (request.kind === "answers") return say({ kind: "answers", answers: await model.answers(request.views) });
  if (request.kind === "look") {
    heat ??= await openHeatMaps(path, { threads });
    const { block, rows, columns } = heat;
    const look = { ...(await heat.look(request.view, request.label)), block, rows, columns };
    return say({ kind: "look", look });
  }
  await model.close();
  await heat?.close();
  port.close();
}

function sayError(error: unknown): void {
  if (error instanceof ReinceptionError) say({ kind: "problem", code: error.code, found: error.found, fix: error.fix });
  else say({ kind: "bug", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

function say(answer: EngineAnswer): void {
  port.postMessage(answer);
}
