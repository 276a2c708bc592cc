// Reports, advice, curves and an audit of runs that nobody has trained, with numbers that could be real.

import type { Curves, RunDetail, RunRow } from "../../src/dashboard/api.ts";
import type { Advice, DatasetAudit, Finding, Report } from "../../src/index.ts";
import { accuracyInterval } from "../../src/metrics.ts";
import { stream } from "../../src/random.ts";
import { calibration, classes, judged, photos } from "./fake-photos.ts";

const images = {
  train: photos.filter(({ split }) => split === "train").length,
  validation: photos.filter(({ split }) => split === "validation").length,
};

export const findings: readonly Finding[] = [
  {
    kind: "label-conflict",
    severity: "serious",
    images: ["dress/dress-12.jpg", "outwear/outwear-40.jpg"],
    detail: 'in "dress" and "outwear"',
  },
  { kind: "truncated", severity: "serious", images: ["hat/hat-51.jpg"], detail: "ends in the middle of a line" },
  {
    kind: "near-duplicate",
    severity: "notice",
    images: ["shoes/shoes-03.jpg", "shoes/shoes-17.jpg"],
    detail: "2 versions",
  },
  {
    kind: "near-duplicate",
    severity: "notice",
    images: ["pants/pants-07.jpg", "pants/pants-08.jpg"],
    detail: "2 versions",
  },
  { kind: "turned", severity: "notice", images: ["t-shirt/t-shirt-22.jpg"], detail: "by 90 degrees" },
];

export const audit: DatasetAudit = {
  data: ["/home/ada/photos/clothing"],
  pictures: photos.length,
  classes: classes.map((name, label) => {
    const own = photos.filter((photo) => photo.label === label);
    const held = own.filter(({ split }) => split === "validation").length;
    return { name, pictures: own.length, train: own.length - held, validation: held, test: 0 };
  }),
  imbalance: 1.2,
  findings,
  skipped: [{ path: "hat/hat-51.jpg", reason: "ends in the middle of a line" }],
  corrections: null,
  fingerprint: "d3b07384d113edec49eaa6238ad5ff00",
};

const settings = { unfreeze: "from mixed_7b", learningRate: 0.001, epochs: 8 };

export const advice: Advice = {
  images,
  smallest: { name: "outwear", images: 33 },
  largest: { name: "shoes", images: 36 },
  probes: [
    {
      depth: "mixed_6h",
      features: 1024,
      strength: 100,
      accuracy: 0.842,
      standardError: 0.021,
      validationAccuracy: 0.85,
    },
    {
      depth: "mixed_7d",
      features: 1536,
      strength: 31.6,
      accuracy: 0.861,
      standardError: 0.02,
      validationAccuracy: 0.87,
    },
  ],
  multiDepth: null,
  neighbourAccuracy: 0.79,
  likeness: { likeness: 0.41, leep: -0.9, confidence: 0.62 },
  learningCurve: {
    points: [
      { images: 50, accuracy: 0.71, standardError: 0.04 },
      { images: 100, accuracy: 0.8, standardError: 0.034 },
      { images: 200, accuracy: 0.861, standardError: 0.029 },
    ],
    gainOfTwice: 0.034,
    standardError: 0.018,
  },
  costs: [
    { unfreeze: "none", secondsPerEpoch: 0.3, measured: true },
    { unfreeze: "from mixed_7b", secondsPerEpoch: 5.4, measured: true },
    { unfreeze: "from mixed_6b", secondsPerEpoch: 31.7, measured: false },
    { unfreeze: "all", secondsPerEpoch: 84, measured: false },
  ],
  trials: [],
  candidates: [
    candidate("linear head", "linear head", 0.86, 0.011, "worse", null),
    candidate("all from mixed_7b on, rate 0.001, 8 epochs", "fine-tuned", 0.92, 0.5, "chosen", 1),
    candidate(
      "all from mixed_7b on, rate 0.001, 8 epochs, 50 % of the way",
      "interpolated",
      0.91,
      0.39,
      "not needed",
      1,
    ),
  ],
  chosen: { name: "all from mixed_7b on, rate 0.001, 8 epochs", kind: "fine-tuned", settings },
  budgetSeconds: 600,
  spentSeconds: 431,
  outOfTime: false,
  explanation: [
    `${images.train} pictures of 6 classes (from 33 to 36 each) are learnt from and ${images.validation} held back; they are somewhat like what the network has seen (likeness 0.41, where 1 is the same).`,
    "With the network frozen, a linear head behind its last block is right on 86.1 % (± 2.0), and earlier blocks add nothing to it.",
    "3 trials of fine-tuning took 7 min 11 s; the best (all from mixed_7b on, rate 0.001, 8 epochs) is right on 92.0 % of the held-back pictures.",
    "Taken: all from mixed_7b on, rate 0.001, 8 epochs, right on 92.0 % of the held-back pictures (85.0 to 95.9); the linear head alone is right on 2 that neither had seen, it alone on 8 (p = 0.011).",
    "With twice the pictures it would be right on about 3.4 points more (± 1.8), seen from 50 pictures on.",
  ],
  wouldChange: [`more held-back pictures: with ${images.validation}, differences below 10 points can be chance`],
};

function candidate(
  name: string,
  kind: Advice["candidates"][number]["kind"],
  accuracy: number,
  p: number,
  verdict: Advice["candidates"][number]["verdict"],
  trial: number | null,
): Advice["candidates"][number] {
  return {
    ...{ name, kind, accuracy, p, verdict, trial },
    accuracyInterval: accuracyInterval(accuracy, images.validation),
    loss: 1.4 - accuracy,
    compared: { pictures: images.validation, accuracy },
    onlyThis: 2,
    onlyBest: 8,
    share: kind === "interpolated" ? 0.5 : null,
  };
}

export function reportOf(strategy: Report["strategy"]): Report {
  return {
    version: "0.1.0",
    strategy,
    classes,
    images: { ...images, test: 0 },
    skipped: audit.skipped,
    dataFingerprint: audit.fingerprint,
    parametersHash: "c157a79031e1c40f85931829bc5fc552",
    stages: [stage("none", 5, 9_222), stage("from mixed_7b", 8, 14_312_448)],
    advice: strategy === "auto" ? advice : null,
    validation: judged(new Map()),
    test: null,
    calibration: calibration(),
    labelIssues: { checked: photos.length, agreement: 0.88, found: [], reason: null },
    forgetting: {
      source: null,
      answers: { images: images.validation, agreement: 0.83, divergence: 0.21 },
      blocks: ["mixed_7b", "mixed_7c", "mixed_7d", "conv2d_7b"].map((block, i) => {
        return { block, parameters: 0.012 * (i + 1), similarity: 0.98 - i / 50, distance: 0.05 * (i + 1) };
      }),
      parameters: 0.031,
      way: Array.from({ length: 11 }, (_, i) => {
        const share = i / 10;
        return { share, accuracy: 0.86 + 0.06 * Math.sin((share * Math.PI) / 2), forgotten: 0.17 * share ** 2 };
      }),
      chosen: 1,
      limit: null,
    },
    seconds: { read: 0.6, trunk: 24.1, compile: 2.2, train: 61.8, waiting: 3.1, evaluate: 4.4, write: 1.9 },
    peakMemoryBytes: 1.34e9,
    stopped: false,
  };
}

function stage(unfreeze: string, epochs: number, learningParameters: number): Report["stages"][number] {
  return {
    unfreeze,
    epochs,
    stepsPerEpoch: 20,
    boundary: "mixed_7a",
    learningTensors: 2,
    learningParameters,
    epochsDone: [],
    bestEpoch: epochs - 1,
    reason: "done",
    overfitting: null,
    learnt: [],
    frozen: { tensors: 298, before: "a", after: "a" },
  };
}

/** Curves that fall and rise as such curves do. @param epochs - that have ended, of all stages */
export function curvesOf(seed: number, epochs: number, stepsMore = 0): Curves {
  const random = stream(seed, "curves");
  const stepsPerEpoch = 20;
  const lossAt = (step: number) => 0.35 + 1.5 * Math.exp(-step / 70);
  const stageOf = (name: string, firstStep: number, first: number, last: number, more: number) => ({
    name,
    firstStep,
    steps: Array.from({ length: (last - first) * stepsPerEpoch + more }, (_, i) => {
      const step = firstStep + i + 1;
      return { step, loss: Math.max(0.05, lossAt(step) + (random() - 0.5) * 0.4) };
    }),
    epochs: Array.from({ length: last - first }, (_, i) => {
      const step = firstStep + (i + 1) * stepsPerEpoch;
      const right = 0.94 - 0.6 * Math.exp(-step / 60);
      return {
        step,
        epoch: i + 1,
        loss: lossAt(step),
        accuracy: Math.min(1, right + 0.03),
        validationLoss: lossAt(step) + 0.08 + random() * 0.05,
        validationAccuracy: right - random() * 0.03,
        learningRate: 0.01 / (first + i + 1),
      };
    }),
  });
  const heads = Math.min(5, epochs);
  const [inHead, inSecond] = epochs < 5 ? [stepsMore, 0] : [0, stepsMore];
  const stages = [stageOf("none", 0, 0, heads, inHead)];
  if (epochs >= 5) stages.push(stageOf("from mixed_7b", 100, 5, epochs, inSecond));
  return { stages, upTo: 0 };
}

export function detailOf(row: RunRow): RunDetail {
  const done = row.state === "finished" || row.state === "stopped";
  return {
    row,
    report: done ? reportOf((row.strategy ?? "hybrid") as Report["strategy"]) : null,
    advice: row.state === "interrupted" && row.name.startsWith("advise") ? advice : null,
    findings,
    command: `reinception train /home/ada/photos/clothing --strategy ${row.strategy} --seed ${row.name.length} --out runs/${row.name}`,
    options: {
      data: ["/home/ada/photos/clothing"],
      seed: row.name.length,
      batchSize: 32,
      strategy: {
        name: row.strategy,
        stages: [
          { unfreeze: "none", epochs: 5 },
          { unfreeze: "from mixed_7b", epochs: 8 },
        ],
      },
      out: `/home/ada/runs/${row.name}`,
    },
    versions: { reinception: "0.1.0", node: "20.20.0", onnxruntime: "1.30.0", sharp: "0.35.5" },
  };
}
