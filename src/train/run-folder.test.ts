import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "./events.ts";
import { createRunFolder, readReport, readRunRecord } from "./run-folder.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "reinception-folder-"));
});
afterAll(() => rm(root, { recursive: true }));

const event: RunEvent = { type: "stage-end", stage: 0, bestEpoch: 2, reason: "done" };

describe("the folder of a run", () => {
  test("takes events as lines and files whole", async () => {
    const path = join(root, "deep", "run");
    const folder = await createRunFolder(path);
    await folder.log(event);
    await folder.log({ ...event, stage: 1 });
    await folder.writeJson("labels.json", ["cat", "dog"]);
    await folder.writeBytes("model.onnx", Uint8Array.of(1, 2, 3));
    await folder.writeBytes("model.onnx", Uint8Array.of(4, 5));
    await folder.close();
    expect((await readdir(path)).sort()).toEqual(["events.jsonl", "labels.json", "model.onnx"]);
    const lines = (await readFile(join(path, "events.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([event, { ...event, stage: 1 }]);
    expect(await readFile(join(path, "labels.json"), "utf8")).toBe('[\n  "cat",\n  "dog"\n]\n');
    expect([...(await readFile(join(path, "model.onnx")))]).toEqual([4, 5]);
  });

  test("says how far it is while something is at work in it, and no more when that has ended", async () => {
    const path = join(root, "busy");
    const folder = await createRunFolder(path);
    const progress = { type: "progress", phase: "trunk", done: 1, total: 9, imagesPerSecond: 2 } as const;
    await folder.show(progress);
    await folder.show({ ...progress, done: 2 }); // so soon after the first it is not worth a write
    expect(JSON.parse(await readFile(join(path, "progress.json"), "utf8"))).toEqual(progress);
    await folder.close();
    expect(await readdir(root)).not.toContain("busy");
  });

  test("writes over nothing, but takes an empty folder", async () => {
    const path = join(root, "used");
    await mkdir(path);
    const folder = await createRunFolder(path);
    await expect(createRunFolder(path)).rejects.toThrow("run/folder-in-use");
    await folder.log(event);
    await folder.close();
    await expect(createRunFolder(path)).rejects.toThrow("run/folder-in-use");
  });

  test("is gone again when nothing came of the run, so that the same --out works once the data is mended", async () => {
    const path = join(root, "nothing");
    await (await createRunFolder(path)).close();
    expect(await readdir(root)).not.toContain("nothing");
    const own = join(root, "own");
    await mkdir(own);
    await (await createRunFolder(own)).close();
    expect(await readdir(own)).toEqual([]);
    await (await createRunFolder(own)).close();
  });

  test("is read by what is in it, and by name says what is not", async () => {
    const path = join(root, "reads");
    await mkdir(path);
    await writeFile(join(path, "report.json"), '{ "stopped": true }');
    expect(await readReport(path)).toEqual({ stopped: true });
    await expect(readRunRecord(path)).rejects.toThrow(
      `"${path}" is not the folder of a finished run: it has no run.json.`,
    );
    await expect(readReport(join(root, "gone"))).rejects.toThrow("run/not-a-run");
  });
});
