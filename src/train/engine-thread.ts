// The engine in a thread of its own, seen from outside: views go in, answers come out, one batch after the other.

import { Worker } from "node:worker_threads";
import { type ErrorCode, ReinceptionError } from "../errors.ts";
import { threadProgram } from "../thread-program.ts";
import type { Answers } from "./golden.ts";
import type { HeatMaps, Look } from "./heat-maps.ts";
import type { OpenModel } from "./open-model.ts";

export interface EngineSettings {
  /** Absolute path of a run's folder or of a model.onnx. */
  readonly model: string;
  readonly threads: number;
}

/** What the thread says of the model when it is open. */
export type OpenedModel = Pick<OpenModel, "card" | "sha256" | "checked">;

/** Where the model looks at one view. */
export type ThreadLook = Look & Pick<HeatMaps, "block" | "rows" | "columns">;

/** What the thread is asked. */
export type EngineRequest =
  | { readonly kind: "answers"; readonly views: Uint8Array }
  | { readonly kind: "look"; readonly view: Uint8Array; readonly label: number }
  | { readonly kind: "close" };

/** What the thread answers, in the order in which it was asked. */
export type EngineAnswer =
  | { readonly kind: "opened"; readonly opened: OpenedModel }
  | { readonly kind: "answers"; readonly answers: Answers }
  | { readonly kind: "look"; readonly look: ThreadLook }
  | { readonly kind: "problem"; readonly code: ErrorCode; readonly found: string; readonly fix: string }
  | { readonly kind: "bug"; readonly stack: string };

export interface EngineThread extends OpenedModel {
  /** What the model says of views [batch, size, size, 3], which are gone from the caller's memory afterwards. */
  answers(views: Uint8Array): Promise<Answers>;
  /**
   * Where the model looks at one view for a class. The first time takes longer, since a program is made for it.
   *
   * @throws model/no-parameters
   */
  look(view: Uint8Array, label: number): Promise<ThreadLook>;
  close(): Promise<void>;
}

interface Asked {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a model in a thread. A process can have one such thread in its life.
 *
 * @throws model/..., onnx/...
 */
export async function openEngineThread(settings: EngineSettings): Promise<EngineThread> {
  const asked: Asked[] = [];
  const worker = new Worker(threadProgram("engine-worker", import.meta.url), { workerData: settings });
  worker.on("message", (answer: EngineAnswer) => {
    const { resolve, reject } = asked.shift()!;
    if (answer.kind === "problem") reject(new ReinceptionError(answer.code, answer));
    else if (answer.kind === "bug") reject(new Error(answer.stack));
    else resolve(answer);
  });
  let reason: Error | undefined;
  worker.on("error", (error: Error) => {
    reason = error;
  });
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      for (const { reject } of asked.splice(0))
        reject(reason ?? new Error(`internal: the engine's thread ended with ${code}`));
      resolve();
    });
  });
  const next = () => new Promise<EngineAnswer>((resolve, reject) => asked.push({ resolve, reject }));

  const { opened } = (await next()) as EngineAnswer & { kind: "opened" };
  const ask = (request: EngineRequest, moved: readonly ArrayBuffer[] = []) => {
    worker.postMessage(request, moved);
    return next();
  };
  return {
    ...opened,
    async answers(views) {
      const answer = await ask({ kind: "answers", views }, [views.buffer as ArrayBuffer]);
      return (answer as EngineAnswer & { kind: "answers" }).answers;
    },
    async look(view, label) {
      return ((await ask({ kind: "look", view, label })) as EngineAnswer & { kind: "look" }).look;
    },
    async close() {
      worker.postMessage({ kind: "close" } satisfies EngineRequest);
      await ended;
    },
  };
}
