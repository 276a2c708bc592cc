// What a user has said of pictures since holds in every run and audit, however the pictures are kept.

import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addCorrections,
  type DatasetAudit,
  featureExtraction,
  type RetrainOptions,
  type RunEvent,
  resume,
  retrain,
  undoCorrections,
} from "../../src/index.ts";
import { auditPictures } from "../../src/train/audit.ts";
import { resolveAudit } from "../../src/train/resolve.ts";
import { readImageLines } from "../../src/train/run-images.ts";
import { sourceFolders } from "../support/source-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { asSource, type Kind, type Picture, thirtyPictures } from "../support/thirty-pictures.ts";

const folder = temporaryFolder();
const write = sourceFolders();
let pictures: readonly Picture[] = [];
beforeAll(async () => {
  pictures = await thirtyPictures();
});

const named = ({ sha256, file }: Picture) => ({ hash: sha256, name: file });
const discs = () => pictures.filter(({ className }) => className === "discs");

/** As `auditDataset` does, in this process. */
async function audited(data: string | readonly string[], corrections = true): Promise<DatasetAudit> {
  const events = auditPictures(resolveAudit({ data, corrections }), () => false);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

/** Two pictures get another class, one another side, one takes no part. */
async function correct(data: string | readonly string[]) {
  const [first, second, third, fourth] = discs().map(named);
  const say = (correction: Parameters<typeof addCorrections>[0]["correction"], own: readonly (typeof first)[]) =>
    addCorrections({ data, correction, pictures: own.map((one) => one!) });
  await say({ kind: "class", class: "stripes" }, [first, second]);
  await say({ kind: "side", side: "validation" }, [second, third]);
  await say({ kind: "side", side: "train" }, [third]);
  return say({ kind: "excluded" }, [fourth]);
}

describe("corrections", () => {
  let expected: DatasetAudit;
  beforeAll(async () => {
    const data = asSource("folder", pictures, write);
    await correct(data);
    expected = await audited(data);
  });

  test("are counted by an audit, which names what they have changed", () => {
    expect(expected.corrections).toMatchObject({ relabelled: 2, moved: 2, excluded: 1, missing: 0 });
    const found = (kind: string) => expected.findings.filter((one) => one.kind === kind);
    expect(found("relabelled").map(({ detail }) => detail)).toEqual(Array(2).fill('"stripes", and lies in "discs"'));
    expect(
      found("moved")
        .map(({ detail }) => detail)
        .sort(),
    ).toEqual(["to train", "to validation"]);
    expect(found("excluded")).toMatchObject([{ severity: "notice", images: [`discs/${discs()[3]!.file}`] }]);
    expect(expected.skipped).toContainEqual({
      path: `discs/${discs()[3]!.file}`,
      reason: expect.stringMatching(/^excluded by \d+\.corrections\.jsonl$/) as string,
    });
    expect(expected.classes.map(({ name, pictures: own }) => [name, own])).toEqual([
      ["discs", 7],
      ["stripes", 12],
      ["клетки", 10],
    ]);
  });

  test.each<Kind>(["zip", "csv", "imagefolder", "two folders"])(
    "do the same to a source of the kind %s",
    async (kind) => {
      const data = asSource(kind, pictures, write);
      const plain = await audited(data);
      await correct(data);
      const audit = await audited(data);
      expect(audit.fingerprint).toBe(expected.fingerprint);
      expect(audit.fingerprint).not.toBe(plain.fingerprint);
      expect(audit.classes).toEqual(expected.classes);
      const { relabelled, moved, excluded } = audit.corrections!;
      expect([relabelled, moved, excluded]).toEqual([2, 2, 1]);
      expect(await audited(data, false)).toEqual(plain);
    },
  );

  test("stay with pictures that are moved and renamed, and mean nothing for those that are gone", async () => {
    const [data] = asSource("folder", pictures, write) as [string];
    await correct(data);
    renameSync(join(data, "discs", discs()[0]!.file), join(data, "discs", "renamed.png"));
    rmSync(join(data, "discs", discs()[3]!.file));
    const audit = await audited(data);
    expect(audit.corrections).toMatchObject({ relabelled: 2, excluded: 0, missing: 1 });
    expect(audit.findings.filter(({ kind }) => kind === "relabelled").flatMap(({ images }) => images)).toContain(
      "discs/renamed.png",
    );
  });

  test("of a class folder are no picture of the folder that it lies in", async () => {
    const [data] = asSource("folder", pictures, write) as [string];
    await addCorrections({ data: join(data, "discs"), pictures: discs().map(named), correction: { kind: "excluded" } });
    const audit = await audited(data);
    expect(audit.skipped.filter(({ side }) => side === undefined)).toEqual([]);
    expect(audit.corrections).toBeNull();
  });

  test("to a class that is not there are an error that says where they stand and which there are", async () => {
    const [data] = asSource("folder", pictures, write) as [string];
    await correct(data);
    await addCorrections({ data, pictures: [named(discs()[5]!)], correction: { kind: "class", class: "rings" } });
    await expect(audited(data)).rejects.toThrow(
      /^corrections\/unknown-class: line 5 of ".*\.corrections\.jsonl" gives a picture the class "rings", but the classes are "discs", "stripes", "клетки"\./,
    );
    await undoCorrections(data);
    appendFileSync(`${data}.corrections.jsonl`, "no JSON\n");
    await expect(audited(data)).rejects.toThrow(/^corrections\/line: line 7 of /);
  });

  test("that leave a class without anything to learn from are refused", async () => {
    const [data] = asSource("folder", pictures, write) as [string];
    const said = { data, pictures: discs().map(named), correction: { kind: "side", side: "validation" } } as const;
    await addCorrections(said);
    await expect(start({ data, out: join(folder, "nothing") }).result).rejects.toThrow("corrections/nothing-to-learn");
  });
});

function start(options: Partial<RetrainOptions> & { readonly data: string }) {
  const common = { weights: "random", width: 1 / 32, size: 75, threads: 1, batchSize: 8, report: false } as const;
  return retrain({ ...common, strategy: featureExtraction({ epochs: 9 }), ...options });
}

describe("a run on corrected pictures", () => {
  const out = join(folder, "corrected");
  let data: string;
  let first: Extract<RunEvent, { type: "start" }>;
  beforeAll(async () => {
    [data] = asSource("folder", pictures, write) as [string];
    await correct(data);
    const job = start({ data, out });
    for await (const event of job) {
      if (event.type === "start") first = event;
      if (event.type === "step") job.stop();
    }
    await job.result;
  });

  test("has them in their classes and on their sides, and says so at the beginning", async () => {
    expect(first.corrections).toEqual({
      ...{ relabelled: 2, moved: 2, excluded: 1, missing: 0 },
      files: [`${data}.corrections.jsonl`],
    });
    const lines = await readImageLines(join(out, "images.jsonl"));
    const lineOf = (i: number) => lines.find(({ name }) => name === `discs/${discs()[i]!.file}`);
    expect(lineOf(0)).toMatchObject({ class: "stripes" });
    expect(lineOf(1)).toMatchObject({ class: "stripes", split: "validation" });
    expect(lineOf(3)).toMatchObject({ skipped: expect.stringContaining("excluded by") as string });
    expect(first.skipped.filter(({ side }) => side === undefined)).toEqual([]);
    const { config } = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as { config: { corrections: boolean } };
    expect(config.corrections).toBe(true);
  });

  test("does not go on when they have changed, and goes on when they are as they were", async () => {
    await addCorrections({ data, pictures: [named(discs()[3]!)], correction: null });
    await expect(resume({ run: out }).result).rejects.toThrow(/run\/changed(.|\n)*is excluded no more/);
    await undoCorrections(data);
    await addCorrections({ data, pictures: [named(discs()[6]!)], correction: { kind: "excluded" } });
    await expect(resume({ run: out }).result).rejects.toThrow(/run\/changed(.|\n)*is excluded by a correction/);
    await undoCorrections(data);
    await addCorrections({ data, pictures: [named(discs()[6]!)], correction: { kind: "class", class: "stripes" } });
    await expect(resume({ run: out }).result).rejects.toThrow(/run\/changed(.|\n)*is "stripes", was "discs"/);
    await undoCorrections(data);
    expect((await resume({ run: out }).result).stopped).toBe(false);
  });

  test("may leave them aside", async () => {
    const plain = start({ data, out: join(folder, "plain"), corrections: false });
    for await (const event of plain) if (event.type === "start") expect(event.corrections).toBeUndefined();
    const report = await plain.result;
    const untouched = asSource("folder", pictures, write)[0]!;
    expect(report.dataFingerprint).toBe((await audited(untouched)).fingerprint);
  });
});
