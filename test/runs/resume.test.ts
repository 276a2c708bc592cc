import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  featureExtraction,
  fineTuning,
  hybrid,
  listRuns,
  type Report,
  resume,
  type RetrainOptions,
  retrain,
} from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { toldBy, tortured, undisturbed } from "../support/torture.ts";

const folder = temporaryFolder();
let data = "";
beforeAll(async () => {
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 14,
    size: 80,
    seed: 8,
  });
});

const common = { weights: "random", width: 1 / 32, size: 75, batchSize: 6, threads: 1, report: false } as const;
const constant = { schedule: "constant", warmup: 0 } as const;

describe("a run that is killed at random moments and resumed", () => {
  test.each([
    ["feature extraction", featureExtraction({ epochs: 5 })],
    ["fine-tuning, by a plateau", fineTuning({ unfreeze: "1 block", epochs: 5, hidden: [8], schedule: "plateau" })],
    [
      "hybrid, across the change of stage, with moving averages",
      hybrid({ unfreeze: "2 blocks", epochs: [3, 3], batchNorm: "train", ema: 0.9 }),
    ],
  ])("ends with the parameters and the events of one that nobody disturbed: %s", async (_, strategy) => {
    const options = { data, folder, strategy, seed: 1, kills: 4 };
    const calm = await undisturbed(options);
    const hunted = await tortured(options);
    expect(hunted.kills).toBeGreaterThanOrEqual(4);
    expect(hunted.parametersHash).toBe(calm.parametersHash);
    expect(hunted.told).toEqual(calm.told);
  });
});

describe("a run that is asked to stop and resumed", () => {
  const strategy = fineTuning({ unfreeze: "1 block", epochs: 4, hidden: [] });
  const start = (name: string, options: Partial<RetrainOptions> = {}) =>
    retrain({ ...common, data, strategy, out: join(folder, name), ...options });

  async function stopped(name: string, after: number): Promise<Report> {
    const job = start(name);
    let steps = 0;
    for await (const event of job) if (event.type === "step" && ++steps === after) job.stop();
    return job.result;
  }

  test("goes on in the middle of the epoch, as if it had not stopped", async () => {
    const whole = await start("whole").result;
    expect((await stopped("stopped", 6)).stopped).toBe(true);
    const out = join(folder, "stopped");
    const report = await resume({ run: out }).result;
    expect(report.stopped).toBe(false);
    expect(report.parametersHash).toBe(whole.parametersHash);
    expect(toldBy(out)).toEqual(toldBy(join(folder, "whole")));
    await expect(resume({ run: out }).result).rejects.toThrow(/^run\/finished: .*\n.*--epochs 9/);
  });

  test("goes on where its folder has been moved to", async () => {
    await stopped("before", 3);
    renameSync(join(folder, "before"), join(folder, "after"));
    const report = await resume({ run: join(folder, "after") }).result;
    expect(report.parametersHash).toBe((await listed("whole")).parametersHash);
  });

  test("refuses other data and says which", async () => {
    await stopped("other-data", 3);
    const added = join(data, "discs", "new.png");
    cpSync(join(data, "stripes", "0.png"), added);
    await expect(resume({ run: join(folder, "other-data") }).result).rejects.toThrow(
      /^run\/changed: the data .*\n {2}"discs\/new.png" is new/,
    );
    rmSync(added);
    expect((await resume({ run: join(folder, "other-data") }).result).stopped).toBe(false);
  });

  test("refuses other options and says which", async () => {
    await stopped("other-options", 3);
    const path = join(folder, "other-options", "run.json");
    const record = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...record, config: { ...record.config, batchSize: 7 } }));
    await expect(resume({ run: join(folder, "other-options") }).result).rejects.toThrow("batchSize is 7, was 6");
  });

  test("falls back on the checkpoint before one that is damaged, and does not run from nothing", async () => {
    await stopped("damaged", 5);
    const checkpoints = join(folder, "damaged", "checkpoints");
    const names = readdirSync(checkpoints).sort();
    expect(names).toHaveLength(2);
    const spoil = (name: string) => {
      const bytes = readFileSync(join(checkpoints, name));
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(join(checkpoints, name), bytes);
    };
    spoil(names[1]!);
    const report = await resume({ run: join(folder, "damaged") }).result;
    expect(report.parametersHash).toBe((await listed("whole")).parametersHash);
    for (const name of readdirSync(checkpoints)) spoil(name);
    await expect(resume({ run: join(folder, "damaged"), epochs: 9 }).result).rejects.toThrow("run/no-checkpoint");
  });

  test("cannot be resumed while it is under way", async () => {
    const endless = fineTuning({ unfreeze: "1 block", epochs: 5000, hidden: [] });
    const job = start("under-way", { strategy: endless });
    let tried = false;
    for await (const event of job)
      if (event.type === "step" && !tried) {
        tried = true;
        await expect(resume({ run: join(folder, "under-way") }).result).rejects.toThrow(/^run\/in-use: process \d+ /);
        job.stop();
      }
    expect((await job.result).stopped).toBe(true);
  });

  async function listed(name: string): Promise<Report> {
    return JSON.parse(readFileSync(join(folder, name, "report.json"), "utf8")) as Report;
  }
});

describe("a finished run", () => {
  test("that gets more epochs is one that had them from the start, where the learning rate is constant", async () => {
    const strategy = (epochs: number) => featureExtraction({ epochs, ...constant });
    const long = await retrain({ ...common, data, strategy: strategy(4), out: join(folder, "long") }).result;
    const out = join(folder, "short");
    await retrain({ ...common, data, strategy: strategy(2), out }).result;
    expect(readdirSync(join(out, "checkpoints"))).toHaveLength(1);
    const report = await resume({ run: out, epochs: 4 }).result;
    expect(report.parametersHash).toBe(long.parametersHash);
    expect(report.stages[0]!.epochsDone).toHaveLength(4);
    await expect(resume({ run: out, epochs: 3 }).result).rejects.toThrow("run/epochs-done");
  });

  test("is not written over by a new one, which says how to go on", async () => {
    await expect(retrain({ ...common, data, out: join(folder, "short") }).result).rejects.toThrow(
      /^run\/already-there: .*\n.*reinception resume /,
    );
    expect((await listRuns(folder)).find(({ name }) => name === "short")!.state).toBe("finished");
  });
});
