// npm run bench:strategies: every strategy on every task with the small network, and how near the one that is chosen from the
// data comes to the best of them, at which share of their time.
//
//   npm run bench:strategies -- --data FOLDER --data FOLDER ... --out FILE.json
//                               [--auto] [--full] [--tasks NAME,...] [--strategies NAME,...] [--seed 0] [--list]
//
// FOLDER holds a folder of photos for each class. The file grows after every run; started again, what is in it is not run
// again. --list says the names of tasks and strategies and runs nothing.

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nowMs } from "../src/clock.ts";
import { type Report, retrain } from "../src/index.ts";
import { options } from "../src/options.ts";
import { readResults, type Result, summary, taskTable, verdictOn, writeResults } from "./strategy-results.ts";
import { type Candidate, chosenByData, strategyTable } from "./strategy-table.ts";
import { drawnTasks, sourceTasks, type Task } from "./strategy-tasks.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", multiple: true, default: [] },
    out: { type: "string" },
    auto: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    tasks: { type: "string" },
    strategies: { type: "string" },
    seed: { type: "string", default: "0" },
    list: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const machine = `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, Node ${process.version}`;

/** Those that are asked for by name; all of them where nothing is asked for. */
function named<Thing extends { readonly name: string }>(all: readonly Thing[], asked: string | undefined) {
  const twice = all.find(({ name }, at) => all.findIndex((other) => other.name === name) < at);
  if (twice !== undefined) throw new Error(`${twice.name} is there twice: give the folders different names`);
  const names = asked?.split(",") ?? all.map(({ name }) => name);
  const unknown = names.filter((name) => !all.some((thing) => thing.name === name));
  if (unknown.length > 0)
    throw new Error(`there is no ${unknown.join(", ")}; there is ${all.map(({ name }) => name).join(", ")}`);
  return all.filter(({ name }) => names.includes(name));
}

/** One run in folders of its own, so that nothing is found that another run has kept. */
async function run(data: string, task: string, { name, strategy }: Candidate): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "reinception-strategy-"));
  process.env.REINCEPTION_CACHE = join(folder, "cache"); // the run's process inherits it
  try {
    const startedMs = nowMs();
    const report = await retrain({ data, out: join(folder, "run"), weights: "small", strategy, seed }).result;
    return resultOf(report, { task, strategy: name, seconds: (nowMs() - startedMs) / 1000 });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function resultOf(
  { images, test, validation, stopped }: Report,
  told: Pick<Result, "task" | "strategy" | "seconds">,
): Result {
  if (test === null || stopped) throw new Error("internal: a run without its test side or its end");
  const accuracy = test.accuracy;
  return {
    ...told,
    seed,
    images: { given: images.train + images.validation, test: images.test },
    test: accuracy,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / images.test),
    validation: validation.accuracy,
    machine,
  };
}

/** One run that cannot be is no reason to lose a night of others. */
function refused(error: unknown): string {
  process.exitCode = 1;
  return error instanceof Error ? error.message : String(error);
}

/** Runs what the file lacks of one task, and returns all that is asked for of it, but for runs that could not be. */
async function compare(task: Task, names: readonly string[], out: string): Promise<readonly Result[]> {
  const found = (name: string) =>
    readResults(out).find((one) => one.task === task.name && one.strategy === name && one.seed === seed);
  const keep = async (result: Result) => {
    await writeResults(out, [...readResults(out), result]);
    return `${(100 * result.test).toFixed(1)} % in ${result.seconds.toFixed(1)} s`;
  };
  const data = mkdtempSync(join(tmpdir(), "reinception-task-"));
  try {
    const missing = names.filter((name) => found(name) === undefined);
    if (missing.length > 0) await task.layOut(data);
    const images = Math.round(filesIn(join(data, "train")) * (1 - options.validation.default));
    for (const candidate of strategyTable({ ...values, images }).filter(({ name }) => missing.includes(name))) {
      const told = await run(data, task.name, candidate).then(keep, refused);
      console.error(`${task.name}, ${candidate.name}: ${told}`);
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
  return names.flatMap((name) => found(name) ?? []);
}

function filesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

const sources = [...values.data, ...positionals];
const fromSources = await Promise.all(sources.map((source) => sourceTasks(source, seed)));
const tasks = named([...fromSources.flat(), ...drawnTasks(seed)], values.tasks);
const candidates = named(strategyTable(values), values.strategies);
const out = values.out;
if (values.list) {
  console.log(`tasks: ${tasks.map(({ name }) => name).join(",")}`);
  console.log(`strategies: ${candidates.map(({ name }) => name).join(",")}`);
} else if (out === undefined) throw new Error("say where the results go: --out strategies.json");
else {
  const compared: { readonly task: string; readonly results: readonly Result[] }[] = [];
  for (const task of tasks) {
    const results = await compare(
      task,
      candidates.map(({ name }) => name),
      out,
    );
    if (results.length > 0) console.log(`${taskTable(task.name, results)}\n`);
    compared.push({ task: task.name, results });
  }
  const judged = compared.filter(({ results }) => results.some(({ strategy }) => strategy !== chosenByData));
  if (judged.length > 0) console.log(summary(judged.map(({ task, results }) => verdictOn(task, results))));
}
