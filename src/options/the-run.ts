// Options about the run as a whole, and about what is said of it.

import { all, choice, engine, flag, integer, network, number, text } from "./kinds.ts";

export const theRun = {
  out: text("DIR", "folder of the run, or of what is exported", {
    otherwise: "a new one in runs; of an export, one in the run that is named as the format",
    commands: ["train", "export"],
  }),
  seed: integer("N", "of everything random", { default: 0, least: 0, most: 2 ** 32 - 1 }),
  threads: integer("N", "threads of the engine", {
    least: 1,
    most: 1024,
    example: "2",
    otherwise: "one for each core",
    commands: [...engine, "export"],
  }),
  cachePrecision: choice(["float16", "float32"], "how exactly the frozen part's results are kept", {
    default: "float16",
    commands: network,
  }),
  checkpointSeconds: number("SECONDS", "longest time between two checkpoints; there is one at every epoch too", {
    default: 60,
    least: 0,
  }),
  checkpointSteps: integer("N", "a checkpoint every so many steps", { least: 1, example: "100", otherwise: "by time" }),
  checkpointsKept: integer("N", "how many of the last checkpoints are kept", { default: 2, least: 1, most: 1000 }),
  json: flag("print one JSON document and nothing else", { commands: all }),
};
