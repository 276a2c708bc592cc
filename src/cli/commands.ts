// The commands as a table: what each takes, does, and which file does it. That file is loaded only when its command runs,
// so that help and version stay quick.

import type { CommandName, OptionName, OptionValues } from "../options.ts";
import type { ExitCode } from "./exit-codes.ts";

/** Checked values of the options that were given. */
export type Given = { readonly [K in OptionName]?: OptionValues[K] };

/** Does what a command says; prints its result to stdout and returns the exit code. */
export type Action = (taken: readonly string[], given: Given) => Promise<ExitCode>;

export interface CommandSpec {
  readonly name: CommandName;
  /** What it takes besides options, in commander's notation. */
  readonly takes: string;
  readonly help: string;
  readonly example: string;
  readonly load: () => Promise<Action>;
}

/** What the commands of two words have in common, by their first word. */
export const groups: Readonly<Record<string, string>> = {
  cache: "what frozen parts have computed and is kept for the next run",
  dataset: "folders of photos, before anything learns from them",
  weights: "the networks that training can start from, and files of weights in other formats",
};

export const commands: readonly CommandSpec[] = [
  {
    name: "train",
    takes: "<data...>",
    help: "retrain the network on folders with one sub-folder of pictures for each class, lists or archives of them",
    example: "reinception train photos",
    load: async () => (await import("./train.ts")).train,
  },
  {
    name: "advise",
    takes: "<data...>",
    help: "find out which strategy suits photos, and why, without making a model of it; resume makes it",
    example: "reinception advise photos --budget 5m",
    load: async () => (await import("./train.ts")).advise,
  },
  {
    name: "tune",
    takes: "<data...>",
    help: "try every combination of what to unfreeze, learning rates and epochs, and make the model of the best",
    example: 'reinception tune photos --unfreeze "from mixed_7b,all" --learning-rate 1e-3,3e-4 --epochs 3,10',
    load: async () => (await import("./train.ts")).tune,
  },
  {
    name: "resume",
    takes: "<run>",
    help: "go on with an interrupted run, or with --epochs let a finished one learn for longer",
    example: "reinception resume runs/first",
    load: async () => (await import("./train.ts")).resume,
  },
  {
    name: "predict",
    takes: "<run> <pictures...>",
    help: 'name the classes of pictures: files, folders, patterns like "photos/*.jpg", or - for what comes on standard input; by a run, an export or a model.onnx',
    example: "reinception predict runs/first photo.jpg",
    load: async () => (await import("./predict.ts")).predict,
  },
  {
    name: "serve",
    takes: "<run>",
    help: "answer over HTTP what a run, an export or a model.onnx says of pictures",
    example: "reinception serve runs/first",
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "evaluate",
    takes: "<run> <data...>",
    help: "judge a run or a model.onnx on pictures whose classes are known, given as for training",
    example: "reinception evaluate runs/first photos",
    load: async () => (await import("./evaluate.ts")).evaluate,
  },
  {
    name: "dashboard",
    takes: "[folder]",
    help: "open the runs in a folder, which is runs unless given, in a browser: watch them, correct labels, start new ones",
    example: "reinception dashboard",
    load: async () => (await import("./dashboard.ts")).dashboard,
  },
  {
    name: "refit",
    takes: "<run>",
    help: "fit the head of a finished run anew with what <data>.corrections.jsonl says of its pictures, in seconds",
    example: "reinception refit runs/first",
    load: async () => (await import("./refit.ts")).refit,
  },
  {
    name: "inspect",
    takes: "[what]",
    help: "look at a run, a model.onnx or a file of weights; without one, at what would learn in the network",
    example: 'reinception inspect --unfreeze "2 blocks"',
    load: async () => (await import("./inspect.ts")).inspect,
  },
  {
    name: "report",
    takes: "<run>",
    help: "draw the page of a finished run, report.html, anew",
    example: "reinception report runs/first",
    load: async () => (await import("./report.ts")).report,
  },
  {
    name: "export",
    takes: "<run>",
    help: "take the model of a run, or a model.onnx, elsewhere in another form",
    example: "reinception export runs/first --input pixels",
    load: async () => (await import("./export.ts")).exportAction,
  },
  {
    name: "runs",
    takes: "[folder]",
    help: "list the runs in a folder, which is runs unless given",
    example: "reinception runs",
    load: async () => (await import("./runs.ts")).runs,
  },
  {
    name: "weights list",
    takes: "",
    help: "list the networks that training can start from, and which of them are on this machine",
    example: "reinception weights list",
    load: async () => (await import("./weights-list.ts")).weightsList,
  },
  {
    name: "weights pull",
    takes: "[name]",
    help: "fetch published weights, imagenet unless another name is given, so that training can start without a network",
    example: "reinception weights pull",
    load: async () => (await import("./weights-pull.ts")).weightsPull,
  },
  {
    name: "cache info",
    takes: "",
    help: "say what is kept, how much of it, and when it was last used",
    example: "reinception cache info",
    load: async () => (await import("./cache.ts")).info,
  },
  {
    name: "cache verify",
    takes: "",
    help: "read everything that is kept and remove what is damaged",
    example: "reinception cache verify",
    load: async () => (await import("./cache.ts")).verify,
  },
  {
    name: "cache clear",
    takes: "",
    help: "remove what is kept, except what a run is using",
    example: "reinception cache clear --older-than 30",
    load: async () => (await import("./cache.ts")).clear,
  },
  {
    name: "dataset audit",
    takes: "<data...>",
    help: "look at every picture of a folder: what cannot be read or is odd, copies, classes, and how they would be divided",
    example: "reinception dataset audit photos",
    load: async () => (await import("./dataset-audit.ts")).datasetAudit,
  },
  {
    name: "doctor",
    takes: "",
    help: "check whether this machine has everything that a run needs",
    example: "reinception doctor",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "weights check",
    takes: "<file>",
    help: "say what is in a file of weights, and whether a run can start from it",
    example: "reinception weights check inception-v4.onnx",
    load: async () => (await import("./weights-check.ts")).weightsCheck,
  },
  {
    name: "weights convert",
    takes: "<in> <out>",
    help: "write weights anew, as a .safetensors file that timm loads or as an .onnx file that runs",
    example: "reinception weights convert inception-v4.onnx inception-v4.safetensors",
    load: async () => (await import("./weights-convert.ts")).weightsConvert,
  },
];
