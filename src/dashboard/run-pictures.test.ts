import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { realRun } from "../../test/support/opened-dashboard.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { allPictures } from "./run-pictures.ts";

const folder = temporaryFolder();
const photos = join(folder, "photos");
const run = (name: string) => join(folder, "runs", name);
const all = { offset: 0, limit: 1000 };

beforeAll(async () => {
  await realRun(photos, run("a"));
  for (const name of ["b", "c", "half"]) await cp(run("a"), run(name), { recursive: true });
  await rm(join(run("half"), "answers.safetensors"));
});

function opened(runsAtOnce: number) {
  const pictures = allPictures(runsAtOnce);
  onTestFinished(() => pictures.close());
  return pictures;
}

describe("pictures of more runs than are kept in memory", () => {
  test("are all answered for, those asked for before a run had to go as well", async () => {
    const pictures = opened(1);
    const lists = await Promise.all(
      ["a", "b", "c", "a"].map(async (name) => (await pictures.of(run(name))).list(all, [])),
    );
    expect(lists.map(({ total }) => total)).toEqual([36, 36, 36, 36]);
    const images = await Promise.all(
      ["a", "b"].flatMap((name) => [1, 2, 3].map(async (id) => (await pictures.of(run(name))).image(id, 20))),
    );
    expect(images.every((bytes) => bytes.length > 50)).toBe(true);
  });

  test("that cannot be read are asked for again when they are whole", async () => {
    const pictures = opened(2);
    const list = async () => (await pictures.of(run("half"))).list(all, []);
    await expect(list()).rejects.toThrow("run/not-a-run");
    await cp(join(run("a"), "answers.safetensors"), join(run("half"), "answers.safetensors"));
    expect((await list()).total).toBe(36);
  });

  test("are read anew when the run has learnt for longer", async () => {
    const pictures = opened(2);
    const doubted = async () => (await (await pictures.of(run("c"))).list({ ...all, only: "suspect" }, [])).total;
    await doubted();
    const path = join(run("c"), "report.json");
    const { default: report } = await import(path, { with: { type: "json" } });
    const suspect = { name: "discs/0.png", truth: "discs", suggested: "checks", confidence: 0.1, margin: 0.1 };
    await writeFile(path, JSON.stringify({ ...report, labelIssues: { ...report.labelIssues, found: [suspect] } }));
    expect(await doubted()).toBe(1);
  });
});
