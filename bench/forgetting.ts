// What retraining costs of what the network knew, and what each remedy saves: accuracy on held-out pictures of a target
// folder and of a folder with the classes of the weights, before and after; one run for each remedy and seed.
//
//   npm run bench:forgetting -- TARGET SOURCE [--weights small] [--size 80] [--epochs 5,8] [--rate 1e-3] [--seeds 0,1]
//                               [--only plain,lwf:1,...] [--threads 2]

import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nowMs } from "../src/clock.ts";
import { hybrid, type Report, type RetrainOptions, retrain, type Stage } from "../src/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: "string", default: "small" },
    size: { type: "string", default: "80" },
    epochs: { type: "string", default: "5,8" },
    rate: { type: "string", default: "1e-3" },
    seeds: { type: "string", default: "0" },
    only: { type: "string", default: "plain,rate:0.2,decay:0.7,l2-sp:0.01,lwf:8,ldifs:1,rehearsal:1" },
    threads: { type: "string", default: String(Math.min(2, cpus().length)) },
  },
});
const [data, source] = positionals;
if (data === undefined || source === undefined)
  throw new Error("two folders are needed: the target's and the source's");
const [head = 5, all = 8] = values.epochs.split(",").map(Number);
const rate = Number(values.rate);
const shown = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9];

/** What a run measures: shares of pictures, and seconds. */
interface Row {
  readonly target: number;
  readonly before: number;
  readonly after: number;
  readonly seconds: number;
}

/** "lwf:1", "rate:0.2" (of the usual learning rate), "decay:0.7" (blockDecay), or "plain". */
function strategyOf(remedy: string) {
  const [name = "", number = "0"] = remedy.split(":");
  const strength = Number(number);
  const isRetain = ["l2-sp", "lwf", "ldifs", "rehearsal"].includes(name);
  return hybrid({
    unfreeze: "all",
    epochs: [head, all],
    learningRate: [1e-2, name === "rate" ? rate * strength : rate],
    blockDecay: name === "decay" ? strength : 1,
    ...(isRetain && { retain: { method: name as Stage["retain"]["method"], strength } }),
  });
}

async function measure(remedy: string, seed: number, folder: string): Promise<{ row: Row; report: Report }> {
  const startedMs = nowMs();
  const options: RetrainOptions = {
    ...{ data: data!, source: source!, weights: values.weights, size: Number(values.size) },
    ...{ strategy: strategyOf(remedy), seed, threads: Number(values.threads), validation: 0.3 },
    out: join(folder, `${remedy.replace(/[:.]/g, "-")}-${seed}`),
  };
  const report = await retrain(options).result;
  const { before, after } = report.forgetting!.source!;
  const row = { target: report.validation.accuracy, before, after, seconds: (nowMs() - startedMs) / 1000 };
  return { row, report };
}

function meanOf(rows: readonly Row[]): Row {
  const mean = (name: keyof Row) => rows.reduce((total, row) => total + row[name], 0) / rows.length;
  return { target: mean("target"), before: mean("before"), after: mean("after"), seconds: mean("seconds") };
}

function line(name: string, { target, before, after, seconds }: Row): string {
  const percent = (share: number) => (100 * share).toFixed(1).padStart(7);
  const numbers = [target, before, after, before - after].map(percent).join("  ");
  return `${name.padEnd(18)}${numbers}  ${Number.isFinite(seconds) ? seconds.toFixed(0).padStart(7) : "      -"}`;
}

const folder = mkdtempSync(join(tmpdir(), "bench-forgetting-"));
console.log(
  `${cpus()[0]?.model ?? "?"}, ${values.threads} threads, ${values.epochs} epochs at ${rate}, Node ${process.version}`,
);
console.log("                   target   before    after     lost  seconds     (percent, held out)");
try {
  for (const remedy of values.only.split(",")) {
    const runs: { row: Row; report: Report }[] = [];
    for (const seed of values.seeds.split(",").map(Number)) runs.push(await measure(remedy, seed, folder));
    console.log(line(remedy, meanOf(runs.map(({ row }) => row))));
    for (const share of shown) {
      const points = runs.map(({ row, report }) => {
        const point = report.forgetting!.way.find((one) => Math.abs(one.share - share) < 0.01)!;
        return { ...row, target: point.accuracy, after: row.before - point.forgotten, seconds: Number.NaN };
      });
      console.log(line(`  ${share} of the way`, meanOf(points)));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);
