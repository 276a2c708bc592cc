// reinception evaluate: how good a model is on a folder of pictures whose classes are known.

import { evaluate as startEvaluation } from "../index.ts";
import type { Action } from "./commands.ts";
import { follow } from "./follow.ts";
import { evaluationText } from "./run-text.ts";
import { terminalOf } from "./terminal.ts";

export const evaluate: Action = async ([model = "", ...data], { json, threads }) => {
  const job = startEvaluation({ model, data, threads });
  const signalled = await follow(job);
  const evaluation = await job.result;
  if (json === true) console.log(JSON.stringify(evaluation));
  else console.log(evaluationText("Accuracy", evaluation, terminalOf(process.stdout).style).join("\n"));
  return signalled ?? 0;
};
