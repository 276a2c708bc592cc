// The door to HDF5 files, which come from strangers. The library for them is C compiled to WebAssembly, so it lives in a
// thread of its own: there it sees one file in memory and nothing of this machine, its memory is bounded, and where it
// hangs or breaks the thread ends and the file is called damaged. Says nothing about what the tensors mean.

import { Worker } from "node:worker_threads";
import { fail } from "../errors.ts";
import { threadProgram } from "../thread-program.ts";
import type { Hdf5Answer, Hdf5Content, Hdf5Request, Hdf5Wishes } from "./hdf5-file.ts";

export type { Hdf5Content, Hdf5Wishes } from "./hdf5-file.ts";

export interface Hdf5Options {
  /** What a file may take; 30,000 if absent. A whole Inception-v4 takes about a second. */
  readonly limitMs?: number;
  /** The program of the thread, if it is another than hdf5-worker. */
  readonly program?: URL;
}

/** What the thread may hold in JavaScript's memory: names and shapes. Bytes of files and tensors do not count there. */
const mostHeapMb = 256;
/** A thread loads the library in a fraction of a second, on an idle machine. */
const startLimitMs = 60_000;

export interface Hdf5Reader {
  /**
   * All tensors of a file and the texts asked for. Files wait in line; the bytes are copied.
   *
   * @param source - what a message calls the file
   * @throws weights/damaged, also when the library hangs or breaks; the next file then gets a fresh thread
   */
  read(bytes: Uint8Array, source: string, wishes: Hdf5Wishes): Promise<Hdf5Content>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** Reads one file with a thread that ends with it. */
export async function readHdf5(bytes: Uint8Array, source: string, wishes: Hdf5Wishes): Promise<Hdf5Content> {
  const reader = openHdf5Reader();
  try {
    return await reader.read(bytes, source, wishes);
  } finally {
    await reader.close();
  }
}

/** A reader for many files. Its thread starts with the first. */
export function openHdf5Reader(options: Hdf5Options = {}): Hdf5Reader {
  const { limitMs = 30_000, program = threadProgram("hdf5-worker", import.meta.url) } = options;
  let worker: Worker | undefined;
  let inLine: Promise<unknown> = Promise.resolve();

  return {
    read(bytes, source, wishes) {
      const content = inLine.then(() => readNext(bytes, source, wishes));
      inLine = content.catch(() => undefined);
      return content;
    },
    async close() {
      await inLine;
      await end();
    },
  };

  async function readNext(bytes: Uint8Array, source: string, wishes: Hdf5Wishes): Promise<Hdf5Content> {
    const answer = await ask({ bytes: bytes.slice(), wishes });
    if ("content" in answer) return answer.content;
    if (answer.broken) await end();
    return fail("weights/damaged", { source, reason: answer.reason });
  }

  async function ask(request: Hdf5Request): Promise<Hdf5Answer> {
    if (worker === undefined) {
      worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: mostHeapMb } });
      const first = await answerOf(worker, startLimitMs);
      if (!("content" in first)) return first;
    }
    worker.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
    return answerOf(worker, limitMs);
  }

  async function end(): Promise<void> {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }
}

/** An answer in any case: the thread gives one, or its end does, or the clock. */
function answerOf(worker: Worker, limitMs: number): Promise<Hdf5Answer> {
  return new Promise((resolve) => {
    const broken = (reason: string) => settle({ reason, broken: true });
    const onError = (error: Error) => broken(`the library for HDF5 broke over it (${error.message})`);
    const onExit = () => broken("the library for HDF5 broke over it");
    const timer = setTimeout(() => broken(`it was not read within ${limitMs / 1000} s`), limitMs);
    const settle = (answer: Hdf5Answer) => {
      clearTimeout(timer);
      worker.off("message", settle).off("error", onError).off("exit", onExit);
      resolve(answer);
    };
    worker.on("message", settle).on("error", onError).on("exit", onExit);
  });
}
