import { appendFile, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun, writtenEvents, writtenLoss } from "../../test/support/written-runs.ts";
import { curveFiles } from "./curve-files.ts";
import { newCurve } from "./curves.ts";

const folder = temporaryFolder();

describe("the curves of a run", () => {
  test("are its steps and epochs, counted on over its stages", () => {
    const curve = newCurve();
    for (const event of writtenEvents({ name: "", steps: 20 })) curve.take(event);
    const [first, second, ...more] = curve.shown(1000);
    expect(more).toEqual([]);
    expect([first!.firstStep, second!.firstStep]).toEqual([0, 20]);
    expect(first!.steps).toEqual(Array.from({ length: 20 }, (_, i) => ({ step: i + 1, loss: writtenLoss(0, i + 1) })));
    expect(second!.steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 21));
    expect(
      second!.epochs.map(({ step, epoch, validationLoss, learningRate }) => [
        step,
        epoch,
        validationLoss,
        learningRate,
      ]),
    ).toEqual([
      [30, 1, writtenLoss(1, 10) + 0.1, 0.01],
      [40, 2, writtenLoss(1, 20) + 0.1, 0.01],
    ]);
  });

  test("keep their peaks while there is less and less room for them", () => {
    const curve = newCurve(64);
    for (const event of writtenEvents({ name: "", steps: 5000 })) curve.take(event);
    const losses = curve.shown(20)[1]!.steps.map(({ loss }) => loss);
    const all = Array.from({ length: 5000 }, (_, i) => writtenLoss(1, i + 1));
    expect(losses.length).toBeLessThanOrEqual(20);
    expect([Math.min(...losses), Math.max(...losses)]).toEqual([Math.min(...all), Math.max(...all)]);
  });
});

describe("curves in files", () => {
  test("grow with the file, and begin anew where a run went back to a checkpoint", async () => {
    const files = curveFiles();
    const run = await writeRun(folder, { name: "grows", steps: 30 });
    const path = join(run, "events.jsonl");
    const whole = await readFile(path, "utf8");
    const middle = whole.indexOf("\n", whole.length / 2) + 1;
    await truncate(path, middle);
    const half = await files.read(run, 1000);
    expect(half.upTo).toBe(middle);
    await appendFile(path, whole.slice(middle));
    const all = await files.read(run, 1000);
    expect(all).toEqual(await curveFiles().read(run, 1000));
    expect(all.stages[1]!.steps).toHaveLength(30);

    await truncate(path, middle);
    await appendFile(path, whole.slice(middle).replaceAll('"loss":', '"loss":7'));
    const again = await files.read(run, 1000);
    expect(again).toEqual(await curveFiles().read(run, 1000));
    expect(again).not.toEqual(all);
  });

  test("are read once for all who ask at the same time", async () => {
    const files = curveFiles();
    const run = await writeRun(folder, { name: "asked", steps: 200 });
    const answers = await Promise.all([1, 2, 3].map(() => files.read(run, 1000)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.stages[0]!.steps).toHaveLength(200);
  });

  test("of a run without events are none", async () => {
    expect(await curveFiles().read(join(folder, "nothing"), 100)).toEqual({ stages: [], upTo: 0 });
  });
});
