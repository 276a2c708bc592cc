import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRuns } from "./run-list.ts";
import { featureExtraction } from "./strategy.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "reinception-runs-"));
});
afterAll(() => rm(root, { recursive: true }));

async function writeRun(name: string, startedAt: string, report?: object, model = false): Promise<void> {
  const folder = join(root, name);
  await mkdir(folder);
  const record = { startedAt, classes: ["cat", "dog"], config: { strategy: featureExtraction() } };
  await writeFile(join(folder, "run.json"), JSON.stringify(record));
  if (report !== undefined) await writeFile(join(folder, "report.json"), JSON.stringify(report));
  if (model) await writeFile(join(folder, "model.onnx"), "");
}

const validation = { accuracy: 0.875, accuracyInterval: [0.821, 0.916], images: 200 };

describe("the list of runs", () => {
  test("tells finished, stopped, unfinished and damaged runs apart, the latest first", async () => {
    await writeRun("first", "2026-01-01T10:00:00.000Z", { stopped: false, validation, test: null }, true);
    await writeRun("second", "2026-01-02T10:00:00.000Z", {
      stopped: true,
      validation,
      test: { ...validation, accuracy: 0.5 },
    });
    await writeRun("third", "2026-01-03T10:00:00.000Z");
    await mkdir(join(root, "broken"));
    await writeFile(join(root, "broken", "run.json"), "{");
    await mkdir(join(root, "no run"));
    await writeFile(join(root, "file"), "");

    const runs = await listRuns(root);
    expect(runs.map(({ name, state }) => [name, state])).toEqual([
      ["third", "unfinished"],
      ["second", "stopped"],
      ["first", "finished"],
      ["broken", "damaged"],
    ]);
    const [third, second, first] = runs;
    expect(first).toMatchObject({ accuracy: 0.875, heldOutImages: 200, model: join(root, "first", "model.onnx") });
    expect(first).toMatchObject({ strategy: "feature-extraction", classes: ["cat", "dog"] });
    expect(second).toMatchObject({ accuracy: 0.5, model: null });
    expect(third).toMatchObject({ accuracy: null, accuracyInterval: null });
  });

  test("says when the folder that was named is not there", async () => {
    await expect(listRuns(join(root, "nowhere"))).rejects.toThrow("run/no-folder");
  });
});
