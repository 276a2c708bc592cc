// Work with the engine happens in a process of its own: the caller stays responsive while the engine computes, and a crash
// of the engine is an error like any other, not the end of the caller.

import { fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { type ErrorCode, problem, ReinceptionError } from "../errors.ts";
import type { JobName, Jobs } from "./jobs.ts";

/** What the child sends. */
export type Message =
  | { readonly kind: "event"; readonly event: unknown }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "problem"; readonly code: ErrorCode; readonly found: string; readonly fix: string }
  | { readonly kind: "bug"; readonly stack: string };

/**
 * A job under way: its events as they come, and its result when the last one has been taken. Whoever leaves the iteration
 * early leaves the job running; `stop` or `kill` ends it.
 */
export interface Job<K extends JobName> extends AsyncIterable<Jobs[K]["event"]> {
  readonly result: Promise<Jobs[K]["result"]>;
  /** Asks the job to end cleanly after what it is doing. */
  stop(): void;
  /** Ends it at once; what is on disk stays as it is. */
  kill(): void;
}

/**
 * Starts a job in a child process.
 *
 * @throws `engine/crashed` through `result` and the iteration, when the child dies without a word
 */
export function startJob<K extends JobName>(name: K, input: Jobs[K]["input"]): Job<K> {
  const entry = new URL(`./child${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  // what the engine prints must not get between results, so its standard output is our standard error
  const child = fork(entry, { serialization: "advanced", stdio: ["ignore", 2, "pipe", "ipc"] });
  const waiting: Jobs[K]["event"][] = [];
  let wake = () => {};
  let over = false;
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });

  const result = new Promise<Jobs[K]["result"]>((resolve, reject) => {
    child.on("message", (message: Message) => {
      if (message.kind === "event") waiting.push(message.event as Jobs[K]["event"]);
      else if (message.kind === "result") resolve(message.result as Jobs[K]["result"]);
      else if (message.kind === "problem") reject(new ReinceptionError(message.code, message));
      else reject(new Error(message.stack));
      wake();
    });
    child.on("error", reject);
    // The last messages can arrive after the exit, but not after the channel has closed.
    const ended = new Promise<string>((end) => child.on("exit", (code, signal) => end(signal ?? `exit code ${code}`)));
    const silent = new Promise<void>((end) => child.on("disconnect", end));
    void Promise.all([ended, silent]).then(([how]) => {
      reject(problem("engine/crashed", { how, lastWords: lastWords.trim() }));
      over = true;
      wake();
    });
  });
  result.catch(() => {}); // whoever awaits it hears of it; nobody has to
  child.send({ name, input });

  return {
    result,
    stop: () => child.connected && child.send({ name: "stop" }),
    kill: () => child.kill("SIGKILL"),
    async *[Symbol.asyncIterator]() {
      while (true) {
        while (waiting.length > 0) yield waiting.shift()!;
        if (over) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await result;
    },
  };
}
