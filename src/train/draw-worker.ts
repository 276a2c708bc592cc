// Runs in a thread: draws its share of a network's parameters, hands it over and ends.

import { parentPort, workerData } from "node:worker_threads";
import { type DrawRequest, drawHere } from "./draw-parameters.ts";

const drawn = drawHere(workerData as DrawRequest);
parentPort!.postMessage(
  drawn,
  drawn.map(([, { buffer }]) => buffer as ArrayBuffer),
);
