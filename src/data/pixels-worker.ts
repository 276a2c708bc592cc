// Runs in a worker thread: reads one picture after the other and sends back the view of each, or its facts. One at a time,
// so that when the thread dies it is known which picture it had in hand. No inference engine is loaded here.

import { parentPort, workerData } from "node:worker_threads";
import { ReinceptionError } from "../errors.ts";
import { stream } from "../random.ts";
import { decodeImage, type RgbImage } from "./decode.ts";
import { placeOf } from "./locator.ts";
import { factsOf } from "./picture-facts.ts";
import type { PixelAnswer, PixelRequest, PixelSettings } from "./pixels.ts";
import { openReader } from "./read-located.ts";
import { evaluationView, trainingView } from "./view.ts";

const { format, augmentation, maxPixels } = workerData as PixelSettings;
const port = parentPort!;
const reader = openReader();
let busy: Promise<void> = Promise.resolve();
let closing = false;

port.on("message", (request: PixelRequest | "close") => {
  if (request === "close") closing = true; // what is still in line is not begun any more
  busy = busy.then(() => (request === "close" ? end() : answer(request).then(sweep)));
});

async function end(): Promise<void> {
  port.close();
  await reader.close();
}

/** Bytes of a picture that it does not do to leave lying about. */
const largeBytes = 16e6;

/** A picture's pixels are not in the heap that is watched, so many would gather where the process lives on for days. */
function sweep(pixelBytes: number): void {
  if (pixelBytes > largeBytes) globalThis.gc?.();
}

/** @returns bytes of the decoded picture */
async function answer(request: PixelRequest): Promise<number> {
  if (closing) return 0;
  try {
    const image = await decodeImage(await reader.read(request.locator), placeOf(request.locator), maxPixels);
    const view = viewOf(image, request);
    const facts = request.facts === true ? factsOf(image) : null;
    send({ view, facts }, view === null ? [] : [view.buffer as ArrayBuffer]);
    return image.pixels.length;
  } catch (error) {
    if (!(error instanceof ReinceptionError)) throw error; // a bug: ends the thread, and the pool says which picture
    const { code, found, fix } = error;
    send({ code, found, fix });
    return 0;
  }
}

function viewOf(image: RgbImage, request: PixelRequest): Uint8Array | null {
  if (request.kind === "facts") return null;
  if (request.kind === "evaluation") return evaluationView(image, format);
  return trainingView(image, format, stream(request.seed, request.stream), augmentation);
}

function send(message: PixelAnswer, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
