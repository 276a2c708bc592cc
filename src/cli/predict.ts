// reinception predict: one answer for each picture on stdout, as soon as it is there; pictures that cannot be read on
// stderr.

import { type Prediction, predict as startPrediction } from "../index.ts";
import { options } from "../options.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { shortPath } from "./paths.ts";
import { listenForSignals } from "./signals.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { percent, printable } from "./words.ts";

export const predict: Action = async ([model = "", ...images], { json, top = options.top.default, threads }) => {
  const job = startPrediction({ model, images, threads });
  const signals = listenForSignals(job, (line) => process.stderr.write(`${line}\n`));
  const [out, errors] = [terminalOf(process.stdout).style, terminalOf(process.stderr).style];
  const predictions: Prediction[] = [];
  let unread = 0;
  try {
    for await (const prediction of job) {
      if ("problem" in prediction) unread += 1;
      if (json === true) predictions.push(cutTo(prediction, top));
      else if ("problem" in prediction)
        process.stderr.write(`${errors.bad("unread")}  ${prediction.problem.message}\n`);
      else console.log(predictionText(prediction, top, out).join("\n"));
    }
  } finally {
    signals.close();
  }
  await job.result;
  if (json === true) console.log(JSON.stringify({ predictions }));
  const code: ExitCode = unread > 0 ? 3 : 0;
  return signals.exitCode() ?? code;
};

type Answer = Extract<Prediction, { classes: unknown }>;

/** The picture and its most probable classes; on one line where only one is wanted. */
export function predictionText({ path, classes }: Answer, top: number, style: Style): readonly string[] {
  const named = classes.slice(0, top).map(({ name, probability }) => {
    return `${percent(probability).padStart(7)}  ${printable(name)}`;
  });
  const [first = "", ...others] = named;
  if (top === 1) return [`${first}  ${shortPath(path)}`];
  return [style.bold(shortPath(path)), style.good(first), ...others];
}

function cutTo(prediction: Prediction, top: number): Prediction {
  return "classes" in prediction ? { ...prediction, classes: prediction.classes.slice(0, top) } : prediction;
}
