// The end of every run: what the network says of the held-back pictures, how far that can be trusted, the model file with its
// golden answers, the report.

import { crossEntropyOf } from "../compile/2-loss.ts";
import { choosePrototypes, prototypesOf } from "../head/prototypes.ts";
import { blocks } from "../models/card.ts";
import type { Prototypes } from "../onnx/answers.ts";
import type { Advice } from "./advice.ts";
import { answersFile } from "./answers-file.ts";
import { noLabelCheck } from "./check-labels.ts";
import type { RunEvent } from "./events.ts";
import { goldenFor } from "./golden.ts";
import { goldenAnswers } from "./golden-answers.ts";
import { peakMemoryBytes } from "./machine.ts";
import { modelFile } from "./model-file.ts";
import { about, imageCounts, type OpenRun, type Stopwatch } from "./open-run.ts";
import { hashParameters } from "./parameter-hash.ts";
import type { RunNetwork } from "./plan.ts";
import { type Evaluation, evaluationOf, type Report, type StageReport } from "./report.ts";
import { readLabelCheck } from "./run-folder.ts";
import type { Answering } from "./run-stages.ts";
import { calibrationReport, type Heard, probabilitiesOf, trustOf } from "./trust.ts";
import type { RunConfig } from "./config.ts";
import type { RunData } from "./run-data.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Parameters } from "./stepper.ts";
import type { KnownImage, RunImage } from "./views.ts";

/** What a finished network says of all pictures; the test side is looked at here and nowhere else. */
export interface Judged {
  readonly train: Heard;
  readonly validation: Heard;
  readonly test: Heard | undefined;
  /** Of some pictures that it has learnt from. */
  readonly prototypes: Prototypes;
}

export async function judge({ data, config, watch }: OpenRun, answers: Answering): Promise<Judged> {
  const hear = async (images: readonly RunImage[]) => ({ ...(await answers(images)), labels: labelsOf(images) });
  const validation = await hear(data.validation);
  const test = data.test.length === 0 ? undefined : await hear(data.test);
  const train = await hear(data.train);
  watch.lap("evaluate");
  return { train, validation, test, prototypes: prototypesFor(train, validation, data.classes.length, config) };
}

/** Prototypes of some of the pictures that were learnt from. */
export function prototypesFor(
  train: Heard,
  validation: Heard,
  classes: number,
  { seed }: Pick<RunConfig, "seed">,
): Prototypes {
  const width = train.features.length / train.labels.length;
  const chosen = choosePrototypes(train.labels, classes, { seed });
  const learnt = new Float32Array(chosen.length * width);
  for (const [i, at] of chosen.entries()) learnt.set(train.features.subarray(at * width, (at + 1) * width), i * width);
  return prototypesOf(learnt, validation.features, width);
}

/** What of a run is needed at its end. */
export interface Concluding {
  readonly config: RunConfig;
  readonly parameters: Parameters;
  readonly data: RunData<KnownImage>;
  readonly folder: RunFolder;
  readonly watch: Stopwatch;
}

export interface Conclusion {
  /** With the head that the model has. */
  readonly network: RunNetwork;
  readonly judged: Judged;
  readonly advice?: Advice;
  readonly stages: readonly StageReport[];
  readonly forgetting?: Report["forgetting"];
  readonly stopped: boolean;
  readonly refit?: Report["refit"];
}

/** Writes model, answers, golden answers and report. */
export async function* conclude(open: Concluding, conclusion: Conclusion): AsyncGenerator<RunEvent, Report> {
  const { config, parameters, data, folder, watch } = open;
  const { network, judged, stages, forgetting = null, stopped, advice = null, refit } = conclusion;
  const { train, validation, test, prototypes } = judged;
  const classes = data.classes.length;
  const calibration = calibrationReport(validation, test, classes);
  const { temperature } = calibration;
  const trust = trustOf(validation, { classes, temperature, prototypes });
  const parametersHash = hashParameters(parameters, [...parameters.keys()]);
  const strategy = config.strategy.name;
  const named = advice === null ? strategy : `${strategy}: ${advice.chosen.name}`;
  const depths = network.head.depths?.map((block) => blocks.find(({ name }) => name === block)!.paper);
  const card = {
    ...about(open),
    inputFormat: network.format,
    strategy: named,
    ...(depths && { depths }),
    parametersHash,
    ...trust,
  };
  const model = modelFile(network, parameters, card, prototypes);
  await folder.writeBytes("model.onnx", model);
  const heard = [train, validation, ...(test === undefined ? [] : [test])];
  await folder.writeBytes("answers.safetensors", answersFile(heard, parametersHash, prototypes.unit));
  const answers = await goldenAnswers(network, parameters, { temperature, prototypes }, config.threads);
  await folder.writeJson("golden.json", goldenFor(answers, "model.onnx", model));
  watch.lap("write");
  const report: Report = {
    ...about(open),
    strategy,
    images: imageCounts(data),
    skipped: data.skipped,
    parametersHash,
    stages,
    advice,
    validation: evaluated(data.validation, data.classes, validation, temperature),
    test: test === undefined ? null : evaluated(data.test, data.classes, test, temperature),
    calibration,
    labelIssues: (await readLabelCheck(folder.path)) ?? noLabelCheck("the run began before labels were checked"),
    forgetting,
    seconds: watch.all(),
    peakMemoryBytes: peakMemoryBytes(),
    stopped,
    ...(refit !== undefined && { refit }),
  };
  await folder.writeJson("report.json", report);
  yield { type: "end", out: config.out, report };
  return report;
}

/** How good what was heard is. */
export function evaluated(
  images: readonly KnownImage[],
  classes: readonly string[],
  { logits, labels }: Pick<Heard, "logits" | "labels">,
  temperature: number,
): Evaluation {
  const losses = crossEntropyOf(logits, labels, classes.length);
  return evaluationOf(images, classes, probabilitiesOf(logits, classes.length, temperature), losses, temperature);
}

function labelsOf(images: readonly RunImage[]): readonly number[] {
  return images.map(({ label }) => label);
}
