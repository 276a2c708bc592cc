// node --import tsx bench/dashboard.ts [--runs 1000] [--steps 5000] [--seconds 30]
//
// What the dashboard answers in: a folder of so many runs with twice as many steps each is listed, and then every kind of
// question is asked while a run trains on all cores, one after the other as a page does it. The server is a process of its
// own; times are those that its client sees.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nowMs } from "../src/clock.ts";
import { featureExtraction, fineTuning, retrain } from "../src/index.ts";
import { drawPhotos } from "../test/support/drawn-photos.ts";
import { writeRun } from "../test/support/written-runs.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    steps: { type: "string", default: "5000" },
    seconds: { type: "string", default: "30" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "reinception-bench-"));
const runs = join(folder, "runs");
const photosAt = join(folder, "photos");
process.env.REINCEPTION_CACHE = join(folder, "cache");

/** Asks and reads the answer to its end; milliseconds. */
async function timed(address: string, path: string): Promise<number> {
  const startedMs = nowMs();
  const answer = await fetch(new URL(path, address));
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return nowMs() - startedMs;
}

function serve(): Promise<{ address: string; child: ChildProcess }> {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "dashboard", runs, "--photos", photosAt, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve) =>
    child.stdout.once("data", (text) => resolve({ address: JSON.parse(String(text)).address as string, child })),
  );
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function row(name: string, times: readonly number[]): string {
  const parts = [0.5, 0.99, 1].map((share) => `${quantile(times, share).toFixed(1).padStart(8)} ms`);
  return `${name.padEnd(34)}${String(times.length).padStart(6)}  ${parts.join("  ")}`;
}

async function main(): Promise<void> {
  const count = Number(values.runs);
  const photos = await drawPhotos({
    ...{ folder: photosAt, classes: ["checks", "discs", "stripes"], each: 100, size: 300, seed: 1 },
  });
  const network = { data: photos, weights: "random", width: 0.25 } as const;
  await retrain({ ...network, out: join(runs, "real"), strategy: featureExtraction({ epochs: 3 }) }).result;
  for (let i = 0; i < count; i++)
    await writeRun(runs, { name: `run-${i}`, steps: Number(values.steps), accuracy: i / count });
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${count} runs`);

  const { address, child } = await serve();
  process.on("exit", () => child.kill("SIGKILL"));
  console.log(`load before ${loadavg()[0]!.toFixed(1)}`);
  console.log(`\n${" ".repeat(34)} asked       half         99 %       worst`);
  console.log(row("list, for the first time", [await timed(address, "/api/runs?limit=50")]));
  const again = [];
  for (let i = 0; i < 20; i++) again.push(await timed(address, "/api/runs?limit=50&sort=accuracy"));
  console.log(row("list, again", again));
  console.log(row("curves, for the first time", [await timed(address, "/api/runs/run-0/curves?points=300")]));

  const training = retrain({
    ...{ ...network, out: join(runs, "training"), batchSize: 16, augment: "none" },
    strategy: fineTuning({ unfreeze: "from mixed_7b", epochs: 100_000 }),
  });
  let steps = 0;
  void (async () => {
    for await (const event of training) if (event.type === "step") steps += 1;
  })().catch(() => {});
  while (steps < 2) await new Promise((resolve) => setTimeout(resolve, 100));

  const questions: Readonly<Record<string, (i: number) => string>> = {
    "list of runs": () => "/api/runs?limit=50",
    "list, searched and sorted": (i) => `/api/runs?search=${i % 10}&sort=accuracy`,
    "a run": (i) => `/api/runs/run-${i % count}`,
    "the run that trains": () => "/api/runs/training",
    "its curves": () => "/api/runs/training/curves?points=300",
    "curves of 10,000 steps": () => "/api/runs/run-0/curves?points=300",
    "pictures of a class": () => "/api/runs/real/pictures?class=discs&limit=60&sort=most%20wrong",
    "a picture": (i) => `/api/runs/real/pictures/${i % 300}/image?edge=128`,
    "what has been corrected": () => "/api/runs/real/corrections",
    folders: () => "/api/folders",
    "the page": () => "/",
  };
  await timed(address, questions["pictures of a class"]!(0)); // its thread starts
  await timed(address, questions["curves of 10,000 steps"]!(0));
  const times = new Map<string, number[]>(Object.keys(questions).map((name) => [name, []]));
  const [startedMs, before] = [nowMs(), steps];
  for (let i = 0; nowMs() - startedMs < Number(values.seconds) * 1000; i++)
    for (const [name, path] of Object.entries(questions)) times.get(name)!.push(await timed(address, path(i)));
  const seconds = (nowMs() - startedMs) / 1000;
  console.log(
    `\nwhile a run trains on both cores (${((steps - before) / seconds).toFixed(2)} steps/s), load ${loadavg()[0]!.toFixed(1)}:`,
  );
  for (const [name, own] of times) console.log(row(name, own));
  const api = [...times].filter(([name]) => name !== "a picture").flatMap(([, own]) => own);
  console.log(row("all but pictures", api));
  training.kill();
}

await main().finally(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
process.exit(0);
