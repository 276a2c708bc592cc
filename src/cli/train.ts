// reinception train and resume: the plan and the progress on stderr, the result on stdout.

import { join } from "node:path";
import { type Job, type RetrainOptions, resume as resumeRun, retrain } from "../index.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { advance, beginning, lastingLines, statusText } from "./progress.ts";
import { evaluationText, planText, waitingText } from "./run-text.ts";
import { listenForSignals } from "./signals.ts";
import { openStatusLine } from "./status-line.ts";
import { terminalOf } from "./terminal.ts";

export const train: Action = async (data, { json, ...options }) =>
  follow(retrain({ ...options, data } as RetrainOptions), json, data);

export const resume: Action = async ([run = ""], { json, epochs }) => follow(resumeRun({ run, epochs }), json);

async function follow(
  job: Job<"train"> | Job<"resume">,
  json: boolean | undefined,
  data?: readonly string[],
): Promise<ExitCode> {
  const terminal = terminalOf(process.stderr);
  const status = openStatusLine(process.stderr, terminal);
  const signals = listenForSignals(job, (line) => status.print(line));
  let progress = beginning;
  let out = "";
  try {
    for await (const event of job) {
      if (event.type === "start") {
        out = event.out;
        for (const line of planText(event, terminal.style, data)) status.print(line);
      }
      for (const line of lastingLines(progress, event, terminal)) status.print(line);
      progress = advance(progress, event);
      status.show(statusText(progress, terminal));
    }
    status.print("");
  } catch (error) {
    if (out !== "") status.print(`What has been learnt so far is kept. To go on:  ${goOn(out)}`);
    throw error;
  } finally {
    status.close();
    signals.close();
  }

  const report = await job.result;
  const model = join(out, "model.onnx");
  if (json === true) {
    console.log(JSON.stringify({ run: out, model, report }));
    return signals.exitCode() ?? 0;
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
    `${style.bold("Run")}    ${shortPath(out)}`,
    `${style.bold("Model")}  ${shortPath(model)}`,
    `${style.bold("Next")}   reinception predict ${quotedPath(shortPath(out))} photo.jpg`,
  ];
  console.log(lines.join("\n"));
  return signals.exitCode() ?? 0;
}

function goOn(out: string): string {
  return `reinception resume ${quotedPath(shortPath(out))}`;
}
