import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersFile, answersName, readAnswers } from "./answers-file.ts";

let run = "";
beforeAll(async () => {
  run = await mkdtemp(join(tmpdir(), "reinception-answers-"));
  const report = { classes: ["cat", "dog"], parametersHash: "p", calibration: { temperature: 2 } };
  await writeFile(join(run, "report.json"), JSON.stringify(report));
  const lines = [
    { name: "cat/1.png", class: "cat", split: "train", hash: "a" },
    { name: "dog/2.png", class: "dog", split: "validation", hash: "b" },
    { name: "dog/broken.png", skipped: "it is empty" },
  ];
  await writeFile(join(run, "images.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
});
afterAll(() => rm(run, { recursive: true }));

const train = { logits: Float32Array.of(1, 0), features: Float32Array.of(1, 2, 3) };
const heldBack = { logits: Float32Array.of(-1, 1), features: Float32Array.of(4, 5, 6) };

test("what a network says of all pictures comes back in their order", async () => {
  await writeFile(join(run, answersName), answersFile([train, heldBack], "p", 0.5));
  const answers = await readAnswers(run);
  expect(answers.pictures.map(({ name, split }) => [name, split])).toEqual([
    ["cat/1.png", "train"],
    ["dog/2.png", "validation"],
  ]);
  expect([...answers.logits]).toEqual([1, 0, -1, 1]);
  expect([...answers.features]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([answers.temperature, answers.unit]).toEqual([2, 0.5]);
});

test.each([
  ["of other parameters", answersFile([train, heldBack], "q", 0.5)],
  ["of other pictures", answersFile([train], "p", 0.5)],
])("answers %s are refused", async (_, file) => {
  await writeFile(join(run, answersName), file);
  await expect(readAnswers(run)).rejects.toThrow("run/answers");
});
