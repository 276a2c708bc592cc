import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { finishedModel, writeFinishedRun } from "../../test/support/finished-run.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { type Golden, goldenFor, readGolden } from "./golden.ts";
import { modelFile } from "./model-file.ts";
import { openModelFile } from "./open-model.ts";

const folder = temporaryFolder();
const path = join(folder, "model.onnx");
const goldenPath = join(folder, "golden.json");
const model = finishedModel();
let golden: Golden;
beforeAll(async () => {
  await writeFinishedRun(folder, model);
  golden = (await readGolden(path))!;
});

async function open(changed: Partial<Golden>, bytes = model.bytes): Promise<void> {
  await writeFile(path, bytes);
  await writeFile(goldenPath, JSON.stringify({ ...golden, ...changed }));
  await (await openModelFile(path, 1)).close();
}

describe("golden.json", () => {
  test("holds a few pictures of odd sizes and the answers for them, in less than 200 kB", async () => {
    expect((await readFile(goldenPath)).length).toBeLessThan(200_000);
    expect(golden.cases.length).toBeGreaterThanOrEqual(3);
    for (const { width, height, rgb, logits, probabilities } of golden.cases) {
      expect(Buffer.from(rgb, "base64")).toHaveLength(width * height * 3);
      expect([logits.length, probabilities.length]).toEqual([3, 3]);
      expect(probabilities.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 6);
    }
    expect(new Set(golden.cases.map(({ logits }) => logits[0])).size).toBe(golden.cases.length);
  });

  test("is met by the file of the same network", async () => {
    await expect(open({})).resolves.toBeUndefined();
  });

  test("is not met by a file with another parameter, even where its hash is put right", async () => {
    const kernel = "features.4.branch1.2.conv.weight";
    const parameters = new Map(model.parameters);
    expect(parameters.has(kernel)).toBe(true);
    parameters.set(
      kernel,
      parameters.get(kernel)!.map((value) => value * 1.5),
    );
    const other = modelFile(model.network, parameters, model.card);
    const { sha256 } = goldenFor(golden, "model.onnx", other);
    await expect(open({ sha256 }, other)).rejects.toThrow(/model\/golden-mismatch: .*logits differ by/);
  });

  test("is not met by a file of which one byte is another", async () => {
    const damaged = model.bytes.slice();
    damaged[damaged.length >> 1]! ^= 1;
    await expect(open({}, damaged)).rejects.toThrow(/model\/golden-mismatch: .*SHA-256/);
  });

  test("is not met where answers are missing", async () => {
    await expect(open({ cases: golden.cases.slice(1).concat({ ...golden.cases[0]!, logits: [] }) })).rejects.toThrow(
      "model/golden-mismatch",
    );
  });

  test("that is no JSON is said", async () => {
    await writeFile(path, model.bytes);
    await writeFile(goldenPath, "{");
    await expect(openModelFile(path, 1)).rejects.toThrow(/model\/golden-mismatch: .*cannot be read/);
  });

  test("about another file, or absent, checks nothing", async () => {
    await expect(open({ file: "other.onnx", sha256: "" })).resolves.toBeUndefined();
    expect(await readGolden(join(folder, "nowhere", "model.onnx"))).toBeUndefined();
  });
});
