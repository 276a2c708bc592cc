// npm run bench: ours beside PyTorch and timm, interleaved in one run, as images per second and their ratio.
//
//   npm run bench -- [--peer FOLDER] [--python FILE] [--rounds 3] [--threads 2] [--only extract,step,epoch] [--json FILE]
//
// FOLDER holds bench_torch.py, which measures the same work in PyTorch; without it only ours is measured.

import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { batch } from "./jobs.ts";

/** A job of ours, and the job and block of the peer's that do the same work. */
interface Row {
  readonly name: string;
  readonly job: string;
  readonly peerJob: string;
  readonly from: string;
}

const rows: readonly Row[] = [
  { name: "extraction, 299 px", job: "extract", peerJob: "extract", from: "" },
  { name: "training step from mixed_7d", job: "step:from mixed_7d", peerJob: "step", from: "21" },
  { name: "training step from mixed_7b", job: "step:from mixed_7b", peerJob: "step", from: "19" },
  { name: "epoch, boundary at mixed_7b kept / recomputed", job: "epoch:from mixed_7b", peerJob: "epoch", from: "19" },
];

const { values } = parseArgs({
  options: {
    peer: { type: "string", default: fileURLToPath(new URL("../../shared/peers", import.meta.url)) },
    python: { type: "string", default: fileURLToPath(new URL("../.peers/bin/python", import.meta.url)) },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(Math.min(2, cpus().length)) },
    only: { type: "string", default: "extract,step,epoch" },
    json: { type: "string" },
  },
});

const script = join(values.peer, "bench_torch.py");
const withPeer = existsSync(script) && existsSync(values.python);
const measure = fileURLToPath(new URL("measure.ts", import.meta.url));

/** Images per second of the median repetition, one number for each round. */
function ours({ job }: Row): number {
  const arguments_ = ["--import", "tsx", measure, job, values.threads, "299", "5"];
  const { seconds } = JSON.parse(execFileSync(process.execPath, arguments_, { encoding: "utf8" })) as {
    seconds: number[];
  };
  return batch / median(seconds);
}

/** The better of the peer's memory layouts. */
function peer({ peerJob, from }: Row): number {
  const arguments_ = [
    script,
    "--jobs",
    peerJob,
    "--from",
    from || "21",
    "--batch",
    String(batch),
    "--threads",
    values.threads,
    "--runs",
    "5",
  ];
  const lines = execFileSync(values.python, arguments_, { encoding: "utf8" }).trim().split("\n");
  const results = lines.map((line) => JSON.parse(line) as { job: string; median: number });
  return Math.max(...results.filter(({ job }) => job === peerJob).map((result) => result.median));
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

const machine = `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, ${values.threads} threads, batch ${batch}, Node ${process.version}`;
console.log(`${machine}\n${withPeer ? "" : "No peer: give --peer and --python to compare.\n"}`);
const table = rows
  .filter(({ peerJob }) => values.only.split(",").includes(peerJob))
  .map((row) => {
    const rounds = Array.from({ length: Number(values.rounds) }, () => ({
      ours: ours(row),
      peer: withPeer ? peer(row) : null,
    }));
    const own = median(rounds.map((round) => round.ours));
    const theirs = withPeer ? median(rounds.map((round) => round.peer!)) : null;
    const ratio =
      theirs === null ? "" : `PyTorch ${theirs.toFixed(2).padStart(7)}   ratio ${(own / theirs).toFixed(2)}`;
    console.log(`${row.name.padEnd(48)} ours ${own.toFixed(2).padStart(7)} images/s   ${ratio}`);
    return { name: row.name, ours: own, peer: theirs, ratio: theirs === null ? null : own / theirs, rounds };
  });
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, table }, null, 2)}\n`);
