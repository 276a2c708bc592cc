import { describe, expect, test } from "vitest";
import type { Evaluation, Forgetting, Report, RunEvent } from "../index.ts";
import { predictionText } from "./predictions.ts";
import { refitText } from "./refit.ts";
import { correctionsText, evaluationText, forgettingText, planText, waitingText } from "./run-text.ts";
import { runsText } from "./runs.ts";
import { terminalOf } from "./terminal.ts";

const { style } = terminalOf({}, {});

const evaluation: Evaluation = {
  images: 40,
  loss: 0.4125,
  temperature: 1.25,
  accuracy: 0.875,
  accuracyInterval: [0.739, 0.945],
  balancedAccuracy: 0.85,
  macroF1: 0.8512,
  classes: [
    { name: "cat", images: 30, precision: 0.9, recall: 0.9, f1: 0.9 },
    { name: "dog", images: 10, precision: null, recall: 0.8, f1: 0.8 },
    { name: "fox", images: 0, precision: null, recall: null, f1: null },
  ],
  confusionMatrix: [],
  mostWrong: [{ name: "cat/1.jpg", truth: "cat", said: "dog", probability: 0.987, probabilityOfTruth: 0.01 }],
};

describe("what was said of pictures since", () => {
  const counts = { files: ["/data/photos.corrections.jsonl"], relabelled: 5, moved: 0, excluded: 1200, missing: 2 };

  test("is a line with numbers and where it stands", () => {
    expect(correctionsText(counts, style)).toEqual([
      "Corrected 5 in another class, 1,200 left out, 2 not there any more, by photos.corrections.jsonl",
    ]);
    expect(correctionsText(undefined, style)).toEqual([]);
  });

  test("stands beside what the head of before and the new one are worth on it", () => {
    const refit = { of: "/runs/first", corrections: { ...counts, missing: 0 }, before: evaluation, strength: 32 };
    const now = { ...evaluation, accuracy: 0.9, accuracyInterval: [0.769, 0.96] as const };
    const report = { refit, validation: now, test: null } as unknown as Report;
    expect(refitText(report, "/runs/first-refit", style).slice(0, 3)).toEqual([
      "Corrected 5 in another class, 1,200 left out, by photos.corrections.jsonl",
      "Before  87.5 % (73.9 to 94.5) with the head of before",
      "Now  90.0 % (76.9 to 96.0) on 40 images, loss 0.412",
    ]);
  });
});

describe("what comes of a run", () => {
  test("is an accuracy with its interval, a table of classes and the worst errors", () => {
    expect(evaluationText("Held-out accuracy", evaluation, style)).toEqual([
      "Held-out accuracy  87.5 % (73.9 to 94.5) on 40 images, loss 0.412",
      "every class counted alike: 85.0 % found, F1 85.1 %",
      "",
      "Class  images   found  right when named",
      "cat        30  90.0 %            90.0 %",
      "dog        10  80.0 %                 -",
      "",
      "Most wrong                         sure by",
      "cat/1.jpg   is cat, taken for dog   98.7 %",
    ]);
  });

  test("shows the weakest of many classes only", () => {
    const classes = Array.from({ length: 50 }, (_, i) => ({
      ...evaluation.classes[0]!,
      name: `class ${i}`,
      f1: i / 50,
    }));
    const lines = evaluationText("Accuracy", { ...evaluation, classes: classes.reverse(), mostWrong: [] }, style);
    expect(lines).toHaveLength(3 + 1 + 20 + 1);
    expect(lines[4]).toMatch(/^class 0 /);
    expect(lines.at(-1)).toBe("the 20 weakest of 50 classes; all are in report.json");
  });
});

describe("what is kept of what the network knew", () => {
  const forgetting: Forgetting = {
    source: null,
    answers: { images: 200, agreement: 0.61, divergence: 0.7 },
    blocks: [],
    parameters: 0.1,
    way: [],
    chosen: 1,
    limit: null,
  };
  const text = (changes: Partial<Forgetting>) => forgettingText({ forgetting: { ...forgetting, ...changes } }, style);

  test("is said by the answers to one's own pictures, with what keeps more", () => {
    expect(text({})).toEqual([
      "Kept   61.0 % of the original classifier's answers on 200 held-out images are as before",
      "       to keep more: --max-forgetting 2%, or --retain lwf",
    ]);
  });

  test("is said by pictures of the source where there are some, and how far a limit went back", () => {
    const source = { before: 0.3, after: 0.1, images: 1000 } as const;
    const intervals = { beforeInterval: [0.27, 0.33], afterInterval: [0.08, 0.12] } as const;
    expect(text({ source: { ...source, ...intervals }, limit: 0.05, chosen: 0.4 })).toEqual([
      "Kept   30.0 % of 1,000 source images were right before, 10.0 % (8.0 to 12.0) are now",
      "       to forget no more than 5.0 %, the model goes 40 % of the way that was learnt",
    ]);
    expect(text({ limit: 0.5 }).at(-1)).toBe("       within the 50.0 % that may be forgotten");
  });

  test("is not spoken of where nothing can be lost, or nothing says what was known", () => {
    expect(forgettingText({ forgetting: null }, style)).toEqual([]);
    expect(text({ answers: null })).toEqual([]);
  });
});

describe("that the engine waited for pictures", () => {
  test("is said in one line where it did for more than a twentieth of the training", () => {
    expect(waitingText({ train: 68, waiting: 12, read: 9 }, style)).toEqual([
      "Waiting  for data 12 s of 80 s: decoding is the limit; smaller pictures or more cores speed it up",
    ]);
    expect(waitingText({ train: 96, waiting: 4 }, style)).toEqual([]);
    expect(waitingText({ train: 0.1, waiting: 0.4 }, style)).toEqual([]);
    expect(waitingText({ read: 1 }, style)).toEqual([]);
  });
});

test("what will happen is said before it does", () => {
  const stage = { epochs: 5, stepsPerEpoch: 25, learningTensors: 2 };
  const start: Extract<RunEvent, { type: "start" }> = {
    type: "start",
    out: "/runs/a",
    classes: ["cat", "dog"],
    images: { train: 800, validation: 200, test: 50 },
    skipped: Array.from({ length: 6 }, (_, i) => ({ path: `${i}.txt`, reason: "is no picture" })),
    stages: [
      { ...stage, unfreeze: "none", boundary: "pooled", learningParameters: 7685 },
      { ...stage, unfreeze: "all", boundary: "image", learningParameters: 41_150_501 },
    ],
  };
  expect(planText(start, style)).toEqual([
    "Pictures  800 to learn from, 200 held out, 50 to test",
    "Classes   2: cat, dog",
    "Skipped   6 files",
    "  0.txt  is no picture",
    "  1.txt  is no picture",
    "  2.txt  is no picture",
    "  3.txt  is no picture",
    "  4.txt  is no picture",
    "  and 1 more, listed in report.json",
    "",
    "Stage  learns             parameters  epochs  steps each  runs once per image",
    "1      the head                7,685       5          25  everything up to the head",
    "2      the whole network  41,150,501       5          25  nothing",
  ]);
  const imbalance = { most: { name: "cat", images: 790 }, least: { name: "dog", images: 10 } };
  expect(planText({ ...start, imbalance }, style)[2]).toBe(
    'Balance   "cat" has 790 pictures to learn from, "dog" 10; to let rare classes count as much: --balance adjust',
  );
});

test("copies that are left out have a line of their own, and what was noticed another", () => {
  const skipped = [
    { path: "notes.txt", reason: "no picture" },
    { path: "a/1.png", reason: 'a copy of "a/2.png", which is held back for validation', side: "train" as const },
  ];
  const noticed = { "other-file": 1, "across-splits": 1, "near-duplicate": 1, turned: 1200, tiny: 2, flat: 1 };
  const images = { train: 8, validation: 2, test: 0 };
  const start = { type: "start" as const, out: "/runs/a", classes: ["a", "b"], images, skipped, noticed, stages: [] };
  expect(planText(start, style, ["my photos"]).slice(2, -2)).toEqual([
    "Skipped   1 file",
    "  notes.txt  no picture",
    "Left out  1 picture for a copy on another side, listed in report.json",
    "Noticed   nearly the same (1), stored turned, set upright (1,200), tiny (2), and more",
    '  to see which: reinception dataset audit "my photos"',
  ]);
});

describe("a prediction", () => {
  const prediction = {
    path: "/elsewhere/photo.jpg",
    classes: [
      { name: "cat", probability: 0.971 },
      { name: "dog", probability: 0.029 },
    ],
  };

  test("names the most probable classes below the picture", () => {
    expect(predictionText(prediction, 5, style)).toEqual(["/elsewhere/photo.jpg", " 97.1 %  cat", "  2.9 %  dog"]);
  });

  test("is one line where one class is wanted", () => {
    expect(predictionText(prediction, 1, style)).toEqual([" 97.1 %  cat  /elsewhere/photo.jpg"]);
  });
});

describe("the table of runs", () => {
  test("has a dash for what is not known", () => {
    const run = {
      path: "/r/a",
      name: "a",
      startedAt: "2026-01-31T12:34:56.000Z",
      model: "/r/a/model.onnx",
      refitOf: null,
    };
    const result = { accuracy: 0.875, accuracyInterval: [0.821, 0.916] as const, heldOutImages: 200 };
    const unknown = { accuracy: null, accuracyInterval: null, heldOutImages: null, model: null };
    const finished = { ...run, ...result, state: "finished", strategy: "hybrid", classes: ["cat", "dog"] } as const;
    const damaged = { ...run, ...unknown, state: "damaged", strategy: null, classes: [], startedAt: null } as const;
    expect(runsText([finished, damaged], style)).toEqual([
      "Started (UTC)     strategy  classes      held-out accuracy  state     model",
      "2026-01-31 12:34  hybrid          2  87.5 % (82.1 to 91.6)  finished  /r/a/model.onnx",
      "-                 -               -                      -  damaged   /r/a",
    ]);
  });

  test("says how to make the first one", () => {
    expect(runsText([], style)).toEqual(["No runs yet. To make one, type: reinception train photos"]);
  });
});
