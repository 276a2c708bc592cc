// reinception train and resume: the plan and the progress on stderr, the result on stdout.

import { dirname, join } from "node:path";
import { fail } from "../errors.ts";
import {
  type Advice,
  advise as adviseOn,
  type Job,
  type RetrainOptions,
  type RunEvent,
  resume as resumeRun,
  retrain,
  type TuneOptions,
  tune as tuneOn,
} from "../index.ts";
import { adviceText } from "./advice-text.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { follow } from "./follow.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { evaluationText, forgettingText, planText, waitingText } from "./run-text.ts";
import { terminalOf } from "./terminal.ts";
import { calibrationText, labelText } from "./trust-text.ts";
import { printable } from "../words.ts";

export const train: Action = async (data, { json, dashboard, ...options }) => {
  const start = () => show(retrain({ ...options, data } as RetrainOptions), json, data);
  if (dashboard !== true) return start();
  if (json === true)
    fail("options/not-with", { option: "--dashboard", other: "--json", fix: "Leave one of the two out." });
  const { besideDashboard } = await import("./dashboard.ts");
  return besideDashboard(options.out === undefined ? "runs" : dirname(options.out), start);
};

export const tune: Action = async (data, { json, ...options }) =>
  show(tuneOn({ ...options, data } as TuneOptions), json, data);

export const advise: Action = async (data, { json, ...options }) => {
  const job = adviseOn({ ...options, data } as TuneOptions);
  const { out, signalled } = await watched(job, data);
  const advice = await job.result;
  if (json === true) console.log(JSON.stringify({ run: out, advice }));
  else console.log([...adviceText(advice, terminalOf(process.stdout).style), "", ...nextText(out, advice)].join("\n"));
  return signalled ?? 0;
};

function nextText(out: string, { chosen }: Advice): readonly string[] {
  const { style } = terminalOf(process.stdout);
  return [`${style.bold("Next")}   ${goOn(out)}   to make the model: ${chosen.name}`];
}

export const resume: Action = async ([run = ""], { json, epochs }) => show(resumeRun({ run, epochs }), json);

async function show(
  job: Job<"train"> | Job<"resume">,
  json: boolean | undefined,
  data?: readonly string[],
): Promise<ExitCode> {
  const { out, page, signalled } = await watched(job, data);
  const report = await job.result;
  const model = join(out, "model.onnx");
  if (json === true) {
    console.log(JSON.stringify({ run: out, model, page: page?.problem === null ? page.path : null, report }));
    return signalled ?? 0;
  }
  const { style } = terminalOf(process.stdout);
  const judged = report.test ?? report.validation;
  const labels = labelText(report, style);
  const lines = [
    ...(report.advice === null ? [] : [...adviceText(report.advice, style), ""]),
    ...evaluationText(report.test === null ? "Held-out accuracy" : "Test accuracy", judged, style),
    "",
    ...labels,
    ...(labels.length > 0 ? [""] : []),
    ...calibrationText(report, style),
    ...(report.stopped
      ? [`Stopped before the last epoch; the best parameters so far are kept. To go on:  ${goOn(out)}`]
      : []),
    ...waitingText(report.seconds, style),
    ...forgettingText(report, style),
    `${style.bold("Run")}    ${shortPath(out)}`,
    `${style.bold("Model")}  ${shortPath(model)}`,
    ...pageText(page),
    `${style.bold("Next")}   reinception predict ${quotedPath(shortPath(out))} photo.jpg`,
  ];
  console.log(lines.join("\n"));
  return signalled ?? 0;
}

type Page = Extract<RunEvent, { type: "page" }>;

/** Where the page lies; or that there is none, which is no harm to the run. */
function pageText(page: Page | undefined): readonly string[] {
  const { style } = terminalOf(process.stdout);
  if (page === undefined) return [];
  if (page.problem === null) return [`${style.bold("Report")} ${shortPath(page.path)}`];
  return [`${style.bold("Report")} ${style.bad("could not be drawn:")} ${printable(page.problem)}`];
}

/** Shows a run on stderr until it has ended. */
async function watched(
  job: Job<"train"> | Job<"resume"> | Job<"advise">,
  data?: readonly string[],
): Promise<{ out: string; page: Page | undefined; signalled: ExitCode | undefined }> {
  let out = "";
  let page: Page | undefined;
  const following = follow<RunEvent>(job, (event, status) => {
    if (event.type === "page") page = event;
    if (event.type !== "start") return;
    out = event.out;
    for (const line of planText(event, terminalOf(process.stderr).style, data)) status.print(line);
  });
  const signalled = await following.catch((error: unknown) => {
    if (out !== "") process.stderr.write(`What has been learnt so far is kept. To go on:  ${goOn(out)}\n`);
    throw error;
  });
  process.stderr.write("\n");
  return { out, page, signalled };
}

function goOn(out: string): string {
  return `reinception resume ${quotedPath(shortPath(out))}`;
}
