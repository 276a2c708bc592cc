// What the page of a run is made from, with numbers of chance wherever a number can be, so that none can be mistaken for another;
// classes and pictures have names that would be mischief if a page took them for its own language.

import { crossEntropyOf } from "../../src/compile/2-loss.ts";
import { stream } from "../../src/random.ts";
import { choosePictures, type Limits } from "../../src/report/choose-pictures.ts";
import { noPictures } from "../../src/report/draw-pictures.ts";
import type { PageInput } from "../../src/report/page-input.ts";
import type { Advice } from "../../src/train/advice.ts";
import type { AnsweredPicture, RunAnswers } from "../../src/train/answers-file.ts";
import type { Forgetting, StageReport } from "../../src/train/report.ts";
import { evaluationOf } from "../../src/train/report.ts";
import { resolveConfig, type RetrainOptions } from "../../src/train/resolve.ts";
import { calibrationReport, probabilitiesOf } from "../../src/train/trust.ts";

export const hostileClasses = [
  "hat",
  `<img src=x onerror="document.title='taken'">`,
  "Grüße & Küsse",
  `"><script>document.title='taken'</script>`,
  "猫\u202egnp",
];

export interface Reported {
  /** Pictures of each side. */
  readonly images?: { readonly train: number; readonly validation: number; readonly test: number };
  readonly classes?: readonly string[];
  readonly options?: Omit<RetrainOptions, "data">;
  readonly advice?: boolean;
  readonly limits?: Limits;
}

/** A finished run of chance; no picture of it is drawn. */
export function reportedRun({
  images = { train: 60, validation: 40, test: 0 },
  classes = hostileClasses,
  options = { strategy: "hybrid" },
  advice = false,
  limits,
}: Reported = {}): PageInput & { readonly answers: RunAnswers } {
  const random = stream(1, "reported run");
  const counted = (): number => 2 + Math.floor(random() * 1e6);
  const pictures = picturesOf(images, classes);
  const logits = Float32Array.from({ length: pictures.length * classes.length }, () => 4 * random());
  const heard = (side: string) => {
    const rows = [...pictures.keys()].filter((row) => pictures[row]!.split === side);
    const labels = rows.map((row) => classes.indexOf(pictures[row]!.class));
    const own = rows.flatMap((row) => [...logits.subarray(row * classes.length, (row + 1) * classes.length)]);
    return { rows, labels, logits: Float32Array.from(own), features: new Float32Array(rows.length) };
  };
  const [validation, test] = [heard("validation"), images.test > 0 ? heard("test") : undefined];
  const calibration = calibrationReport(validation, test, classes.length);
  const judged = ({ rows, labels, logits: own }: ReturnType<typeof heard>) => {
    const named = rows.map((row, i) => ({
      ...pictures[row]!,
      label: labels[i]!,
      locator: { kind: "file", path: "" } as const,
    }));
    const { temperature } = calibration;
    const probabilities = probabilitiesOf(own, classes.length, temperature);
    return evaluationOf(named, classes, probabilities, crossEntropyOf(own, labels, classes.length), temperature);
  };
  const hash = (letter: string) => letter.repeat(64);
  const config = resolveConfig(
    { data: "/photos", ...options },
    { folder: "/", today: "", cores: 2, exists: () => false },
  );
  const report = {
    ...{ version: "0.0.0", strategy: config.strategy.name, classes, images, dataFingerprint: hash("d") },
    ...{ parametersHash: hash("b"), skipped: [{ path: `<b>"notes".txt`, reason: "no picture & no list" }] },
    stages: ["none", "50 layers"].map((unfreeze) => stageOf(unfreeze, random, counted)),
    advice: advice ? adviceOf(random, counted) : null,
    validation: judged(validation),
    test: test === undefined ? null : judged(test),
    calibration,
    labelIssues: {
      checked: counted(),
      agreement: random(),
      reason: null,
      found: pictures.slice(0, 30).map(({ name, class: truth }) => {
        return { name, truth, suggested: classes[0]!, confidence: random(), margin: random() };
      }),
    },
    forgetting: forgettingOf(random, counted),
    seconds: Object.fromEntries(
      ["read", "trunk", "train", "waiting", "brewing"].map((phase) => [phase, 100 * random()]),
    ),
    peakMemoryBytes: counted(),
    stopped: false,
  };
  const answers = {
    ...{ pictures, classes, logits, features: new Float32Array(pictures.length), unit: 1 },
    temperature: calibration.temperature,
  };
  const record = {
    ...{ version: "0.0.0", versions: { node: "v20" }, startedAt: "2026-01-31T12:00:00.000Z", config, classes },
    ...{ dataFingerprint: hash("d"), weightsHash: hash("e"), weightsFile: null },
  };
  const chosen = choosePictures({ report, answers }, limits);
  const drawn = noPictures("they have moved");
  return {
    record,
    report,
    answers,
    audit: null,
    name: "first <run>",
    chosen,
    drawn,
    command: "reinception train /photos",
  };
}

function picturesOf(images: NonNullable<Reported["images"]>, classes: readonly string[]): readonly AnsweredPicture[] {
  return (["train", "validation", "test"] as const).flatMap((split) =>
    Array.from({ length: images[split] }, (_, i) => {
      const own = classes[i % classes.length]!;
      return { name: `${own.replaceAll("/", "")}/${split} "${i}" <i>.jpg`, class: own, split, hash: `${split}${i}` };
    }),
  );
}

type Draw = () => number;

function epochOf(random: Draw) {
  return {
    ...{ loss: 3 * random(), accuracy: random(), validationLoss: 3 * random(), validationAccuracy: random() },
    seconds: random(),
  };
}

function overfittingOf(random: Draw) {
  const pair = () => [random(), random()] as const;
  return {
    ...({ sinceEpoch: 2, toldAtEpoch: 3, sign: "accuracy", training: pair(), validation: pair() } as const),
    remedies: ["--patience 3", "--dropout 0.2"],
  };
}

function stageOf(unfreeze: string, random: Draw, counted: Draw): StageReport {
  const score = () => [random(), random()] as const;
  return {
    ...{ unfreeze, epochs: 3, stepsPerEpoch: counted(), boundary: "mixed_7b", learningTensors: counted() },
    ...{
      learningParameters: counted(),
      epochsDone: [1, 2, 3].map(() => epochOf(random)),
      bestEpoch: 2,
      reason: "done",
    },
    ...{ overfitting: overfittingOf(random), learnt: ["last_linear.weight"] },
    frozen: { tensors: counted(), before: "f".repeat(64), after: "f".repeat(64) },
    source: { images: counted(), before: random(), beforeInterval: score(), after: random(), afterInterval: score() },
  };
}

function forgettingOf(random: Draw, counted: Draw): Forgetting {
  const score = () => [random(), random()] as const;
  return {
    source: { images: counted(), before: random(), beforeInterval: score(), after: random(), afterInterval: score() },
    answers: { images: counted(), agreement: random(), divergence: random() },
    blocks: ["conv2d_1a", "mixed_7c", "mixed_7d"].map((block) => {
      return { block, parameters: random(), similarity: random(), distance: random() };
    }),
    parameters: random(),
    way: [0, 0.5, 1].map((share) => ({ share, accuracy: random(), forgotten: random() })),
    ...{ chosen: 0.5, limit: random() },
  };
}

function adviceOf(random: Draw, counted: Draw): Advice {
  const probe = (depth: string) => ({
    ...{ depth, features: counted(), strength: random(), accuracy: random() },
    ...{ standardError: random() / 10, validationAccuracy: random() },
  });
  const settings = { unfreeze: "from mixed_7b", learningRate: random(), epochs: 3 };
  const candidate = (name: string, verdict: Advice["candidates"][number]["verdict"]) => ({
    ...({ name, verdict, kind: "linear head", accuracy: random(), accuracyInterval: [random(), random()] } as const),
    ...{
      loss: random(),
      compared: { pictures: counted(), accuracy: random() },
      onlyThis: counted(),
      onlyBest: counted(),
    },
    ...{ p: random(), trial: counted(), share: random() },
  });
  return {
    images: { train: counted(), validation: counted() },
    smallest: { name: hostileClasses[1]!, images: counted() },
    largest: { name: hostileClasses[3]!, images: counted() },
    probes: ["mixed_5e", "mixed_7d"].map(probe),
    multiDepth: probe("mixed_5e and mixed_7d"),
    neighbourAccuracy: random(),
    likeness: { likeness: random(), leep: -random(), confidence: random() },
    learningCurve: {
      points: [100, 200].map((images) => ({ images, accuracy: random(), standardError: random() / 10 })),
      ...{ gainOfTwice: random() / 10, standardError: random() / 10 },
    },
    costs: [{ unfreeze: "from mixed_7b", secondsPerEpoch: random(), measured: true }],
    trials: [
      {
        ...{ number: 1, rung: 0, settings, learningParameters: counted(), epochsDone: [epochOf(random)], bestEpoch: 1 },
        ...{ accuracy: random(), loss: random(), seconds: random(), secondsPerEpoch: random(), reason: "done" },
        overfitting: overfittingOf(random),
      },
    ],
    candidates: [candidate("linear head", "worse"), candidate("head <of> two", "chosen")],
    chosen: { name: "head <of> two", kind: "multi-depth head", settings },
    ...{ budgetSeconds: counted(), spentSeconds: random(), outOfTime: false },
    explanation: ["First <sentence>.", "Second & last."],
    wouldChange: [`more pictures of "${hostileClasses[1]}"`],
  };
}
