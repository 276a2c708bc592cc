// One measurement of ours, in a process of its own: name of the job and settings in, seconds of each repetition out.

import { nowMs } from "../src/clock.ts";
import { extraction, keptStep, step, type Work } from "./jobs.ts";

async function main([job = "", threads = "2", size = "299", runs = "5"]: readonly string[]): Promise<void> {
  const options = { threads: Number(threads), size: Number(size) };
  const [kind, unfreeze = ""] = job.split(":");
  const makers: Readonly<Record<string, () => Promise<Work>>> = {
    extract: () => extraction(options),
    step: () => step(unfreeze, options),
    epoch: () => keptStep(unfreeze, options),
  };
  const work = await makers[kind!]!();
  for (let warm = 0; warm < 2; warm++) await work();
  const seconds: number[] = [];
  for (let run = 0; run < Number(runs); run++) {
    const startedMs = nowMs();
    await work();
    seconds.push((nowMs() - startedMs) / 1000);
  }
  const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ seconds, peakMemoryMb }));
  process.exit(0);
}

await main(process.argv.slice(2));
