// The end of every run: what the network says of the held-back pictures, the model file with its golden answers, the report.

import { crossEntropyOf } from "../compile/2-loss.ts";
import { softmax } from "../metrics.ts";
import type { RunEvent } from "./events.ts";
import { goldenFor } from "./golden.ts";
import { goldenAnswers } from "./golden-answers.ts";
import { peakMemoryBytes } from "./machine.ts";
import { modelFile } from "./model-file.ts";
import { about, imageCounts, type OpenRun } from "./open-run.ts";
import { hashParameters } from "./parameter-hash.ts";
import type { RunNetwork } from "./plan.ts";
import { type Evaluation, evaluationOf, type Report, type StageReport } from "./report.ts";
import type { Answering } from "./run-stages.ts";
import type { Answers } from "./stepper.ts";
import type { RunImage } from "./views.ts";

/** What a finished network says of the pictures that were held back; the test side is looked at here and nowhere else. */
export interface Judged {
  readonly validation: Answers;
  readonly test: Answers | undefined;
}

export async function judge({ data, watch }: OpenRun, answers: Answering): Promise<Judged> {
  const validation = await answers(data.validation);
  const test = data.test.length === 0 ? undefined : await answers(data.test);
  watch.lap("evaluate");
  return { validation, test };
}

export interface Conclusion {
  /** With the head that the model has. */
  readonly network: RunNetwork;
  readonly judged: Judged;
  readonly stages: readonly StageReport[];
  readonly forgetting?: Report["forgetting"];
  readonly stopped: boolean;
}

/** Writes model, golden answers and report. */
export async function* conclude(open: OpenRun, conclusion: Conclusion): AsyncGenerator<RunEvent, Report> {
  const { config, parameters, data, folder, watch } = open;
  const { network, judged, stages, forgetting = null, stopped } = conclusion;
  const parametersHash = hashParameters(parameters, [...parameters.keys()]);
  const strategy = config.strategy.name;
  const card = { ...about(open), inputFormat: network.format, strategy, parametersHash };
  const model = modelFile(network, parameters, card);
  await folder.writeModel(model);
  const answers = await goldenAnswers(network, parameters, config.threads);
  await folder.writeJson("golden.json", goldenFor(answers, "model.onnx", model));
  watch.lap("write");
  const report: Report = {
    ...about(open),
    strategy,
    images: imageCounts(data),
    skipped: data.skipped,
    parametersHash,
    stages,
    validation: evaluated(data.validation, data.classes, judged.validation),
    test: judged.test === undefined ? null : evaluated(data.test, data.classes, judged.test),
    forgetting,
    seconds: watch.all(),
    peakMemoryBytes: peakMemoryBytes(),
    stopped,
  };
  await folder.writeJson("report.json", report);
  yield { type: "end", out: config.out, report };
  return report;
}

function evaluated(
  images: readonly RunImage[],
  classes: readonly string[],
  { logits }: Pick<Answers, "logits">,
): Evaluation {
  const labels = images.map(({ label }) => label);
  const losses = crossEntropyOf(logits, labels, classes.length);
  return evaluationOf(images, classes, softmax(logits, classes.length), losses);
}
