// A run and everything that it can be exported as: whoever classifies a picture with one of them gets the run's answer.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExportFormat } from "../../src/export/exporters.ts";
import { type ExportOptions, resolveExport } from "../../src/export/resolve-export.ts";
import { type JobName, type Jobs, jobs } from "../../src/jobs/jobs.ts";
import { openPretrained } from "../../src/pretrained/open.ts";
import { resolveConfig, resolvePredict } from "../../src/train/resolve.ts";
import { featureExtraction } from "../../src/train/strategy.ts";
import { parametersIn, readModelFile } from "../../src/train/model-file.ts";
import { readCard } from "../../src/weights/network-card.ts";
import { readSafetensors } from "../../src/weights/safetensors.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { writeFinishedRun } from "../support/finished-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const [photos, run] = [join(folder, "photos"), join(folder, "run")];
const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "src/cli/main.ts");
const thin = { weights: "random", width: 1 / 32, size: 75, threads: 1, report: false } as const;
const photo = join(photos, "discs", "0.png");
const out = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(out(name), "utf8");

/** Does a job here and not in a process of its own: its events, and its result. */
async function done<K extends JobName>(name: K, input: Jobs[K]["input"]) {
  const events: Jobs[K]["event"][] = [];
  const work = jobs[name](input, () => false);
  for (let next = await work.next(); ; next = await work.next()) {
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

async function exported(format: ExportFormat, to: string, more: Partial<ExportOptions> = {}) {
  return (await done("export", resolveExport({ model: run, format, out: out(to), threads: 1, ...more }))).result;
}

beforeAll(async () => {
  await drawPhotos({ folder: photos, classes: ["discs", "stripes", "checks"], each: 6, size: 90, seed: 2 });
  await done("train", resolveConfig({ data: photos, out: run, ...thin, strategy: featureExtraction({ epochs: 2 }) }));
  await exported("onnx", "onnx");
  await exported("onnx", "pixels", { input: "pixels" });
  await exported("bundle", "bundle");
  await exported("safetensors", "safetensors");
});

async function answers(
  model: string,
  images: string | Uint8Array | readonly (string | Uint8Array)[],
  asked: { coverage?: number; reject?: number } = {},
) {
  return (await done("predict", resolvePredict({ model, images, threads: 1, ...asked }))).events;
}

/** By class, of the photo. */
async function probabilities(model: string): Promise<Record<string, number>> {
  const [first] = await answers(model, photo);
  if (first === undefined || "problem" in first) throw new Error("no answer");
  return Object.fromEntries(first.classes.map(({ name, probability }) => [name, probability]));
}

let meant: Record<string, number> = {};
beforeAll(async () => {
  meant = await probabilities(run);
});

describe("one photo gets one answer from", () => {
  test.each(["onnx", "onnx/model.onnx", "pixels", "bundle"])("%s", async (name) => {
    const said = await probabilities(out(name));
    expect(Object.keys(said).sort()).toEqual(["checks", "discs", "stripes"]);
    for (const [name, probability] of Object.entries(meant))
      expect(Math.abs(said[name]! - probability)).toBeLessThanOrEqual(1e-5);
  });

  test.each(["onnx", "pixels", "bundle"])("%s, and the same set and distance", async (name) => {
    const asked = { coverage: 0.5, reject: 0.5 };
    const [own] = await answers(run, photo, asked);
    const [theirs] = await answers(out(name), photo, asked);
    if (own === undefined || theirs === undefined || "problem" in own || "problem" in theirs) throw new Error("none");
    expect(theirs.set).toEqual(own.set);
    expect(theirs.rejected).toBe(own.rejected);
    expect(theirs.distance! / own.distance!).toBeCloseTo(1, 5);
  });

  test("its path, its bytes, its folder and a pattern", async () => {
    const patterns = [join(photos, "*", "0.png"), join(photos, "{discs,checks}"), join(photos, "**", "[01].png")];
    const [byPath, byBytes, ...others] = await answers(run, [photo, readFileSync(photo), ...patterns]);
    expect(byBytes).toEqual({ ...byPath, path: "-" });
    expect(others).toHaveLength(3 + 12 + 6);
    expect(others.filter(({ path }) => path === photo)).toEqual([byPath, byPath, byPath]);
  });

  test("a picture beside one that cannot be read", async () => {
    const found = await answers(run, [join(photos, "none*.png"), main, photo, join(folder, "none.png")]);
    expect(found.map((one) => ("problem" in one ? one.problem.code : "answer"))).toEqual([
      "data/unreadable",
      "answer",
      "data/unreadable",
    ]);
    await expect(answers(run, join(photos, "none*.png"))).rejects.toThrow("predict/no-pictures");
  });
});

describe("reinception predict takes from standard input", () => {
  const predicted = (input: string | Uint8Array) => {
    const args = ["--import", "tsx", main, "predict", run, "-", "--top", "1", "--csv", "--threads", "1"];
    return spawnSync(process.execPath, args, { input, encoding: "utf8", cwd: root });
  };

  test("a picture", () => {
    const { stdout, status } = predicted(readFileSync(photo));
    const best = Math.max(...Object.values(meant));
    expect(stdout).toMatch(/^path,class_1,probability_1,error\r\n-,\w+,[\d.]+,\r\n$/);
    expect(Number(stdout.split("\r\n")[1]!.split(",")[2])).toBe(best);
    expect(status).toBe(0);
  });

  test("a list of paths, one of which leads nowhere", () => {
    const nowhere = join(folder, "none.png");
    const { stdout, status } = predicted(`${photo}\n${nowhere}\n${join(photos, "checks")}\n`);
    const rows = stdout.trimEnd().split("\r\n");
    expect(rows).toHaveLength(1 + 1 + 1 + 6);
    expect(rows[2]).toMatch(/none\.png,,,".*cannot be read/);
    expect(status).toBe(3);
  });
});

describe("the export for timm", () => {
  const bytes = () => readFileSync(out("safetensors/model.safetensors"));

  test("holds the parameters of the run to the last bit, and a counter for each batch norm", async () => {
    const meant = parametersIn(readModelFile("", readFileSync(out("run/model.onnx"))).model);
    const { base, head, width, metadata } = await openPretrained(bytes());
    const found = new Map([...base, ...head!.tensors]);
    expect([...found.keys()].sort()).toEqual([...meant.keys()].sort());
    for (const [name, { values }] of found)
      expect(
        Buffer.compare(Buffer.from(values.buffer, values.byteOffset, values.byteLength), raw(meant.get(name)!)),
      ).toBe(0);
    expect(width).toBe(1 / 32);
    expect(readCard(metadata)).toMatchObject({ classNames: ["checks", "discs", "stripes"], format: { size: 75 } });
    const names = [...readSafetensors(bytes(), "").tensors.keys()];
    expect(names.filter((name) => name.endsWith("num_batches_tracked"))).toHaveLength(149);
  });

  test("has a config.json with what timm asks for", () => {
    expect(JSON.parse(text("safetensors/config.json"))).toMatchObject({
      architecture: "inception_v4",
      num_classes: 3,
      num_features: 48,
      label_names: ["checks", "discs", "stripes"],
      temperature: 1,
      pretrained_cfg: { input_size: [3, 75, 75], pool_size: [1, 1], crop_pct: 0.875, classifier: "last_linear" },
    });
  });

  test("says so where timm has no network of that width", async () => {
    const { files } = await exported("safetensors", "noted");
    expect(files[0]!.note).toContain("whose width is 0.03125");
  });

  test("is refused for a head with hidden layers, and for pixels", async () => {
    await writeFinishedRun(out("hidden"));
    const code = (code: string) => expect.objectContaining({ code }) as unknown;
    await expect(exported("safetensors", "no", { model: out("hidden") })).rejects.toEqual(code("export/hidden-layers"));
    await expect(exported("safetensors", "no", { input: "pixels" })).rejects.toEqual(code("options/not-with"));
    expect(existsSync(out("no"))).toBe(false);
  });
});

function raw({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describe("the bundle", () => {
  test("has checksums of everything else in it, as sha256sum reads them", () => {
    const lines = text("bundle/SHA256SUMS").trimEnd().split("\n");
    const named = lines.map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line)!.slice(1) as [string, string]);
    expect(named.map(([, name]) => name).sort()).toEqual(
      readdirSync(out("bundle"))
        .filter((name) => name !== "SHA256SUMS")
        .sort(),
    );
    for (const [sum, name] of named)
      expect(
        createHash("sha256")
          .update(readFileSync(out(`bundle/${name}`)))
          .digest("hex"),
      ).toBe(sum);
    expect(JSON.parse(text("bundle/labels.json"))).toEqual(["checks", "discs", "stripes"]);
  });

  test("has a card that says how it was made, how good it is and what it is not for", () => {
    const card = text("bundle/MODEL_CARD.md");
    const report = JSON.parse(text("run/report.json"));
    for (const part of [
      "library_name: onnx",
      `| all | ${report.images.train} | ${report.images.validation} |`,
      report.dataFingerprint,
      report.stages[0].frozen.before,
      `Accuracy ${(100 * report.validation.accuracy).toFixed(1)} %`,
      "It always answers",
      "have not been calibrated", // with four pictures held back
      "farther from everything it learnt from",
      "drawn by chance",
      '"learningRate": 0.01',
    ])
      expect(card).toContain(part);
    expect(card).not.toContain(folder); // where its maker keeps things is nobody's business
  });

  test("of a model without its run says what is not known", async () => {
    await exported("bundle", "orphan", { model: out("onnx") });
    expect(text("orphan/MODEL_CARD.md")).toContain("It is not known with which weights training began.");
  });

  test("has programs for Node that run and say what predict says", async () => {
    const bundle = out("bundle");
    copyFileSync(photo, join(bundle, "photo.jpg"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const programs = [...text("bundle/MODEL_CARD.md").matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
    expect(programs).toHaveLength(2);
    for (const [i, code] of programs.entries()) {
      const program = join(bundle, `program-${i}.mjs`);
      const ours = pathToFileURL(join(root, "src/index.ts")).href;
      writeFileSync(program, code.replace('from "reinception"', `from "${ours}"`));
      const ran = spawnSync(process.execPath, ["--import", "tsx", program], { cwd: bundle, encoding: "utf8" });
      expect(ran.stderr).toBe("");
      const said = [...ran.stdout.matchAll(/name: '(\w+)', probability: ([\d.e-]+)/g)];
      expect(said).toHaveLength(3);
      for (const [, name, probability] of said) expect(Number(probability)).toBeCloseTo(meant[name!]!, 5);
    }
  });
});
