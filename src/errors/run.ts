// What can go wrong with a run and its folder.

import { type Sentence, short } from "./words.ts";

export const runErrors = {
  "run/folder-in-use": ({ path }: { path: string }) => ({
    found: `the folder "${path}" is not empty, and a run does not write over anything.`,
    fix: "Give another one with --out, or leave --out away and a new one is made.",
  }),
  "run/no-folder": ({ path }: { path: string }) => ({
    found: `there is no folder "${path}" to look for runs in.`,
    fix: "Give the folder in which runs lie; those in the folder runs are listed by: reinception runs",
  }),
  "run/not-a-run": ({ path, missing }: { path: string; missing: string }) => ({
    found: `"${path}" is not the folder of a finished run: it has no ${missing}.`,
    fix: "reinception runs lists the runs there are.",
  }),
  "train/stopped-early": (_: object) => ({
    found: "the run was stopped before anything had learnt, so there is no model.",
    fix: "Start it again: what was computed so far is kept and need not be computed again.",
  }),
  "train/loss-not-finite": ({
    stage,
    epoch,
    step,
    learningRate,
  }: {
    stage: number;
    epoch: number;
    step: number;
    learningRate: number;
  }) => ({
    found: `the loss is not a number any more, in stage ${stage}, epoch ${epoch}, step ${step}, at a learning rate of ${short(learningRate)}.`,
    fix: `Learn more slowly: --learning-rate ${short(learningRate / 10)}`,
  }),
  "inspect/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at "${path}".`,
    fix: "Give a run's folder, a model.onnx or a .safetensors file; to look at the network itself: reinception inspect",
  }),
} satisfies Record<string, (details: never) => Sentence>;
