// A head fitted anew on what a finished run's network had made of its pictures, with the labels that they have now. The base
// stays as it is, so no picture is looked at and it takes seconds; what comes out is a run like any other.

import { timestamp } from "../clock.ts";
import { readCorrections } from "../data/corrections-file.ts";
import { fail } from "../errors.ts";
import { balancedWeights } from "../head/features.ts";
import { fitHead, type HeadFit } from "../head/fit-head.ts";
import { headLogits } from "../head/standardise.ts";
import { networkParameters } from "../models/parameters.ts";
import { answersOf, type RefitImage, type RefitRows, refitRows } from "./refit-rows.ts";
import { type RunAnswers, readAnswers } from "./answers-file.ts";
import { conclude, evaluated, type Judged, prototypesFor } from "./conclude.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, Stopping } from "./events.ts";
import { type FinishedNetwork, finishedNetwork } from "./finished-network.ts";
import { readModelBytes } from "./locate-model.ts";
import { readModelFile } from "./model-file.ts";
import { about, stopwatch } from "./open-run.ts";
import type { Evaluation, Report } from "./report.ts";
import { logged } from "./run.ts";
import { createRunFolder, type RunFolder, type RunRecord, readReport, readRunRecord } from "./run-folder.ts";
import { imageLines, readImageLines, skippedIn } from "./run-images.ts";
import type { Parameters } from "./stepper.ts";
import { type Heard, temperatureFor } from "./trust.ts";
import { versions } from "./version.ts";
import { join } from "node:path";

export interface RefitInput {
  /** Absolute path of a finished run's folder. */
  readonly run: string;
  /** Folder of the new run, absolute. */
  readonly out: string;
  /** Whether what users have said of the pictures since is done. */
  readonly corrections: boolean;
  readonly threads: number;
}

/** What the old run has left. */
interface Left {
  readonly record: RunRecord;
  readonly report: Report;
  readonly answers: RunAnswers;
}

/** Of the path: it takes a third of the time of the usual one, and chose the same strengths where both were tried. */
const quick = { folds: 3, pathTolerance: 1e-3 };

/** Fits the head anew. The result is also in the new run's folder, as report.json. */
export async function* refitRun(input: RefitInput, _stopping: Stopping): AsyncGenerator<RunEvent, Report> {
  const folder = await createRunFolder(input.out);
  return yield* logged(folder, refitting(input, folder), []);
}

async function* refitting(input: RefitInput, folder: RunFolder): AsyncGenerator<RunEvent, Report> {
  const { run, threads } = input;
  const watch = stopwatch();
  const left = { record: await readRunRecord(run), report: await readReport(run), answers: await readAnswers(run) };
  const rows = await correctedRows(input, left);
  const config = { ...left.record.config, out: input.out, corrections: input.corrections, threads };
  watch.lap("read");
  const head = await fitted(left.answers, rows.data, config);
  watch.lap("train");
  const heard = hear(left.answers, rows.data, head);
  const before = judgedBefore(left.answers, rows.data);
  watch.lap("evaluate");
  yield { type: "judged", before, after: judgedAfter(heard, rows.data), corrections: rows.corrections };
  const { network, parameters } = withHead(await networkOf(run, left.report), head);
  await describe(folder, input, left, rows, config);
  const { classes } = rows.data;
  const judged = { ...heard, prototypes: prototypesFor(heard.train, heard.validation, classes.length, config) };
  const { stages, advice, forgetting } = left.report;
  return yield* conclude(
    { config, parameters, data: rows.data, folder, watch },
    {
      ...{ network, judged, stages, forgetting, stopped: false },
      ...(advice !== null && { advice }),
      refit: { of: run, corrections: rows.corrections, before, strength: head.strength },
    },
  );
}

async function correctedRows({ run, corrections }: RefitInput, { record, answers }: Left): Promise<RefitRows> {
  const said = corrections ? await readCorrections(record.config.data) : undefined;
  return refitRows(answers, said, skippedIn(await readImageLines(join(run, "images.jsonl"))));
}

async function fitted(
  answers: RunAnswers,
  { train, classes }: RefitRows["data"],
  { balance, seed, threads }: RunConfig,
): Promise<HeadFit> {
  const labels = labelsOf(train);
  const { features } = answersOf(answers, train);
  const rows = {
    ...{ features, labels, width: features.length / train.length, classes: classes.length },
    rowWeights: train.map(({ weight = 1 }) => weight),
    classWeights: balance === "none" ? undefined : balancedWeights(labels, classes.length),
  };
  return fitHead(rows, { ...quick, seed, threads, groups: train.map(({ hash }) => hash) });
}

/** What the network with the new head says of all pictures. */
function hear(answers: RunAnswers, data: RefitRows["data"], head: HeadFit): Omit<Judged, "prototypes"> {
  const said = (images: readonly RefitImage[]): Heard => {
    const { features } = answersOf(answers, images);
    return { features, logits: Float32Array.from(headLogits(head, features)), labels: labelsOf(images) };
  };
  const test = data.test.length === 0 ? undefined : said(data.test);
  return { train: said(data.train), validation: said(data.validation), test };
}

/** The head of before, on the test side where there is one. */
function judgedBefore(answers: RunAnswers, { classes, validation, test }: RefitRows["data"]): Evaluation {
  const images = test.length === 0 ? validation : test;
  const { logits } = answersOf(answers, images);
  return evaluated(images, classes, { logits, labels: labelsOf(images) }, answers.temperature);
}

function judgedAfter(heard: Omit<Judged, "prototypes">, { classes, validation, test }: RefitRows["data"]): Evaluation {
  const { temperature } = temperatureFor(heard.validation, classes.length);
  if (heard.test === undefined) return evaluated(validation, classes, heard.validation, temperature);
  return evaluated(test, classes, heard.test, temperature);
}

/** @throws run/answers where the model is not the one that the answers are of */
async function networkOf(run: string, { parametersHash }: Report): Promise<FinishedNetwork> {
  const { path, bytes } = await readModelBytes(run);
  const model = readModelFile(path, bytes);
  if (model.card.parametersHash !== parametersHash) fail("run/answers", { path: run });
  return finishedNetwork(path, model);
}

/** The base as it was with the new head behind it, in the order of timm. */
function withHead({ network, parameters }: FinishedNetwork, { weight, bias }: HeadFit): FinishedNetwork {
  const { depths } = network.head;
  const head = { classes: bias.length, hidden: [], dropout: 0, ...(depths && { depths }) };
  const fresh: Parameters = new Map([
    ["last_linear.weight", Float32Array.from(weight)],
    ["last_linear.bias", Float32Array.from(bias)],
  ]);
  const all = networkParameters(network.width, head).flatMap(({ name }) => {
    const values = fresh.get(name) ?? parameters.get(name);
    return values === undefined ? [] : [[name, values] as const];
  });
  return { network: { ...network, head }, parameters: new Map(all) };
}

/** Writes what the new run is of. */
async function describe(
  folder: RunFolder,
  { run }: RefitInput,
  { record, report }: Left,
  { data }: RefitRows,
  config: RunConfig,
): Promise<void> {
  await folder.writeLines("images.jsonl", imageLines(data));
  await folder.writeJson("labels.json", data.classes);
  await folder.writeJson("label-check.json", stillSuspect(report, data));
  const { weightsHash, weightsFile } = record;
  const origin = { config, weightsHash, weightsFile, refitOf: run };
  await folder.writeJson("run.json", {
    ...about({ data }),
    versions: versions(),
    startedAt: timestamp(),
    ...origin,
  });
}

/** Of the pictures whose label was doubted, those that still have it. */
function stillSuspect({ labelIssues }: Report, { classes, train, validation, test }: RefitRows["data"]) {
  const labels = new Map([...train, ...validation, ...test].map(({ name, label }) => [name, classes[label]!]));
  return { ...labelIssues, found: labelIssues.found.filter(({ name, truth }) => labels.get(name) === truth) };
}

function labelsOf(images: readonly RefitImage[]): readonly number[] {
  return images.map(({ label }) => label);
}
