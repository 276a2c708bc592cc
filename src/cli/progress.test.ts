import { describe, expect, test } from "vitest";
import type { RunEvent, StagePlan } from "../index.ts";
import { advance, beginning, lastingLines, statusText } from "./progress.ts";
import { terminalOf } from "./terminal.ts";

const plain = terminalOf({}, { LANG: "C" }, "linux");
const live = terminalOf({ isTTY: true, columns: 100 }, { NO_COLOR: "1", LANG: "C.UTF-8" }, "linux");

const plan: StagePlan = {
  unfreeze: "none",
  epochs: 5,
  stepsPerEpoch: 25,
  boundary: "pooled",
  learningTensors: 2,
  learningParameters: 7685,
};
const start: RunEvent = {
  type: "start",
  out: "/runs/a",
  classes: ["cat", "dog"],
  images: { train: 800, validation: 200, test: 0 },
  skipped: [],
  stages: [plan, { ...plan, unfreeze: "50 layers" }],
};
const reading = (done: number): RunEvent => ({
  type: "progress",
  phase: "trunk",
  done,
  total: 1000,
  imagesPerSecond: 8.25,
});
const step: RunEvent = {
  type: "step",
  stage: 1,
  epoch: 3,
  step: 12,
  done: 400,
  total: 800,
  loss: 0.5,
  meanLoss: 0.4125,
  meanAccuracy: 0.875,
  learningRate: 1e-3,
  imagesPerSecond: 41.3,
  secondsLeft: 65,
};
const epoch: RunEvent = {
  type: "epoch",
  stage: 1,
  epoch: 1,
  epochs: 10,
  best: true,
  seconds: 12.345,
  loss: 0.4,
  accuracy: 0.9,
  validationLoss: 0.53,
  validationAccuracy: 1,
};

function story(events: readonly RunEvent[], terminal = plain): string[] {
  let progress = beginning;
  return events.flatMap((event) => {
    const lines = lastingLines(progress, event, terminal);
    progress = advance(progress, event);
    return lines;
  });
}

const storyOf = (...events: RunEvent[]) => events.reduce(advance, beginning);

describe("the line for now", () => {
  test("says what is going on, how far it is and how long it takes", () => {
    expect(statusText(storyOf(start, reading(250)), plain)).toBe(
      "Running the frozen part   #####...............  25 %   250 of 1,000   8.3 images/s   1:31 left",
    );
  });

  test("says in a step where it is and how well it learns", () => {
    expect(statusText(storyOf(start, step), live)).toBe(
      "Stage 2/2  epoch 3/5   ━━━━━━━━━━──────────  50 %   loss 0.412  accuracy 87.5 %   41 images/s   1:05 left",
    );
  });

  test("says of a download how many bytes have come, and how fast", () => {
    const download = { type: "progress", phase: "download", done: 42.8e6, total: 171.1e6 } as const;
    expect(statusText(storyOf({ ...download, bytesPerSecond: 12.3e6 }), plain)).toBe(
      "Fetching the weights   #####...............  25 %   42.8 MB of 171.1 MB   12.3 MB/s   0:10 left",
    );
    expect(statusText(storyOf({ ...download, bytesPerSecond: 0 }), plain)).toContain("42.8 MB of 171.1 MB");
    expect(story([{ ...download, bytesPerSecond: 0 }])).toEqual(["Fetching the weights (171.1 MB)"]);
  });

  test("is empty before the first and after an epoch", () => {
    expect(statusText(beginning, plain)).toBe("");
    expect(statusText(storyOf(start, step, epoch), plain)).toBe("");
  });

  test("survives a speed that is not known yet and nothing to do", () => {
    const idle = { ...reading(0), total: 0, imagesPerSecond: 0 } as RunEvent;
    expect(statusText(storyOf(start, idle), plain)).toBe(
      "Running the frozen part   ....................   0 %   0 of 0",
    );
  });
});

describe("the lines that stay", () => {
  test("are one for each stage, epoch and end of a stage", () => {
    expect(
      story([
        start,
        { type: "stage", stage: 1, plan: { ...plan, unfreeze: "50 layers" } },
        step,
        epoch,
        { ...epoch, epoch: 10, best: false },
        { type: "stage-end", stage: 1, bestEpoch: 1, reason: "patience" },
      ]),
    ).toEqual([
      "",
      "Stage 2 of 2: the head and the last 50 layers",
      "    epoch     loss  accuracy   held-out loss  accuracy   seconds",
      "     1/10    0.400    90.0 %           0.530   100.0 %      12.3   best so far",
      "    10/10    0.400    90.0 %           0.530   100.0 %      12.3",
      "  no better result any more; epoch 1 is kept",
    ]);
  });

  test("name a phase once where no line can be drawn anew, and never where one can", () => {
    const events = [start, reading(100), reading(200), reading(1000)];
    expect(story(events)).toEqual(["Running the frozen part (1,000 images)"]);
    expect(story(events, live)).toEqual([]);
  });

  test("say since when a stage learns its pictures by heart, and what to do", () => {
    const remedies = ["--epochs 5,2", '--unfreeze "25 layers"'];
    const told = { type: "overfitting", stage: 1, sinceEpoch: 3, toldAtEpoch: 5, remedies } as const;
    const byLoss = { ...told, sign: "loss", training: [0.6, 0.2], validation: [0.5, 0.8125] } as const;
    const byAccuracy = { ...told, sign: "accuracy", training: [0.8, 0.99], validation: [0.78, 0.781] } as const;
    expect(story([start, byLoss, { ...byAccuracy, remedies: [] }])).toEqual([
      "  from epoch 3 on it learns its pictures by heart: held-out loss 0.500 to 0.813, its own 0.600 to 0.200",
      '  to hold it back: --epochs 5,2; --unfreeze "25 layers"',
      "  from epoch 3 on it learns its pictures by heart: 99.0 % of them right, 78.1 % of those held out",
    ]);
  });

  test("say after a stage what it left of the source", () => {
    const interval = [0, 1] as const;
    const score = { images: 10, before: 0.5, beforeInterval: interval, after: 0.25, afterInterval: interval };
    expect(story([start, { type: "source", stage: 1, ...score }])).toEqual([
      "  of the source 50.0 % were known before, 25.0 % are now",
    ]);
  });

  test("say when a stage was in vain", () => {
    expect(story([start, { type: "stage-end", stage: 1, bestEpoch: 0, reason: "done" }])).toEqual([
      "  no epoch was better than what the stage began with, which is kept",
    ]);
  });
});
