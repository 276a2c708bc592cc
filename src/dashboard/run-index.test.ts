import { mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { thisProcess } from "../living-process.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import { runIndex } from "./run-index.ts";

const folder = temporaryFolder();
const runs = join(folder, "runs");
const stateOf = async (name: string) => (await runIndex(runs).row(name))?.state;

beforeAll(async () => {
  await writeRun(runs, { name: "done", steps: 3, accuracy: 0.625 });
});

describe("a run in the index", () => {
  test("says what its report says", async () => {
    expect(await runIndex(runs).row("done")).toEqual({
      ...{ name: "done", state: "finished", startedAt: "2026-01-31T12:00:00.000Z", strategy: "hybrid" },
      ...{ classes: ["bird", "cat"], accuracy: 0.625, accuracyInterval: [0.525, 0.725], heldOutImages: 10 },
      ...{ progress: null, refitOf: null, hasModel: false },
    });
  });

  test("is running while the process of its lock lives, whether it is new, resumed or not yet written down", async () => {
    const lock = JSON.stringify(thisProcess());
    for (const [name, ending] of [
      ["new", "none"],
      ["resumed", "finished"],
    ] as const) {
      const run = await writeRun(runs, { name, steps: 3, ending });
      await writeFile(join(run, "lock"), lock);
      expect(await runIndex(runs).row(name)).toMatchObject({
        state: "running",
        progress: { doing: "finishing the stage" },
      });
      await writeFile(join(run, "lock"), JSON.stringify({ ...thisProcess(), began: "long ago" }));
      expect(await stateOf(name)).toBe(ending === "none" ? "interrupted" : "finished");
    }
    await mkdir(join(runs, "begun"));
    await writeFile(join(runs, "begun", "lock"), lock);
    expect(await runIndex(runs).row("begun")).toMatchObject({ state: "running", strategy: null });
    await rm(join(runs, "begun", "lock"));
    expect(await stateOf("begun")).toBeUndefined();
  });

  test("is damaged where its run.json is", async () => {
    await mkdir(join(runs, "broken"));
    await writeFile(join(runs, "broken", "run.json"), "{");
    expect(await stateOf("broken")).toBe("damaged");
  });

  test.each(["", ".", "..", "../runs/done", "done/", "done\0", "nothing", "x".repeat(300)])(
    "%j is none",
    async (name) => {
      expect(await stateOf(name)).toBeUndefined();
      expect(name === "" ? undefined : await runIndex(runs).folderOf(name)).toBeUndefined();
    },
  );

  test("is none where a link leads out of the folder", async () => {
    await writeRun(join(folder, "elsewhere"), { name: "other", steps: 1 });
    await symlink(join(folder, "elsewhere", "other"), join(runs, "linked"));
    const index = runIndex(runs);
    expect(await index.row("linked")).toBeUndefined();
    expect(await index.folderOf("linked")).toBeUndefined();
    expect((await index.rows()).map(({ name }) => name)).not.toContain("linked");
  });

  test("is read again when something in its folder has come or gone, and else is not", async () => {
    const index = runIndex(runs);
    const run = await writeRun(runs, { name: "read", steps: 1, accuracy: 0.5 });
    const settle = () => utimes(run, 1_700_000_000, 1_700_000_000);
    await settle();
    expect((await index.row("read"))?.accuracy).toBe(0.5);
    await writeFile(join(run, "report.json"), "{"); // in place, as nothing of ours writes
    expect((await index.row("read"))?.state).toBe("finished");
    await writeRun(join(folder, "new"), { name: "read", steps: 1, accuracy: 0.75 });
    await rename(join(folder, "new", "read", "report.json"), join(run, "report.json"));
    expect((await index.row("read"))?.accuracy).toBe(0.75);
    await rm(run, { recursive: true });
    expect(await index.row("read")).toBeUndefined();
  });

  test("that nobody has made yet is not missed: a folder that is not there has no runs", async () => {
    expect(await runIndex(join(folder, "nowhere")).rows()).toEqual([]);
  });
});

test("a thousand runs are all there, each with what its own report says", async () => {
  const many = join(folder, "many");
  const written = Array.from({ length: 1000 }, (_, i) => ({ name: `run-${i}`, steps: 2, accuracy: i / 1000 }));
  await Promise.all(written.map((run) => writeRun(many, run)));
  const index = runIndex(many);
  for (const _ of ["read", "known"]) {
    const rows = await index.rows();
    const found = new Map(rows.map(({ name, accuracy }) => [name, accuracy]));
    expect(found).toEqual(new Map(written.map(({ name, accuracy }) => [name, accuracy])));
  }
});
