import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { examineWeights } from "../index.ts";
import { run } from "./program.ts";
import { terminalOf } from "./terminal.ts";
import { examinationText } from "./weights-check.ts";

const folder = temporaryFolder();
const { style } = terminalOf({}, {});
const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/files/${name}`, import.meta.url));

/** Runs a command line in this process and returns its exit code and what it says on stdout. */
async function typed(...words: readonly string[]): Promise<{ code: number; out: string }> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const code = await run(words);
    return { code, out: log.mock.calls.flat().join("\n") };
  } finally {
    log.mockRestore();
  }
}

describe("reinception weights check", () => {
  test("says what is in a file", async () => {
    const path = fixture("model-folded.onnx");
    expect(examinationText(await examineWeights(path), style)).toEqual([
      `file      ${relative(process.cwd(), path)}, 1.1 MB`,
      "format    onnx, 747 tensors",
      "network   Inception-v4, width 0.0625",
      "classes   1,000",
      "pictures  not said; 299 x 299 is taken",
      "numbers   all finite; batch norms: scales all 1, statistics folded",
      expect.stringMatching(/^note {6}its batch norms are folded/),
      "",
      "A run can start from it.",
    ]);
  });

  test("lists what is wrong, the first few of each kind", async () => {
    const found = await examineWeights("small");
    const lines = examinationText(
      {
        ...found,
        usable: false,
        missing: ["a", "b", "c", "d", "e", "f"],
        wrongShapes: [{ name: "g", found: [1], needed: [2, 3] }],
        problems: [{ code: "weights/missing", message: "6 are missing.", fix: "Give all." }],
      },
      style,
    );
    expect(lines).toContain("missing      6: a, b, c, d, e and 1 more");
    expect(lines).toContain("other shape  1: g [1] instead of [2, 3]");
    expect(lines.slice(-3)).toEqual(["No run can start from it.", "weights/missing: 6 are missing.", "Give all."]);
  });

  test("ends with 0 where a run can start from it, else with 4 and all that was found", async () => {
    expect((await typed("weights", "check", "small")).code).toBe(0);
    const path = join(folder, "notes.txt");
    writeFileSync(path, "no weights");
    const { code, out } = await typed("weights", "check", path, "--json");
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      usable: false,
      kind: "unknown",
      problems: [{ code: "weights/other-format" }],
    });
  });
});

describe("reinception weights convert", () => {
  test("says what it wrote", async () => {
    const to = join(folder, "out.safetensors");
    const first = await typed("weights", "convert", fixture("model.onnx"), to);
    expect(first).toEqual({ code: 0, out: `${to}  1.1 MB: Inception-v4, width 0.0625, 1,000 classes` });
    const again = await typed("weights", "convert", fixture("model.onnx"), to, "--features", "--json");
    expect(again.code).toBe(4);
    expect(JSON.parse(again.out)).toMatchObject({ error: { code: "weights/out-exists" } });
  });
});
