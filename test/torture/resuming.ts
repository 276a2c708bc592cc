// Each strategy killed with SIGKILL at random moments and resumed; the end must be that of a run that nobody disturbed.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featureExtraction, fineTuning, hybrid } from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { tortured, undisturbed } from "../support/torture.ts";

/** Returns the exit code. */
export async function tortureRuns(wanted: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "reinception-torture-"));
  process.env.REINCEPTION_CACHE = join(folder, "cache");
  const data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 14,
    size: 80,
    seed: 8,
  });
  const strategies = [
    featureExtraction({ epochs: 8 }),
    fineTuning({ unfreeze: "1 block", epochs: 8, hidden: [8] }),
    hybrid({ unfreeze: "2 blocks", epochs: [4, 4], batchNorm: "train" }),
  ];

  let [kills, wrong] = [0, 0];
  const calm = new Map<string, Awaited<ReturnType<typeof undisturbed>>>();
  for (let seed = 1; kills < wanted; seed++) {
    for (const strategy of strategies) {
      const options = { data, folder, strategy, seed, kills: 20 };
      const expected = calm.get(strategy.name) ?? (await undisturbed(options));
      calm.set(strategy.name, expected);
      const found = await tortured(options);
      const equal =
        found.parametersHash === expected.parametersHash &&
        JSON.stringify(found.told) === JSON.stringify(expected.told);
      kills += found.kills;
      if (!equal) wrong += 1;
      console.log(
        `${strategy.name}: killed ${found.kills} times, ${equal ? "same parameters and events" : "DIFFERENT"}`,
      );
    }
  }
  console.log(`${kills} kills, ${wrong} runs that ended otherwise`);
  rmSync(folder, { recursive: true });
  return wrong === 0 ? 0 : 1;
}
