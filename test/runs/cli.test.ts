import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { writeFinishedRun } from "../support/finished-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const thin = ["--weights", "random", "--width", "0.03125", "--size", "75", "--threads", "1"];
let data = "";
beforeAll(async () => {
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 6,
    size: 80,
    seed: 3,
  });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs the command line; `watch` sees the process and what it has said on stderr so far. */
function reinception(args: readonly string[], watch: (child: ChildProcess, errors: string) => void = () => {}) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
      env: { ...process.env, NO_COLOR: "1" },
    });
    let [out, errors] = ["", ""];
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => {
      errors += text;
      watch(child, errors);
    });
    child.on("close", (code) => resolve({ code, out, errors }));
  });
}

describe("reinception train", () => {
  test("prints exactly one JSON document, and everything for people elsewhere", async () => {
    const run = join(folder, "run");
    const { code, out, errors } = await reinception(["train", data, ...thin, "--epochs", "1", "--out", run, "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(out) as { run: string; model: string; report: Report }; // a second one would be an error
    expect(document).toMatchObject({
      run,
      model: join(run, "model.onnx"),
      report: { strategy: "hybrid", stopped: false },
    });
    expect(document.report.classes).toEqual(["discs", "stripes"]);
    expect(existsSync(document.model)).toBe(true);
    expect(errors).toContain("epoch");
    expect(out.trim().split("\n")).toHaveLength(1);
  });

  test("says what is wrong with the pictures and ends with 3", async () => {
    const nowhere = join(folder, "nowhere");
    const { code, out, errors } = await reinception(["train", nowhere, ...thin, "--out", join(folder, "none")]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(errors).toBe(
      `data/not-found: there is nothing at "${nowhere}".\nGive a folder with one sub-folder of pictures for each class, a list with columns path and label (.csv, .tsv, .jsonl), or a .zip, .tar or .parquet.\n`,
    );
    const json = await reinception(["train", data, nowhere, ...thin, "--json", "--out", join(folder, "none")]);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: "data/not-found" } });
  });

  test("says what is wrong with the options and ends with 2", async () => {
    const { code, out, errors } = await reinception(["train", data, "--width", "0.5"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(errors).toContain("options/not-with: --width");
  });
});

describe("a finished model on the command line", () => {
  test("is exported, predicts from there as before, and is refused when it is not what golden.json says", async () => {
    const run = join(folder, "finished");
    const { bytes } = await writeFinishedRun(run);
    const exported = await reinception(["export", run, "--input", "pixels"]);
    expect(exported.code).toBe(0);
    const lines = exported.out.trimEnd().split("\n");
    expect(lines.map((line) => line.trim())).toEqual([
      expect.stringMatching(/^\d[\d.]* [kM]B {2}.*model\.onnx$/),
      expect.stringMatching(/^\d[\d.]* [kM]B {2}.*golden\.json$/),
    ]);
    const picture = join(data, "discs", "0.png");
    const before = await reinception(["predict", run, picture, "--json"]);
    expect(before.code).toBe(0);
    expect((await reinception(["predict", join(run, "onnx", "model.onnx"), picture, "--json"])).out).toBe(before.out);
    const again = await reinception(["export", run, "--json"]);
    expect(again.code).toBe(4);
    expect(JSON.parse(again.out)).toMatchObject({ error: { code: "export/folder-in-use" } });
    writeFileSync(join(run, "model.onnx"), bytes.with(bytes.length - 1, 0));
    const changed = await reinception(["predict", run, picture]);
    expect(changed.code).toBe(4);
    expect(changed.errors).toContain("model/golden-mismatch: ");
  });
});

// Windows has no signals that a process could send to another
describe.skipIf(process.platform === "win32")("Ctrl-C", () => {
  const long = ["--strategy", "feature-extraction", "--epochs", "100000", "--batch-size", "2"];

  test("once ends with 130 and leaves a run that can be used", async () => {
    const run = join(folder, "interrupted");
    let sent = false;
    const ended = await reinception(["train", data, ...thin, ...long, "--out", run, "--json"], (child, errors) => {
      if (sent || !errors.includes(" 1/100000 ")) return;
      sent = true;
      child.kill("SIGINT");
    });
    expect(sent).toBe(true);
    expect(ended.code).toBe(130);
    expect(JSON.parse(ended.out)).toMatchObject({ report: { stopped: true, stages: [{ reason: "stopped" }] } });
    const picture = join(data, "discs", "0.png");
    const answer = await reinception(["predict", run, picture, "--json"]);
    expect(answer.code).toBe(0);
    expect(answer.out).toContain("stripes");
  });

  test("twice ends with 130 at once", async () => {
    const run = join(folder, "broken-off");
    let sent = 0;
    const slow = ["--strategy", "fine-tuning", "--unfreeze", "all", "--epochs", "1000"];
    const ended = await reinception(["train", data, ...thin, ...slow, "--out", run], (child, errors) => {
      if (sent > 0 || !errors.includes("Stage 1 of 1")) return;
      sent += 1;
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGINT"), 20);
    });
    expect(sent).toBe(1);
    expect(ended.code).toBe(130);
    expect(ended.errors).toContain("Stopped.");
    expect(existsSync(join(run, "run.json"))).toBe(true);
    expect(existsSync(join(run, "report.json"))).toBe(false);
  });
});
