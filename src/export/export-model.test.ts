import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type FinishedModel, writeFinishedRun } from "../../test/support/finished-run.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Golden } from "../train/golden.ts";
import { availableCores } from "../train/machine.ts";
import { readModelCard } from "../train/model-file.ts";
import { openModelFile } from "../train/open-model.ts";
import { type Export, type ExportInput, exportModelFiles, type WrittenFile } from "./export-model.ts";
import { type ExportOptions, resolveExport } from "./resolve-export.ts";

const folder = temporaryFolder();
const run = join(folder, "run");
let model: FinishedModel;
beforeAll(async () => {
  model = await writeFinishedRun(run);
});

async function exported(input: Partial<ExportInput> & { out: string }): Promise<Export> {
  const told: WrittenFile[] = [];
  const settings = { input: "image", calibration: 1, maxAccuracyLoss: 0, threads: 1 } as const;
  const events = exportModelFiles({ model: run, format: "onnx", ...settings, ...input }, () => false);
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) {
      expect(next.value.files).toEqual(told);
      return next.value;
    }
    if (!("type" in next.value)) told.push(next.value);
  }
}

describe("an export as ONNX", () => {
  test("is the model file of the run, and its golden.json", async () => {
    const out = join(folder, "deep", "image");
    const { files } = await exported({ out });
    expect(files.map(({ name }) => name)).toEqual(["model.onnx", "golden.json"]);
    expect((await readdir(out)).sort()).toEqual(["golden.json", "model.onnx"]);
    const bytes = await readFile(join(out, "model.onnx"));
    expect(Buffer.compare(bytes, model.bytes)).toBe(0);
    expect(files[0]!.sizeBytes).toBe(bytes.length);
    await (await openModelFile(out, 1)).close();
  });

  test("that takes pixels meets a golden.json of its own", async () => {
    const out = join(folder, "pixels");
    await exported({ out, input: "pixels" });
    const bytes = await readFile(join(out, "model.onnx"));
    expect(readModelCard("model.onnx", bytes)).toEqual({ ...model.card, input: "pixels" });
    const { sha256 } = JSON.parse(await readFile(join(out, "golden.json"), "utf8")) as Golden;
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    await (await openModelFile(out, 1)).close();
  });

  test("of a model.onnx without golden.json is that alone", async () => {
    const alone = join(folder, "alone.onnx");
    await writeFile(alone, model.bytes);
    const { files } = await exported({ model: alone, out: join(folder, "from-file") });
    expect(files.map(({ name }) => name)).toEqual(["model.onnx"]);
  });
});

describe("an export writes over nothing", () => {
  test("in a folder that is not empty", async () => {
    await expect(exported({ out: run })).rejects.toThrow("export/folder-in-use");
    expect((await readdir(run)).sort()).toEqual(["golden.json", "model.onnx"]);
  });

  test("nor a file", async () => {
    await expect(exported({ out: join(run, "model.onnx") })).rejects.toThrow("export/folder-in-use");
  });

  test("but takes a folder that is empty", async () => {
    const out = join(folder, "empty");
    await mkdir(out);
    expect((await exported({ out })).out).toBe(out);
  });

  test("and leaves no folder where there is no model", async () => {
    const out = join(folder, "nothing");
    await expect(exported({ model: join(folder, "nowhere"), out })).rejects.toThrow("model/not-found");
    expect(await readdir(folder)).not.toContain("nothing");
  });
});

describe("what is asked of an export", () => {
  const resolved = (options: Partial<ExportOptions>) => resolveExport({ model: "runs/first", ...options }, folder);

  test("has defaults: ONNX that takes pictures, in the folder of the run", () => {
    expect(resolved({})).toEqual({
      model: join(folder, "runs/first"),
      format: "onnx",
      input: "image",
      calibration: 200,
      maxAccuracyLoss: 0.01,
      threads: availableCores(),
      out: join(folder, "runs/first/onnx"),
    });
  });

  test("of a model file is put beside it", () => {
    expect(resolveExport({ model: "model.onnx" }, run).out).toBe(join(run, "onnx"));
  });

  test.each<[Partial<ExportOptions> & Record<string, unknown>, string]>([
    [{ format: "png" as "onnx" }, "options/value: --format"],
    [{ input: "video" as "image" }, "options/value: --input"],
    [{ epochs: 3 }, "options/unknown"],
    [{ maxAccuracyLoss: 2 }, "options/value: --max-accuracy-loss"],
    [{ calibration: 0 }, "options/value: --calibration"],
    [{ model: "" }, "options/missing"],
  ])("is refused as %j", (options, message) => expect(() => resolved(options)).toThrow(message));
});
