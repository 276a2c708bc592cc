// A job under way, as it is shown on stderr: the line that says how far it is, lines that stay, and Ctrl-C.

import type { RunEvent } from "../index.ts";
import type { ExitCode } from "./exit-codes.ts";
import { advance, beginning, lastingLines, statusText } from "./progress.ts";
import { listenForSignals } from "./signals.ts";
import { openStatusLine, type StatusLine } from "./status-line.ts";
import { terminalOf } from "./terminal.ts";

interface Followed<Event> extends AsyncIterable<Event> {
  stop(): void;
  kill(): void;
}

/**
 * Shows a job until it has ended.
 *
 * @param heard - gets every event before it is shown, for what else is to be said of it
 * @returns the exit code that a signal asks for; `undefined` where none came
 * @throws what the job throws, when the line is gone
 */
export async function follow<Event extends object>(
  job: Followed<Event>,
  heard: (event: Event, status: StatusLine) => void = () => {},
): Promise<ExitCode | undefined> {
  const terminal = terminalOf(process.stderr);
  const status = openStatusLine(process.stderr, terminal);
  const signals = listenForSignals(job, (line) => status.print(line));
  let progress = beginning;
  try {
    for await (const event of job) {
      heard(event, status);
      if (!isRunEvent(event)) continue;
      for (const line of lastingLines(progress, event, terminal)) status.print(line);
      progress = advance(progress, event);
      status.show(statusText(progress, terminal));
    }
  } finally {
    status.close();
    signals.close();
  }
  return signals.exitCode();
}

/** Events without a type are results that come one by one. */
function isRunEvent(event: object): event is RunEvent {
  return "type" in event;
}
