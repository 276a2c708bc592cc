// reinception evaluate: how good a model is on a folder of pictures whose classes are known.

import { evaluate as startEvaluation } from "../index.ts";
import type { Action } from "./commands.ts";
import { advance, beginning, lastingLines, statusText } from "./progress.ts";
import { evaluationText } from "./run-text.ts";
import { listenForSignals } from "./signals.ts";
import { openStatusLine } from "./status-line.ts";
import { terminalOf } from "./terminal.ts";

export const evaluate: Action = async ([model = "", ...data], { json, threads }) => {
  const job = startEvaluation({ model, data, threads });
  const terminal = terminalOf(process.stderr);
  const status = openStatusLine(process.stderr, terminal);
  const signals = listenForSignals(job, (line) => status.print(line));
  let progress = beginning;
  try {
    for await (const event of job) {
      for (const line of lastingLines(progress, event, terminal)) status.print(line);
      progress = advance(progress, event);
      status.show(statusText(progress, terminal));
    }
  } finally {
    status.close();
    signals.close();
  }
  const evaluation = await job.result;
  if (json === true) console.log(JSON.stringify(evaluation));
  else console.log(evaluationText("Accuracy", evaluation, terminalOf(process.stdout).style).join("\n"));
  return signals.exitCode() ?? 0;
};
