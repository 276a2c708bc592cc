// reinception refit: the head of a run anew, and how good it is beside the one of before.

import { join } from "node:path";
import { type Report, refitHead, type RunEvent } from "../index.ts";
import type { Action } from "./commands.ts";
import { follow } from "./follow.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { correctionsText, evaluationText } from "./run-text.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { percentWithin } from "../words.ts";

export const refit: Action = async ([run = ""], { json, ...options }) => {
  const job = refitHead({ run, ...options });
  let out = "";
  const signalled = await follow<RunEvent>(job, (event) => {
    if (event.type === "end") out = event.out;
  });
  const report = await job.result;
  if (json === true) console.log(JSON.stringify({ run: out, model: join(out, "model.onnx"), report }));
  else console.log([...refitText(report, out, terminalOf(process.stdout).style)].join("\n"));
  return signalled ?? 0;
};

export function refitText({ refit, validation, test }: Report, out: string, style: Style): readonly string[] {
  const { before, corrections } = refit!;
  return [
    ...correctionsText(corrections ?? undefined, style),
    `${style.bold("Before")}  ${percentWithin(before.accuracy, before.accuracyInterval)} with the head of before`,
    ...evaluationText("Now", test ?? validation, style),
    "",
    `${style.bold("Run")}    ${shortPath(out)}`,
    `${style.bold("Model")}  ${shortPath(join(out, "model.onnx"))}`,
    `${style.bold("Next")}   reinception predict ${quotedPath(shortPath(out))} photo.jpg`,
  ];
}
