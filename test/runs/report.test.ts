// The page that a run leaves, and that is drawn anew when it is asked for.

import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Report, writeReport } from "../../src/index.ts";
import { withPage } from "../../src/report/write-report.ts";
import { type SmallRun, smallRun, smallRunClasses } from "../support/small-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { wellFormed } from "../support/well-formed.ts";

const folder = temporaryFolder();
let run: SmallRun;
let page = "";
let report: Report;
const pagePath = () => join(run.out, "report.html");
beforeAll(async () => {
  run = await smallRun(folder);
  page = readFileSync(pagePath(), "utf8");
  report = JSON.parse(readFileSync(join(run.out, "report.json"), "utf8"));
}, 60_000);

describe("the page of a run", () => {
  test("is there when the run has ended, which says so last", () => {
    expect(run.events.at(-1)).toEqual({ type: "page", path: pagePath(), problem: null });
    expect(run.events.findLast(({ type }) => type !== "page" && type !== "progress")).toMatchObject({ type: "end" });
    expect(report.classes).toEqual(smallRunClasses);
  });

  test("shows every number of the judgement, names as they are, and pictures with where the network looks", () => {
    expect(wellFormed(page)).toEqual([]);
    const numbers = new Set([...page.matchAll(/<data value="([^"]+)">/g)].map(([, value]) => Number(value)));
    const { accuracy, accuracyInterval, classes, mostWrong } = report.validation;
    for (const value of [accuracy, ...accuracyInterval, ...mostWrong.map(({ probability }) => probability)])
      expect(numbers).toContain(value);
    for (const { recall, precision } of classes)
      for (const value of [recall, precision]) if (value !== null) expect(numbers).toContain(value);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    const { images } = report;
    const pictures = page.match(/<img src="data:image\/webp;base64,/g)!.length;
    expect(pictures).toBeGreaterThanOrEqual(Math.min(images.validation, 36));
    expect(page.match(/<img class="heat" src="data:image\/png;base64,/g)).toHaveLength(pictures);
  });

  test("says which command makes the same run", () => {
    expect(page).toContain(
      "--strategy hybrid --unfreeze &quot;1 blocks&quot; --epochs 2,2 --weights small --validation 0.4",
    );
  });

  test("is the same when it is drawn anew", async () => {
    rmSync(pagePath());
    const written = await writeReport({ run: run.out, threads: 1 }).result;
    expect(written).toMatchObject({ path: pagePath(), problem: null, sizeBytes: Buffer.byteLength(page) });
    expect(readFileSync(pagePath(), "utf8") === page).toBe(true); // else the difference is a megabyte of text
  });

  test("is drawn without what is not there any more, and says so", async () => {
    renameSync(run.photos, `${run.photos}-moved`);
    expect(await writeReport({ run: run.out }).result).toMatchObject({
      pictures: 0,
      problem: expect.stringContaining("not where"),
    });
    renameSync(`${run.photos}-moved`, run.photos);
    renameSync(join(run.out, "model.onnx"), join(folder, "model.onnx"));
    expect((await writeReport({ run: run.out }).result).pictures).toBeGreaterThan(20);
    expect(readFileSync(pagePath(), "utf8")).not.toContain('class="heat"');
    renameSync(join(folder, "model.onnx"), join(run.out, "model.onnx"));
    rmSync(join(run.out, "answers.safetensors"));
    rmSync(join(run.out, "audit.json"));
    expect(await writeReport({ run: run.out }).result).toMatchObject({ pictures: 0, problem: null });
    const bare = readFileSync(pagePath(), "utf8");
    expect(bare).toContain("No pictures are shown, since the run has not kept");
    expect(wellFormed(bare)).toEqual([]);
  });

  test("that cannot be written is said, and the run is whole all the same", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    async function* ended() {
      yield { type: "end", out: "", report } as const;
      return report;
    }
    const events = withPage({ run: empty, threads: 1 }, ended(), () => false);
    expect(await events.next()).toMatchObject({ value: { type: "end" } });
    expect(await events.next()).toMatchObject({
      value: { type: "page", problem: expect.stringContaining("run/not-a-run") },
    });
    expect(await events.next()).toEqual({ done: true, value: report });
  });

  test("of a folder that is no run is refused", async () => {
    await expect(writeReport({ run: folder }).result).rejects.toThrow("run/not-a-run");
    expect(() => writeReport({ run: folder, threads: 0 })).toThrow("options/value");
  });
});
