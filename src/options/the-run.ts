// Options about the run as a whole, and about what is said of it.

import { all, choice, divided, engine, flag, integer, learning, network, number, size, text } from "./kinds.ts";

export const theRun = {
  out: text("DIR", "folder of the run, or of what is exported", {
    otherwise:
      "a new one in runs; of a refit, one beside the run; of an export, one in the run that is named as the format",
    commands: [...learning, "refit", "export"],
  }),
  seed: integer("N", "of everything random", { default: 0, least: 0, most: 2 ** 32 - 1, commands: divided }),
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
  cacheLimit: size("SIZE", "how large the cache of those results may become; the least recently used go first", {
    example: "20GB",
    otherwise: "$REINCEPTION_CACHE_LIMIT, or 50GB or half of the disk, whichever is less",
    commands: [...learning, "cache info"],
  }),
  olderThan: number("DAYS", "only what nothing has asked for in so many days", {
    least: 0,
    example: "30",
    otherwise: "all that no run uses",
    commands: ["cache clear"],
  }),
  checkpointSeconds: number("SECONDS", "longest time between two checkpoints; there is one at every epoch too", {
    default: 60,
    least: 0,
  }),
  checkpointSteps: integer("N", "a checkpoint every so many steps", { least: 1, example: "100", otherwise: "by time" }),
  checkpointsKept: integer("N", "how many of the last checkpoints are kept", { default: 2, least: 1, most: 1000 }),
  report: flag("end without report.html, which reinception report makes later", {
    default: true,
    commands: ["train", "tune"],
  }),
  csv: flag("print a table as CSV (RFC 4180) and nothing else", { commands: ["predict"] }),
  json: flag("print one JSON document and nothing else", { commands: all }),
};
