// Runs in a worker thread: reads one picture after the other and sends back the view of each. One at a time, so that when
// the thread dies it is known which picture it had in hand. No inference engine is loaded here.

import { parentPort, workerData } from "node:worker_threads";
import { ReinceptionError } from "../errors.ts";
import { stream } from "../random.ts";
import { decodeImage } from "./decode.ts";
import { placeOf } from "./locator.ts";
import type { PixelAnswer, PixelSettings, ViewRequest } from "./pixels.ts";
import { openReader } from "./read-located.ts";
import { evaluationView, trainingView } from "./view.ts";

const { format, augmentation } = workerData as PixelSettings;
const port = parentPort!;
const reader = openReader();
let busy: Promise<void> = Promise.resolve();
let closing = false;

port.on("message", (request: ViewRequest | "close") => {
  if (request === "close") closing = true; // what is still in line is not begun any more
  busy = busy.then(() => (request === "close" ? end() : answer(request)));
});

async function end(): Promise<void> {
  port.close();
  await reader.close();
}

async function answer(request: ViewRequest): Promise<void> {
  if (closing) return;
  try {
    const view = await viewOf(request);
    send({ view }, [view.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof ReinceptionError)) throw error; // a bug: ends the thread, and the pool says which picture
    const { code, found, fix } = error;
    send({ code, found, fix });
  }
}

async function viewOf(request: ViewRequest): Promise<Uint8Array> {
  const image = await decodeImage(await reader.read(request.locator), placeOf(request.locator));
  if (request.kind === "evaluation") return evaluationView(image, format);
  return trainingView(image, format, stream(request.seed, request.stream), augmentation);
}

function send(message: PixelAnswer, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
