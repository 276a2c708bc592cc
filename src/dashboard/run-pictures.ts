// The pictures of a run, asked of a thread of its own that holds what is known of them. A few runs at a time; the thread of
// the one that nobody has looked at longest ends, and its memory with it.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type ErrorCode, ReinceptionError } from "../errors.ts";
import { threadProgram } from "../thread-program.ts";
import type { Correction, PictureList, PictureRow, TryAnswer } from "./api.ts";
import { fewRecent } from "./few-recent.ts";
import type { PictureQuery } from "./picture-table.ts";

export type PictureQuestion =
  | {
      readonly kind: "list";
      readonly query: PictureQuery;
      /** By the SHA-256 of the picture. */
      readonly corrections: readonly (readonly [string, Correction])[];
    }
  | { readonly kind: "rows"; readonly ids: readonly number[] }
  | { readonly kind: "image"; readonly id: number; readonly edge: number }
  | { readonly kind: "bytes"; readonly id: number }
  | { readonly kind: "nearest"; readonly features: Float32Array; readonly count: number };

export type PictureAnswer =
  | { readonly number: number; readonly value: unknown }
  | {
      readonly number: number;
      readonly problem: { readonly code: ErrorCode; readonly found: string; readonly fix: string };
    }
  | { readonly number: number; readonly bug: string };

/** Pictures of one run. Every function throws run/not-a-run, run/answers, dashboard/no-picture. */
export interface RunPictures {
  list(query: PictureQuery, corrections: readonly (readonly [string, Correction])[]): Promise<PictureList>;
  /** Rows of pictures without their corrections, each with its SHA-256. */
  rows(ids: readonly number[]): Promise<readonly (readonly [PictureRow, string])[]>;
  /** WebP, at most `edge` pixels long. @throws run/picture-gone, run/picture-changed, data/... */
  image(id: number, edge: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The file's own bytes, for a classifier. Throws as `image`. */
  bytes(id: number): Promise<Uint8Array>;
  /** Those learnt from that are most like a picture of these features, the nearest first. */
  nearest(features: Float32Array, count: number): Promise<TryAnswer["nearest"]>;
}

export interface AllPictures {
  /** @param run - path of the run's folder */
  of(run: string): Promise<RunPictures>;
  close(): Promise<void>;
}

interface Thread {
  readonly pictures: RunPictures;
  end(): Promise<void>;
}

export function allPictures(runsAtOnce = 3): AllPictures {
  const ending = new Set<Promise<void>>();
  const threads = fewRecent<Thread>(runsAtOnce, (thread) => {
    const end = thread.end().finally(() => ending.delete(end));
    ending.add(end);
  });
  return {
    async of(run) {
      // a run that has learnt for longer has other answers
      const { mtimeMs, size } = await stat(join(run, "report.json")).catch(() => ({ mtimeMs: 0, size: 0 }));
      const name = `${run}\0${mtimeMs}\0${size}`;
      return threads.get(name, () => startThread(run, () => threads.drop(name))).pictures;
    },
    async close() {
      threads.dropAll();
      await Promise.all(ending);
    },
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** @param died - is called when the thread has ended by itself, so that nobody asks it again */
function startThread(run: string, died: () => void): Thread {
  const worker = new Worker(threadProgram("picture-thread", import.meta.url), { workerData: run });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let nobodyWaits = () => {};
  let ended: Error | undefined;
  let ending = false;
  worker.unref();

  function settle(number: number, settled: (one: Waiting) => void): void {
    const one = waiting.get(number);
    if (one === undefined || !waiting.delete(number)) return;
    settled(one);
    if (waiting.size > 0) return;
    worker.unref();
    nobodyWaits();
  }

  worker.on("message", (answer: PictureAnswer) => {
    settle(answer.number, ({ resolve, reject }) => {
      if ("value" in answer) resolve(answer.value);
      else if ("problem" in answer) reject(new ReinceptionError(answer.problem.code, answer.problem));
      else reject(new Error(answer.bug));
    });
  });
  const over = (error: Error) => {
    ended ??= error;
    for (const number of [...waiting.keys()]) settle(number, ({ reject }) => reject(error));
    if (!ending) died();
  };
  worker.on("error", over);
  worker.on("exit", (code) => over(new Error(`internal: the thread of pictures has ended (${code})`)));

  function ask<T>(question: PictureQuestion): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      worker.ref();
      waiting.set(asked, { resolve, reject });
      worker.postMessage({ number: asked++, ...question });
    }) as Promise<T>;
  }

  return {
    /** Whoever awaits an answer still gets it. */
    async end() {
      ending = true;
      if (waiting.size > 0)
        await new Promise<void>((resolve) => {
          nobodyWaits = resolve;
        });
      await worker.terminate();
    },
    pictures: {
      list: (query, corrections) => ask({ kind: "list", query, corrections }),
      rows: (ids) => ask({ kind: "rows", ids }),
      image: (id, edge) => ask({ kind: "image", id, edge }),
      bytes: (id) => ask({ kind: "bytes", id }),
      nearest: (features, count) => ask({ kind: "nearest", features, count }),
    },
  };
}
