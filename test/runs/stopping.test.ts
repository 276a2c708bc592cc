import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  featureExtraction,
  fineTuning,
  listRuns,
  predict,
  processOf,
  type RetrainOptions,
  retrain,
  stopRun,
} from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const runs = join(folder, "runs");
let data = "";
beforeAll(async () => {
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 24,
    size: 80,
    seed: 8,
  });
});

/** A run that would go on for long. */
function start(name: string, options: Partial<RetrainOptions> = {}) {
  const common = { weights: "random", width: 1 / 32, size: 75, batchSize: 4, threads: 1, report: false } as const;
  const strategy = fineTuning({ unfreeze: "1 block", epochs: 5000, hidden: [] });
  return retrain({ data, out: join(runs, name), ...common, strategy, ...options });
}

describe("a run that is asked to stop", () => {
  test("ends after the step it is in and leaves a model and a report that can be used", async () => {
    const job = start("stopped");
    let steps = 0;
    let epochs = 0;
    for await (const event of job) {
      if (event.type === "step" && ++steps === 3) job.stop();
      if (event.type === "epoch") epochs += 1;
    }
    const report = await job.result;
    expect(steps).toBeLessThan(5000); // of 50,000; some may be under way before it hears of it
    expect(report.stopped).toBe(true);
    expect(report.stages).toHaveLength(1);
    expect(report.stages[0]!.reason).toBe("stopped");
    expect(report.stages[0]!.epochsDone).toHaveLength(epochs);
    expect(report.stages[0]!.frozen.after).toBe(report.stages[0]!.frozen.before);
    const out = join(runs, "stopped");
    expect(JSON.parse(readFileSync(join(out, "report.json"), "utf8"))).toMatchObject({ stopped: true });
    const picture = join(data, "discs", "0.png");
    for await (const answer of predict({ model: out, images: picture, threads: 1 }))
      expect(answer).toMatchObject({ path: picture, classes: [{}, {}] });
  });

  test("by another process, which knows no more than its folder, ends as well", async () => {
    const job = start("asked");
    const out = join(runs, "asked");
    await expect(stopRun(out)).rejects.toThrow("run/not-running");
    for await (const event of job) {
      if (event.type !== "step" || event.epoch !== 1 || event.step !== 3) continue;
      expect(await processOf(out)).not.toBe(process.pid);
      await stopRun(out);
    }
    expect((await job.result).stopped).toBe(true);
    expect(await processOf(out)).toBeUndefined();
    await expect(stopRun(out)).rejects.toThrow("run/not-running");
  });

  test("before anything has learnt has no model, and says so", async () => {
    const job = start("too-early", { strategy: featureExtraction() });
    job.stop();
    const types = new Set<string>();
    const ended = (async () => {
      for await (const event of job) types.add(event.type);
    })();
    await expect(ended).rejects.toMatchObject({ name: "ReinceptionError", code: "train/stopped-early" });
    await expect(job.result).rejects.toMatchObject({ code: "train/stopped-early" });
    expect([...types]).toEqual(["progress", "start", "stage"]);
    expect(existsSync(join(runs, "too-early", "model.onnx"))).toBe(false);
  });

  test("does not lose what was computed: the next run goes on from there", async () => {
    const job = start("ended", { strategy: featureExtraction({ epochs: 1 }) });
    const done: number[] = [];
    for await (const event of job) if (event.type === "progress" && event.phase === "trunk") done.push(event.done);
    expect(done).toEqual([16, 32, 48]); // the first 16 by the run before
    const report = await job.result;
    job.stop(); // and once more after its end changes nothing
    job.kill();
    expect(report.stopped).toBe(false);
    expect(await job.result).toBe(report);
  });
});

describe("a run whose process dies", () => {
  test("is an error of the iteration and of the result, and nobody waits for ever", async () => {
    const job = start("killed");
    const ended = (async () => {
      for await (const event of job) if (event.type === "step" && event.step === 2) job.kill();
    })();
    await expect(ended).rejects.toMatchObject({ name: "ReinceptionError", code: "engine/crashed" });
    await expect(ended).rejects.toThrow("SIGKILL");
    await expect(job.result).rejects.toMatchObject({ code: "engine/crashed" });
    expect(existsSync(join(runs, "killed", "report.json"))).toBe(false);
  });

  test("is one even where nobody takes its events", async () => {
    const job = start("killed-at-once");
    setTimeout(() => job.kill(), 300);
    await expect(job.result).rejects.toMatchObject({ code: "engine/crashed" });
  });
});

test("the caller stays awake while a run computes", async () => {
  const job = start("awake", { strategy: fineTuning({ unfreeze: "all", epochs: 1, hidden: [] }), batchSize: 8 });
  const everyMs = 10;
  let [training, ticks, startedMs, tookMs] = [false, 0, 0, 0];
  const timer = setInterval(() => {
    if (training) ticks += 1;
  }, everyMs);
  for await (const event of job) {
    if (event.type === "stage") [training, startedMs] = [true, performance.now()];
    if (event.type === "step" && event.step === 2) job.stop();
    if (event.type === "stage-end") [training, tookMs] = [false, performance.now() - startedMs];
  }
  clearInterval(timer);
  expect(tookMs).toBeGreaterThan(50 * everyMs); // there was something to wait for
  expect(ticks).toBeGreaterThan(tookMs / everyMs / 5); // a fifth of what an idle machine gives
});

test("the list of runs tells what became of each", async () => {
  const states = new Map((await listRuns(runs)).map(({ name, state }) => [name, state]));
  expect(states.get("stopped")).toBe("stopped");
  expect(states.get("ended")).toBe("finished");
  expect(states.get("killed")).toBe("unfinished");
  expect(states.get("too-early")).toBe("unfinished");
});
