// `reinception serve` as a process of its own, as users start it.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { childrenCalled, residentBytes } from "./child-processes.ts";

export interface ServedRun {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** What it has said on stderr so far. */
  errors(): string;
  /** Resident set of the server and of its engine's process, in bytes; on Linux. */
  memoryBytes(): number;
  /** Sends a signal and waits for the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Starts it at a free port; rejects with what it said where it does not begin to listen. */
export function serveRun(
  run: string,
  options: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServedRun> {
  const child = spawn(process.execPath, ["--import", "tsx", main, "serve", run, "--port", "0", "--json", ...options], {
    env: { ...process.env, NO_COLOR: "1", REINCEPTION_TOKEN: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let [out, errors] = ["", ""];
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${errors}${out}`)));
    child.stdout.on("data", (text) => {
      out += text;
      const [, url] = /^\{"url":"([^"]+)".*\n/.exec(out) ?? [];
      if (url === undefined) return;
      resolve({
        url,
        port: Number(new URL(url).port),
        process: child,
        errors: () => errors,
        memoryBytes: () =>
          [child.pid!, ...childrenCalled("classifier-child", child.pid)].reduce(
            (sum, pid) => sum + residentBytes(pid),
            0,
          ),
        stop(signal = "SIGTERM") {
          child.kill(signal);
          return ended;
        },
      });
    });
  });
}
