// A pool of threads that turn pictures into views, away from the main thread, which the engine blocks while it computes.
// Hands out work and gathers answers; what is done to a picture stands in decode.ts and view.ts.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { pixelLimit } from "./decode.ts"; // settles for the whole process what the decoder may read, before a thread uses it
import { type ErrorCode, problem, ReinceptionError } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import { threadProgram } from "../thread-program.ts";
import { type Augmentation, tiers } from "./augment.ts";
import { type Locator, placeOf } from "./locator.ts";
import type { PictureFacts } from "./picture-facts.ts";

/** Which view of which picture. A training view is drawn from the stream of that seed and name. */
export type ViewRequest =
  | { readonly locator: Locator; readonly kind: "evaluation" }
  | { readonly locator: Locator; readonly kind: "training"; readonly seed: number; readonly stream: string };

/** What is asked of a thread: a view, the facts, or both from one decoding. */
export type PixelRequest =
  | (ViewRequest & { readonly facts?: boolean })
  | { readonly locator: Locator; readonly kind: "facts"; readonly facts: true };

/** What every thread needs to know. */
export interface PixelSettings {
  readonly format: InputFormat;
  readonly augmentation: Augmentation;
  /** Pixels that a picture may have. */
  readonly maxPixels: number;
}

/** What was asked for; the rest is null. */
export interface Examined {
  /** `[size, size, 3]` */
  readonly view: Uint8Array | null;
  readonly facts: PictureFacts | null;
}

/** What a thread answers. */
export type PixelAnswer = Examined | { readonly code: ErrorCode; readonly found: string; readonly fix: string };

export interface PixelOptions {
  readonly format: InputFormat;
  readonly augmentation?: Augmentation;
  /** Pixels that a picture may have, at most `pixelLimit`, which it is if absent. */
  readonly maxPixels?: number | undefined;
  /** Number of threads; as many as the machine has cores for if absent. */
  readonly workers?: number;
  /** The program of a thread, if it is another than pixels-worker. */
  readonly program?: URL;
}

export interface PixelPool {
  /**
   * The view of one picture, `[size, size, 3]`. Requests wait in line while all threads are busy.
   *
   * @throws data/... when the picture cannot be read; data/decoder-stopped when its thread died of it, and then a fresh
   *   thread goes on with the others
   */
  view(request: ViewRequest): Promise<Uint8Array>;
  /** The evaluation view of a picture and its facts, from one decoding. Throws as `view`. */
  examine(locator: Locator): Promise<{ readonly view: Uint8Array; readonly facts: PictureFacts }>;
  /** Facts alone. Throws as `view`. */
  facts(locator: Locator): Promise<PictureFacts>;
  /** Ends the threads after the picture that each is working on. All other requests are refused. */
  close(): Promise<void>;
}

interface Task {
  readonly request: PixelRequest;
  readonly resolve: (examined: Examined) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Sent and not yet answered, in the order in which they will be. */
  readonly inHand: Task[];
  readonly ended: Promise<void>;
}

/** While the engine computes, nobody hands out work: what a thread has in hand must last that long. */
const tasksPerThread = 64;

/** Starts a pool. Threads start with their first task, and an idle pool does not keep the process alive. */
export function openPixels(options: PixelOptions): PixelPool {
  const { format, augmentation = tiers.light, maxPixels = pixelLimit, workers = availableParallelism() } = options;
  const program = options.program ?? threadProgram("pixels-worker", import.meta.url);
  const waiting: Task[] = [];
  const threads = new Set<Thread>();
  let closed = false;

  return {
    view: async (request) => (await ask(request)).view!,
    async examine(locator) {
      const { view, facts } = await ask({ locator, kind: "evaluation", facts: true });
      return { view: view!, facts: facts! };
    },
    facts: async (locator) => (await ask({ locator, kind: "facts", facts: true })).facts!,
    close: async () => {
      closed = true;
      refuse(waiting.splice(0));
      for (const { worker } of threads) {
        worker.ref(); // whoever awaits the end must not be left by the process before it
        worker.postMessage("close");
      }
      await Promise.all([...threads].map(({ ended }) => ended));
    },
  };

  function ask(request: PixelRequest): Promise<Examined> {
    return new Promise((resolve, reject) => {
      if (closed) reject(new Error("internal: the pool is closed"));
      else waiting.push({ request, resolve, reject });
      handOut();
    });
  }

  function handOut(): void {
    while (waiting.length > 0) {
      const thread = leastBusy();
      if (thread === undefined) return;
      const task = waiting.shift()!;
      if (thread.inHand.length === 0) thread.worker.ref();
      thread.inHand.push(task);
      thread.worker.postMessage(task.request);
    }
  }

  /** A thread with room for a task: an idle one, else a new one, else the one with the least in hand. */
  function leastBusy(): Thread | undefined {
    const free = [...threads].filter(({ inHand }) => inHand.length < tasksPerThread);
    const least = free.sort((left, right) => left.inHand.length - right.inHand.length)[0];
    return least?.inHand.length !== 0 && threads.size < workers ? start() : least;
  }

  function start(): Thread {
    const worker = new Worker(program, { workerData: { format, augmentation, maxPixels } satisfies PixelSettings });
    const inHand: Task[] = [];
    let reason: string | undefined;
    worker.on("message", (answer: PixelAnswer) => {
      const task = inHand.shift()!;
      if (inHand.length === 0) worker.unref();
      if ("view" in answer) task.resolve(answer);
      else task.reject(new ReinceptionError(answer.code, answer));
      if (!closed) handOut();
    });
    worker.on("error", (error: Error) => {
      reason = error.message;
    });
    const ended = new Promise<void>((resolve) => {
      worker.on("exit", (exitCode) => {
        threads.delete(thread);
        if (closed && reason === undefined && exitCode === 0) refuse(inHand);
        else mourn(inHand, reason ?? `exit code ${exitCode}`);
        resolve();
      });
    });
    const thread = { worker, inHand, ended };
    threads.add(thread);
    return thread;
  }

  /** The first task in hand is the one the thread died of; the others go back to the front of the line. */
  function mourn([first, ...others]: readonly Task[], reason: string): void {
    first?.reject(problem("data/decoder-stopped", { name: placeOf(first.request.locator), reason }));
    if (closed) refuse(others);
    else waiting.unshift(...others);
    handOut();
  }

  function refuse(tasks: readonly Task[]): void {
    for (const task of tasks) task.reject(new Error("internal: the pool was closed"));
  }
}
