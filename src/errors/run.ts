// What can go wrong with a run and its folder.

import { inQuotes, quoted, type Sentence, short } from "./words.ts";

export const runErrors = {
  "run/already-there": ({ path }: { path: string }) => ({
    found: `a run lies in "${path}" already, and a new one does not write over it.`,
    fix: `To go on with it: reinception resume "${path}". For a new run give another folder with --out.`,
  }),
  "run/in-use": ({ path, pid }: { path: string; pid: number }) => ({
    found: `process ${pid} is at work in "${path}".`,
    fix: `Wait until it has ended, or end it: kill ${pid}`,
  }),
  "run/not-running": ({ path }: { path: string }) => ({
    found: `no process is at work in "${path}", so there is nothing to stop.`,
    fix: `Where it was broken off, it goes on with: reinception resume "${path}"`,
  }),
  "run/finished": ({ path, epochs }: { path: string; epochs: number }) => ({
    found: `the run in "${path}" has come to its end; nothing of it is left to do.`,
    fix: `To let it learn for longer: reinception resume "${path}" --epochs ${epochs}`,
  }),
  "run/finished-search": ({ path }: { path: string }) => ({
    found: `the run in "${path}" has come to its end; nothing of it is left to do.`,
    fix: "To look for longer, start a new one with a larger --budget; what the frozen part has computed is kept.",
  }),
  "run/changed": ({ path, what, changes }: { path: string; what: "data" | "options"; changes: readonly string[] }) => ({
    found: `the ${what} of the run in "${path}" ${what === "data" ? "is" : "are"} not as they were when it was interrupted:\n${changes
      .slice(0, 10)
      .map((change) => `  ${change}`)
      .join("\n")}${changes.length > 10 ? `\n  and ${changes.length - 10} more` : ""}`,
    fix: "Put it back as it was, or start a new run; what it has in common with this one is not computed again.",
  }),
  "run/refitted": ({ path, of, data }: { path: string; of: string; data: readonly string[] }) => ({
    found: `the head of the run in ${inQuotes(path)} was fitted at once, on what the run in ${inQuotes(of)} had kept; there is nothing to go on with.`,
    fix: `To fit it anew: reinception refit ${inQuotes(of)}. To let the network learn with the corrections: reinception train ${data.map(inQuotes).join(" ")}`,
  }),
  "run/no-checkpoint": ({ path, damaged }: { path: string; damaged: readonly string[] }) => ({
    found: `"${path}" holds no checkpoint that is whole${damaged.length > 0 ? `; damaged: ${quoted(damaged)}` : ""}.`,
    fix: "Start a new run; what the frozen part has computed is kept and need not be computed again.",
  }),
  "run/checkpoint-not-written": ({ path, reason, sizeBytes }: { path: string; reason: string; sizeBytes: number }) => ({
    found: `a checkpoint of ${sizeBytes} bytes could not be put into "${path}" (${reason}); the one before it is still there.`,
    fix: "Free space on that disk and go on with: reinception resume <run>",
  }),
  "run/epochs-done": (details: { stage: number; done: number; asked: number }) => ({
    found: `stage ${details.stage} has learnt for ${details.done} epochs already, so it cannot end after ${details.asked}.`,
    fix: `Give at least as many: --epochs ${details.done + 1}`,
  }),
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
  "run/picture-gone": ({ name, paths }: { name: string; paths: readonly string[] }) => ({
    found: `the picture "${name}" of the run is not in ${quoted(paths)} any more.`,
    fix: "Put it back where it was, and look again.",
  }),
  "run/picture-changed": ({ name }: { name: string }) => ({
    found: `the picture "${name}" has another content than when the run saw it.`,
    fix: "Put the old one back, or train a new run on the pictures as they are.",
  }),
  "run/answers": ({ path }: { path: string }) => ({
    found: `answers.safetensors in "${path}" is not of that run's model: it holds other pictures or other parameters.`,
    fix: "Train the run anew; its model still predicts.",
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
    checkpoint,
  }: {
    stage: number;
    epoch: number;
    step: number;
    learningRate: number;
    checkpoint: string;
  }) => ({
    found: `the loss is not a number any more, in stage ${stage}, epoch ${epoch}, step ${step}, at a learning rate of ${short(learningRate)}; the last good state that was kept is of ${checkpoint}.`,
    fix: `Learn more slowly: --learning-rate ${short(learningRate / 10)}`,
  }),
  "inspect/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at "${path}".`,
    fix: "Give a run's folder, a model.onnx or a file of weights; to look at the network itself: reinception inspect",
  }),
} satisfies Record<string, (details: never) => Sentence>;
