// The process of a classifier, seen from outside: started, asked by numbers, and mourned when it ends. Starts no second one.

import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { type ErrorCode, problem, ReinceptionError } from "../errors.ts";
import type { AskedOfPictures, BatchReport, ClassifierCard, ClassifierInput } from "../train/classification.ts";
import type { Explanation } from "../train/explanation.ts";
import type { Prediction } from "../train/predict.ts";

/** What the process is asked. */
export type ClassifierRequest =
  | { readonly kind: "open"; readonly input: ClassifierInput }
  | {
      readonly kind: "classify";
      readonly number: number;
      readonly pictures: readonly Uint8Array[];
      readonly asked: AskedOfPictures;
    }
  | {
      readonly kind: "explain";
      readonly number: number;
      readonly picture: Uint8Array;
      readonly label: number | undefined;
    }
  | { readonly kind: "cancel"; readonly number: number };

/** What it says. What goes wrong without a number is about the model as a whole. */
export type ClassifierMessage =
  | { readonly kind: "opened"; readonly card: ClassifierCard }
  | { readonly kind: "answer"; readonly number: number; readonly answer: readonly Prediction[] | Explanation }
  | { readonly kind: "batch"; readonly batch: EngineReport }
  | { readonly kind: "wrong"; readonly number: number | undefined; readonly error: Wrong };

type Wrong = { readonly code: ErrorCode; readonly found: string; readonly fix: string } | { readonly stack: string };

/** One passage of pictures through the engine, and the memory that its process holds then. */
export interface EngineReport extends BatchReport {
  readonly memoryBytes: number;
}

export interface ClassifierProcess {
  /** Rejects with what is wrong with the model. */
  readonly opened: Promise<ClassifierCard>;
  /** Resolves when the process is gone and nothing more can come of it. */
  readonly ended: Promise<void>;
  /** As `Classifier.classify`, once it is open. */
  classify(
    pictures: readonly Uint8Array[],
    asked: AskedOfPictures,
    signal: AbortSignal | undefined,
  ): Promise<readonly Prediction[]>;
  /** As `Classifier.explain`, once it is open. */
  explain(picture: Uint8Array, label: number | undefined, signal: AbortSignal | undefined): Promise<Explanation>;
  /** Ends it. */
  end(): void;
}

interface Waiting {
  readonly resolve: (answer: readonly Prediction[] | Explanation) => void;
  readonly reject: (error: unknown) => void;
}

export function startClassifierProcess(
  input: ClassifierInput,
  report: (batch: EngineReport) => void,
): ClassifierProcess {
  const entry = new URL(`./classifier-child${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  // what the engine prints must not get between results, so its standard output is our standard error
  const child = fork(entry, {
    serialization: "advanced",
    stdio: ["ignore", 2, "pipe", "ipc"],
    // glibc gives every thread a heap of its own, and what large pictures leave behind in one is of no use to the others
    env: { MALLOC_ARENA_MAX: "2", ...process.env },
    execArgv: [...process.execArgv, "--expose-gc"], // for the threads that decode; see pixels-worker
  });
  const waiting = new Map<number, Waiting>();
  let numbers = 0;
  let death: ReinceptionError | undefined;

  const send = (request: ClassifierRequest) => {
    if (child.connected) child.send(request, () => {}); // what did not arrive is mourned with the process
  };
  const settle = (number: number, how: (one: Waiting) => void) => {
    const one = waiting.get(number);
    waiting.delete(number);
    if (one !== undefined) how(one);
  };
  const ended = endOf(child).then((error) => {
    death = error;
    for (const number of [...waiting.keys()]) settle(number, ({ reject }) => reject(error));
  });
  const opened = new Promise<ClassifierCard>((resolve, reject) => {
    child.on("message", (message: ClassifierMessage) => {
      if (message.kind === "opened") resolve(message.card);
      else if (message.kind === "batch") report(message.batch);
      else if (message.kind === "answer") settle(message.number, (one) => one.resolve(message.answer));
      else if (message.number === undefined) reject(errorOf(message.error));
      else settle(message.number, (one) => one.reject(errorOf(message.error)));
    });
    void ended.then(() => reject(death));
  });
  const end = () => {
    if (child.connected) child.disconnect();
  };
  opened.catch(end); // a process without a model is of no use
  send({ kind: "open", input });

  async function ask(request: (number: number) => ClassifierRequest, signal: AbortSignal | undefined) {
    await opened;
    signal?.throwIfAborted();
    if (death !== undefined) throw death;
    const number = numbers++;
    const cancel = () => {
      send({ kind: "cancel", number });
      settle(number, ({ reject }) => reject(signal?.reason));
    };
    signal?.addEventListener("abort", cancel);
    const answer = new Promise<readonly Prediction[] | Explanation>((resolve, reject) =>
      waiting.set(number, { resolve, reject }),
    );
    send(request(number));
    return answer.finally(() => signal?.removeEventListener("abort", cancel));
  }

  return {
    opened,
    ended,
    end,
    classify: async (pictures, asked, signal) =>
      (await ask((number) => ({ kind: "classify", number, pictures, asked }), signal)) as readonly Prediction[],
    explain: async (picture, label, signal) =>
      (await ask((number) => ({ kind: "explain", number, picture, label }), signal)) as Explanation,
  };
}

/** Resolves when the process has exited and its last message has arrived, with what there is to say of it. */
async function endOf(child: ChildProcess): Promise<ReinceptionError> {
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const exited = new Promise<string>((resolve) => {
    child.on("error", (error) => child.pid === undefined && resolve(error.message)); // it never lived
    child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // the last messages can arrive after the exit, but not after the channel has closed
  const silent = child.connected ? new Promise<void>((resolve) => child.on("disconnect", resolve)) : undefined;
  const [how] = await Promise.all([exited, silent]);
  return problem("engine/classifier-crashed", { how, lastWords: lastWords.trim() });
}

function errorOf(error: Wrong): Error {
  return "code" in error ? new ReinceptionError(error.code, error) : new Error(error.stack);
}
