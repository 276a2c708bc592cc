// Entry of the process in which a classifier lives. Opens one model, then answers requests by their numbers, in whichever
// order they are done, until nobody listens any more.

import { ReinceptionError } from "../errors.ts";
import { type Classification, openClassification } from "../train/classification.ts";
import type { ClassifierMessage, ClassifierRequest } from "./classifier-process.ts";

type Open = Extract<ClassifierRequest, { kind: "open" }>;
type Asking = Extract<ClassifierRequest, { kind: "classify" | "explain" }>;

let classification: Promise<Classification> | undefined;
const underWay = new Map<number, AbortController>();

// Signals reach the whole group of processes; the parent says what they mean.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", (request: ClassifierRequest) => {
  if (request.kind === "open") void open(request);
  else if (request.kind === "cancel") underWay.get(request.number)?.abort();
  else void answer(request);
});

async function open({ input }: Open): Promise<void> {
  classification = openClassification(input, (batch) =>
    send({ kind: "batch", batch: { ...batch, memoryBytes: process.memoryUsage.rss() } }),
  );
  try {
    send({ kind: "opened", card: (await classification).card });
  } catch (error) {
    sendError(undefined, error);
  }
}

async function answer(request: Asking): Promise<void> {
  const { number } = request;
  const controller = new AbortController();
  underWay.set(number, controller);
  try {
    const { classify, explain } = await classification!;
    const { signal } = controller;
    const said =
      request.kind === "classify"
        ? await classify(request.pictures, request.asked, signal)
        : await explain(request.picture, request.label, signal);
    send({ kind: "answer", number, answer: said });
  } catch (error) {
    if (!controller.signal.aborted) sendError(number, error);
  } finally {
    underWay.delete(number);
  }
}

function sendError(number: number | undefined, error: unknown): void {
  if (error instanceof ReinceptionError)
    send({ kind: "wrong", number, error: { code: error.code, found: error.found, fix: error.fix } });
  else {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ kind: "wrong", number, error: { stack } });
  }
}

function send(message: ClassifierMessage): void {
  process.send?.(message);
}
