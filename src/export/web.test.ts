import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { networkParameters } from "../models/parameters.ts";
import { modelFile, readModelFile } from "../train/model-file.ts";
import { exportModelFiles } from "./export-model.ts";

const folder = temporaryFolder();
const [run, out] = [join(folder, "run"), join(folder, "web")];
const card = {
  classes: ["cat", "dog"],
  inputFormat: { size: 75, crop: 0.875, interpolation: "bicubic", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  strategy: "hybrid",
  version: "0.1.0",
  dataFingerprint: "0a",
  parametersHash: "0b",
  temperature: 1,
} as const;
const report = {
  parametersHash: "0b",
  validation: { accuracy: 0.9, images: 10 },
  test: { accuracy: 0.875, images: 16 },
};

const exported = async (to: string, input: "image" | "pixels" = "image") => {
  const settings = { calibration: 8, maxAccuracyLoss: 0.5, threads: 1 };
  for await (const _ of exportModelFiles({ model: run, format: "web", input, out: to, ...settings }, () => false));
};
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

beforeAll(async () => {
  const network = { width: 1 / 32, format: card.inputFormat, head: { classes: 2, hidden: [], dropout: 0 } };
  const values = initialParameters(networkParameters(network.width, network.head), 1);
  await mkdir(run);
  await writeFile(
    join(run, "model.onnx"),
    modelFile(network, new Map([...values].map(([name, { values }]) => [name, values])), card),
  );
  await writeFile(join(run, "report.json"), JSON.stringify(report));
  await exported(out);
});

describe("the folder of the web export", () => {
  test("holds the page, the model and what runs it, and nothing else", () => {
    expect(readdirSync(out).sort()).toEqual([
      "README.txt",
      "index.html",
      "model.json",
      "model.onnx",
      "onnxruntime",
      "page",
    ]);
    expect(readdirSync(join(out, "onnxruntime")).sort()).toEqual([
      "LICENSE.txt",
      "ort-wasm-simd-threaded.wasm",
      "ort.wasm.bundle.min.js",
    ]);
    expect(readdirSync(join(out, "page")).filter((name) => name.endsWith(".ts"))).toEqual([]);
  });

  test("has the model of the run as it is, which takes pictures of any size", () => {
    const bytes = readFileSync(join(out, "model.onnx"));
    expect(bytes.equals(readFileSync(join(run, "model.onnx")))).toBe(true);
    expect(readModelFile("model.onnx", bytes).model.graph.inputs[0]!.shape).toEqual(["batch", "height", "width", 3]);
  });

  test("says in model.json what the page shows of the model", () => {
    const bytes = readFileSync(join(out, "model.onnx"));
    expect(json(join(out, "model.json"))).toEqual({
      ...card,
      input: "image",
      accuracy: { share: 0.875, pictures: 16 },
      file: { name: "model.onnx", sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
    });
  });

  test("names the version of the engine in it", () => {
    const manifest = json(fileURLToPath(new URL("../../package.json", import.meta.url)));
    const version = manifest.devDependencies["onnxruntime-web"];
    expect(readFileSync(join(out, "README.txt"), "utf8")).toContain(`onnxruntime-web ${version} by Microsoft`);
    expect(readFileSync(join(out, "onnxruntime/ort.wasm.bundle.min.js"), "utf8")).toContain(
      `ONNX Runtime Web v${version}`,
    );
  });

  test("names no address of another server but in words for people", () => {
    for (const name of ["index.html", ...readdirSync(join(out, "page")).map((file) => `page/${file}`)]) {
      const addresses = readFileSync(join(out, name), "utf8").matchAll(/(?:https?:)?\/\/[a-z][\w.-]+/g);
      expect([...addresses].map(([address]) => address).filter((one) => !/w3\.org|localhost/.test(one))).toEqual([]);
    }
  });

  test("knows no accuracy where the report is about another model", async () => {
    await writeFile(join(run, "report.json"), JSON.stringify({ ...report, parametersHash: "0c" }));
    await exported(join(folder, "other"));
    expect(json(join(folder, "other", "model.json")).accuracy).toBe(null);
  });

  test("is not written for a model that takes no pictures", async () => {
    await expect(exported(join(folder, "none"), "pixels")).rejects.toMatchObject({
      code: "export/page-takes-pictures",
    });
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

test.skipIf(!existsSync(dist))("a built package carries the page and its engine", () => {
  expect(readdirSync(join(dist, "web-runtime")).sort()).toEqual([
    "ort-wasm-simd-threaded.wasm",
    "ort.wasm.bundle.min.js",
  ]);
  for (const name of ["index.html", "README.txt", "page/start.js", "page/page.css"])
    expect(existsSync(join(dist, "export/web-page", name))).toBe(true);
});
