// Time of a head with its path of strengths and its folds, beside scikit-learn's LogisticRegressionCV on the same numbers, at
// the same tolerance and with the same strengths, turn by turn. Features are drawn like pooled ones: correlated, not negative.
//
//   npx tsx bench/head.ts [--rows 3000] [--classes 10] [--width 1536] [--rounds 3] [--threads 2] [--python FILE]

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nowMs } from "../src/clock.ts";
import { fitHead, fitLogistic, type HeadFit } from "../src/head/fit-head.ts";
import { stream } from "../src/random.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "3000" },
    classes: { type: "string", default: "10" },
    width: { type: "string", default: "1536" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(Math.min(2, cpus().length)) },
    strength: { type: "string", default: "100" },
    python: { type: "string" },
  },
});
const [rows, classes, width, rounds, threads, strength] = [
  Number(values.rows),
  Number(values.classes),
  Number(values.width),
  Number(values.rounds),
  Number(values.threads),
  Number(values.strength),
];
const hidden = 128;

/** Pictures lie around centres of their classes in `hidden` directions, the later ones shorter; features are max(0, mix). */
function drawnFeatures(): Float32Array {
  const random = stream(0, "head");
  const near = () => 2 * (random() + random() + random() - 1.5);
  const centres = Float32Array.from({ length: classes * hidden }, near);
  const mix = Float32Array.from({ length: hidden * width }, (_, i) => near() / Math.sqrt(1 + Math.floor(i / width)));
  const features = new Float32Array(rows * width);
  const point = new Float32Array(hidden);
  for (let row = 0; row < rows; row++) {
    for (let h = 0; h < hidden; h++) point[h] = 0.45 * centres[(row % classes) * hidden + h]! + near();
    for (let j = 0; j < width; j++) {
      let total = 0.3 * near() - 0.5;
      for (let h = 0; h < hidden; h++) total += 0.4 * point[h]! * mix[h * width + j]!;
      features[row * width + j] = Math.max(0, total);
    }
  }
  return features;
}

const features = drawnFeatures();
const labels = Uint32Array.from({ length: rows }, (_, row) => row % classes);
const data = { features, width, labels, classes };

/** Runs scikit-learn with the strengths that ours went through; it knows no early end, so it is given none to skip. */
const script = `
import sys, time, numpy
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.preprocessing import StandardScaler
file, rows, width, classes, strengths, tolerance, strength = sys.argv[1:]
x = numpy.fromfile(file, dtype=numpy.float32).reshape(int(rows), int(width))
y = numpy.arange(int(rows)) % int(classes)
def timed(make):
    started, busy = time.perf_counter(), time.process_time()
    fitted = make.fit(StandardScaler().fit_transform(x), y)
    return time.perf_counter() - started, time.process_time() - busy, fitted
tolerance = float(tolerance)
cs = sorted(1 / float(one) for one in strengths.split(","))
alone, alone_busy, fit = timed(LogisticRegression(C=1 / float(strength), tol=tolerance, max_iter=1000))
both, both_busy, path = timed(LogisticRegressionCV(Cs=cs, cv=5, tol=tolerance, max_iter=1000, scoring="neg_log_loss", use_legacy_attributes=False, l1_ratios=(0,)))
print(alone, alone_busy, both, both_busy, path.C_, int(fit.n_iter_[0]))
`;

/** Seconds on the clock, and seconds that cores were busy: on a machine that others use too the second says more. */
interface Taken {
  readonly wall: number;
  readonly busy: number;
}

async function taken<Result>(work: () => Promise<Result>): Promise<Taken & { readonly result: Result }> {
  const [startedMs, before] = [nowMs(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (nowMs() - startedMs) / 1000, busy: (user + system) / 1e6, result };
}

function theirs(file: string, found: HeadFit): { readonly fit: Taken; readonly path: Taken; readonly chosen: number } {
  const strengths = found.path.map((score) => score.strength).join(",");
  const settings = [rows, width, classes, strengths, 1e-4, strength].map(String);
  const environment = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const said = execFileSync(values.python!, ["-c", script, file, ...settings], { encoding: "utf8", env: environment });
  const numbers = said.replaceAll(/[[\]]/g, "").trim().split(/\s+/).map(Number);
  const [fit = 0, fitBusy = 0, path = 0, pathBusy = 0, c = 0] = numbers;
  return { fit: { wall: fit, busy: fitBusy }, path: { wall: path, busy: pathBusy }, chosen: 1 / c };
}

function line(name: string, fit: Taken, path: Taken, digits: string): string {
  const show = ({ wall, busy }: Taken) => `${wall.toFixed(2)} ${digits} (busy ${busy.toFixed(2)})`.padEnd(26);
  return `${name.padEnd(14)}one fit ${show(fit)} path ${show(path)}`;
}

console.log(
  `${cpus()[0]?.model ?? "?"}, ${threads} threads, ${rows} x ${width} x ${classes}, 5 folds, Node ${process.version}`,
);
const folder = mkdtempSync(join(tmpdir(), "bench-head-"));
const file = join(folder, "features.bin");
writeFileSync(file, features);
try {
  for (let round = 0; round < rounds; round++) {
    const fit = await taken(() => fitLogistic(data, { threads, strength }));
    const path = await taken(() => fitHead(data, { threads }));
    if (round === 0)
      for (const { strength: tried, logLoss, accuracy } of path.result.path)
        console.log(`  ${tried.toExponential(1)}  log loss ${logLoss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}`);
    console.log(`${line("ours", fit, path, "s")} chose ${path.result.strength.toPrecision(3)}`);
    if (values.python === undefined) continue;
    const peer = theirs(file, path.result);
    console.log(`${line("scikit-learn", peer.fit, peer.path, "s")} chose ${peer.chosen.toPrecision(3)}`);
    const ratio = (left: Taken, right: Taken) => ({ wall: left.wall / right.wall, busy: left.busy / right.busy });
    console.log(line("ratio", ratio(peer.fit, fit), ratio(peer.path, path), "x"));
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);
