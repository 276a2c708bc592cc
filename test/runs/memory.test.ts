import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { featureExtraction, retrain } from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const steps = { warmUp: 2_000, measured: 10_000, between: 200 };
const driftLimit = 50e6;

/** Resident set of the process that runs in this folder, in bytes; its lock names it. */
function residentBytes(run: string): number {
  const { pid } = JSON.parse(readFileSync(join(run, "lock"), "utf8")) as { pid: number };
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kilobytes) * 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

// other systems do not tell the memory of another process in a file
test.skipIf(process.platform !== "linux")("ten thousand steps leave the memory of a run where it was", async () => {
  const classes = ["discs", "stripes"] as const;
  const data = await drawPhotos({ folder: join(folder, "photos"), classes, each: 60, size: 80, seed: 6 });
  const out = join(folder, "run");
  const job = retrain({
    ...{ data, out, weights: "random", width: 1 / 32, size: 75, threads: 1, batchSize: 1, checkpointSeconds: 1e6 },
    strategy: featureExtraction({ epochs: 1_000 }),
  });
  const samples: number[] = [];
  let taken = 0;
  for await (const event of job) {
    if (event.type !== "step") continue;
    taken += 1;
    if (taken >= steps.warmUp && taken % steps.between === 0) samples.push(residentBytes(out));
    if (taken === steps.warmUp + steps.measured) break;
  }
  job.kill();
  const drift = median(samples.slice(-10)) - median(samples.slice(0, 10));
  expect(samples).toHaveLength(steps.measured / steps.between + 1);
  expect(drift).toBeLessThan(driftLimit);
});
