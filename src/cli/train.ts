// reinception train and resume: the plan and the progress on stderr, the result on stdout.

import { join } from "node:path";
import { type Job, type RetrainOptions, type RunEvent, resume as resumeRun, retrain } from "../index.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { follow } from "./follow.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { evaluationText, forgettingText, planText, waitingText } from "./run-text.ts";
import { terminalOf } from "./terminal.ts";

export const train: Action = async (data, { json, ...options }) =>
  show(retrain({ ...options, data } as RetrainOptions), json, data);

export const resume: Action = async ([run = ""], { json, epochs }) => show(resumeRun({ run, epochs }), json);

async function show(
  job: Job<"train"> | Job<"resume">,
  json: boolean | undefined,
  data?: readonly string[],
): Promise<ExitCode> {
  let out = "";
  const following = follow<RunEvent>(job, (event, status) => {
    if (event.type !== "start") return;
    out = event.out;
    for (const line of planText(event, terminalOf(process.stderr).style, data)) status.print(line);
  });
  const signalled = await following.catch((error: unknown) => {
    if (out !== "") process.stderr.write(`What has been learnt so far is kept. To go on:  ${goOn(out)}\n`);
    throw error;
  });
  process.stderr.write("\n");

  const report = await job.result;
  const model = join(out, "model.onnx");
  if (json === true) {
    console.log(JSON.stringify({ run: out, model, report }));
    return signalled ?? 0;
  }
  const { style } = terminalOf(process.stdout);
  const judged = report.test ?? report.validation;
  const lines = [
    ...evaluationText(report.test === null ? "Held-out accuracy" : "Test accuracy", judged, style),
    "",
    ...(report.stopped
      ? [`Stopped before the last epoch; the best parameters so far are kept. To go on:  ${goOn(out)}`]
      : []),
    ...waitingText(report.seconds, style),
    ...forgettingText(report, style),
    `${style.bold("Run")}    ${shortPath(out)}`,
    `${style.bold("Model")}  ${shortPath(model)}`,
    `${style.bold("Next")}   reinception predict ${quotedPath(shortPath(out))} photo.jpg`,
  ];
  console.log(lines.join("\n"));
  return signalled ?? 0;
}

function goOn(out: string): string {
  return `reinception resume ${quotedPath(shortPath(out))}`;
}
