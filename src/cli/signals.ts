// Ctrl-C and SIGTERM while a job is under way: the first asks it to end well, the second Ctrl-C ends it at once.

import type { EventEmitter } from "node:events";
import type { ExitCode } from "./exit-codes.ts";

interface Stoppable {
  stop(): void;
  kill(): void;
  /** What becomes of it when it is stopped, in words. */
  readonly ends?: string;
}

export interface Signals {
  /** 130 or 143 after a signal. */
  exitCode(): ExitCode | undefined;
  /** Listens no longer. */
  close(): void;
}

/**
 * Listens until `close`.
 *
 * @param say - takes a line for the user
 * @param source - emits the signals: `process`, unless tested
 */
export function listenForSignals(
  job: Stoppable,
  say: (line: string) => void,
  source: Pick<EventEmitter, "on" | "off"> = process,
  exit: (code: ExitCode) => void = process.exit,
): Signals {
  let code: ExitCode | undefined;
  const { ends = "Ends after this step and keeps what has been learnt." } = job;
  const interrupted = () => {
    if (code !== undefined) {
      job.kill();
      say("Stopped.");
      exit(130);
      return;
    }
    code = 130;
    job.stop();
    say(`${ends} Press Ctrl-C again to stop at once.`);
  };
  const terminated = () => {
    code ??= 143;
    job.stop();
    say(ends);
  };
  source.on("SIGINT", interrupted);
  source.on("SIGTERM", terminated);
  return {
    exitCode: () => code,
    close() {
      source.off("SIGINT", interrupted);
      source.off("SIGTERM", terminated);
    },
  };
}
