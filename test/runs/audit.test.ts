import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Audit } from "../../src/data/audit.ts";
import {
  auditDataset,
  type AuditOptions,
  type DatasetAudit,
  featureExtraction,
  type FindingKind,
  findingKinds,
  resume,
  type RetrainOptions,
  type RunEvent,
  retrain,
} from "../../src/index.ts";
import { type ImageLine, readImageLines } from "../../src/train/run-images.ts";
import { drawScene } from "../support/drawn-scenes.ts";
import { plantFaults } from "../support/planted-faults.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();

async function audited(data: string, options: Omit<AuditOptions, "data"> = {}) {
  const job = auditDataset({ data, ...options });
  let tried = 0;
  for await (const event of job) if (event.type === "progress" && event.phase === "check") tried = event.total;
  return { audit: await job.result, tried };
}

const namesOf = ({ findings }: DatasetAudit, kind: FindingKind) =>
  findings.filter((one) => one.kind === kind).map(({ images }) => images.map((name) => name.replace(/\.\w+$/, "")));

describe("an audit of a folder in which everything is wrong", () => {
  const data = join(folder, "faults");
  let audit: DatasetAudit;
  beforeAll(async () => {
    audit = (await audited(await plantFaults(data))).audit;
  });

  const named: readonly FindingKind[] = [
    ...(["unreadable", "truncated", "empty", "wrong-extension", "animated", "cmyk", "colour-profile"] as const),
    ...(["narrow-depth", "transparent", "turned", "extreme-aspect", "tiny", "dark", "light", "flat"] as const),
  ];
  test.each(named)("finds what is %s, and nowhere else", (kind) => {
    const also = { dark: ["narrow-depth"], flat: ["light", "narrow-depth"] } as Partial<Record<FindingKind, string[]>>;
    const expected = [kind, ...(also[kind] ?? [])].map((name) => [`faulty/${name}`]);
    expect(expected).toEqual(expect.arrayContaining(namesOf(audit, kind)));
    expect(namesOf(audit, kind)).toContainEqual([`faulty/${kind}`]);
  });

  test("tells pictures of 16 bits, other files and formats that are not read", () => {
    expect(namesOf(audit, "wide-depth")).toEqual([["faulty/narrow-depth"], ["faulty/wide-depth"]]);
    expect(namesOf(audit, "other-file")).toEqual([["faulty/notes"]]);
    expect(audit.findings.find(({ kind }) => kind === "not-taken")!.detail).toContain("SVG");
  });

  test("finds copies: the same file, the same picture, and one in two classes", () => {
    expect(namesOf(audit, "exact-duplicate")).toEqual([["sound/1", "sound/exact-duplicate"]]);
    const pairs = namesOf(audit, "near-duplicate").map((names) => [...names].sort());
    expect(pairs.sort()).toEqual([
      ["other/label-conflict", "sound/3"],
      ["sound/2", "sound/near-duplicate"],
    ]);
    expect(namesOf(audit, "label-conflict").map((names) => [...names].sort())).toEqual([
      ["other/label-conflict", "sound/3"],
    ]);
  });

  test("counts the classes as a run would divide them", () => {
    const sound = audit.classes.find(({ name }) => name === "sound")!;
    expect(sound.pictures).toBe(14);
    const gone = namesOf(audit, "across-splits").length;
    const parts = audit.classes.reduce((sum, { train, validation }) => sum + train + validation, 0);
    expect(parts + gone).toBe(audit.pictures);
    expect(audit.skipped.filter(({ side }) => side !== undefined)).toHaveLength(gone);
  });

  test("gives every finding a severity and the files it is about", () => {
    for (const { kind, severity, images, detail } of audit.findings) {
      expect(severity).toBe(findingKinds[kind].severity);
      expect(detail).not.toBe("");
      expect(images.length > 0 || ["small-class", "imbalance", "class-missing"].includes(kind)).toBe(true);
      for (const name of images) expect(existsSync(join(data, name))).toBe(true);
    }
  });

  test("looks at a picture once: the second time none is decoded but those that cannot be", async () => {
    const again = await audited(data);
    expect(again.tried).toBe(2);
    expect(again.audit).toEqual(audit);
  });
});

describe("the split", () => {
  const data = join(folder, "grown");
  const sidesOf = async (path: string, out: string): Promise<ReadonlyMap<string, string>> => {
    await start({ data: path, out }).result;
    const lines = await readImageLines(join(out, "images.jsonl"));
    return new Map(lines.map((line) => [line.name, "hash" in line ? line.split : `left out: ${line.split}`]));
  };

  test("moves no image when the folder is moved and grows by 10 %, and no planted copy straddles", async () => {
    for (const name of ["a", "b"]) mkdirSync(join(data, name), { recursive: true });
    for (let seed = 0; seed < 40; seed++)
      await drawScene(seed)
        .png()
        .toFile(join(data, seed % 2 === 0 ? "a" : "b", `${seed}.png`));
    const before = await sidesOf(data, join(folder, "before"));
    expect([...before.values()].filter((side) => side === "validation").length).toBeGreaterThan(4);
    const moved = join(folder, "elsewhere");
    renameSync(data, moved);
    const [heldBack] = [...before].find(([, side]) => side === "validation")!;
    const [learnt] = [...before].find(([, side]) => side === "train")!;
    for (const [name, quality] of [heldBack, learnt].flatMap((one) => [90, 60].map((q) => [one, q] as const))) {
      const seed = Number(/\d+/.exec(name)![0]);
      await drawScene(seed)
        .jpeg({ quality })
        .toFile(join(moved, name.replace(".png", `-${quality}.jpg`)));
    }
    const after = await sidesOf(moved, join(folder, "after"));
    for (const [name, side] of before) expect(after.get(name)?.replace("left out: ", "")).toBe(side);
    for (const original of [heldBack, learnt]) {
      const family = [...after].filter(
        ([name]) => name.startsWith(original.replace(".png", "")) && /\d[.-]/.test(name),
      );
      const sides = family.filter(([name]) => name === original || name.startsWith(original.replace(".png", "-")));
      expect(sides).toHaveLength(3);
      expect(new Set(sides.map(([, side]) => side).filter((side) => !side.startsWith("left out"))).size).toBe(1);
    }
  });

  test("keeps groups together that a pattern on the names states", async () => {
    const grouped = join(folder, "grouped");
    for (const name of ["a", "b"]) mkdirSync(join(grouped, name), { recursive: true });
    for (let seed = 0; seed < 40; seed++)
      await drawScene(100 + seed)
        .png()
        .toFile(join(grouped, seed % 2 === 0 ? "a" : "b", `film${seed >> 2}-${seed}.png`));
    const out = join(folder, "by-group");
    await start({ data: grouped, out, groupBy: "(film\\d+)-", validation: 0.4 }).result;
    const sides = new Map<string, Set<string>>();
    for (const line of await readImageLines(join(out, "images.jsonl"))) {
      const film = /film\d+/.exec(line.name)![0];
      if ("hash" in line) sides.set(film, (sides.get(film) ?? new Set()).add(line.split));
    }
    expect(sides.size).toBe(10);
    for (const own of sides.values()) expect(own.size).toBe(1);
    expect(new Set([...sides.values()].flatMap((own) => [...own]))).toEqual(new Set(["train", "validation"]));
    expect(() => start({ data: grouped, groupBy: "film" })).toThrow("options/group-by");
  });
});

function start(options: Partial<RetrainOptions> & { readonly data: string }) {
  const common = { weights: "random", width: 1 / 32, size: 75, threads: 1, batchSize: 16, report: false } as const;
  return retrain({ ...common, strategy: featureExtraction({ epochs: 2 }), out: join(folder, "run"), ...options });
}

describe("a run on pictures with copies", () => {
  const data = join(folder, "copies");
  const out = join(folder, "with-copies");
  let first: Extract<RunEvent, { type: "start" }>;
  let lines: readonly ImageLine[];
  beforeAll(async () => {
    for (const name of ["a", "b"]) mkdirSync(join(data, name), { recursive: true });
    for (let seed = 0; seed < 24; seed++) {
      const path = join(data, seed % 2 === 0 ? "a" : "b", `${seed}`);
      await drawScene(seed).png().toFile(`${path}.png`);
      if (seed < 16) await drawScene(seed).jpeg({ quality: 80 }).toFile(`${path}-copy.jpg`);
    }
    writeFileSync(join(data, "a", "damaged.jpg"), readFileSync(join(data, "a", "2-copy.jpg")).subarray(0, 900));
    const job = start({ data, out, validation: 0.4, seed: 3 });
    let steps = 0;
    for await (const event of job) {
      if (event.type === "start") first = event;
      if (event.type === "step" && ++steps === 1) job.stop();
    }
    await job.result;
    lines = await readImageLines(join(out, "images.jsonl"));
  });

  test("leaves out those to learn from whose copies are held back, each with its reason", () => {
    const left = first.skipped.filter(({ side }) => side !== undefined);
    expect(left.length).toBeGreaterThan(2);
    for (const { path, reason, side } of left) {
      expect(side).toBe("train");
      const [, copy = ""] = /^a copy of "(.*)", which is held back for validation$/.exec(reason)!;
      expect(copy.replace(/-copy\.jpg|\.png/, "")).toBe(path.replace(/-copy\.jpg|\.png/, ""));
      expect(lines.find(({ name }) => name === copy)).toMatchObject({ split: "validation" });
      expect(lines.find(({ name }) => name === path)).toEqual({ name: path, skipped: reason, split: "train" });
    }
    expect(first.images.train + first.images.validation + left.length).toBe(40);
    expect(first.noticed!["across-splits"]).toBe(left.length);
    expect(first.noticed!.truncated).toBe(1);
  });

  test("keeps the audit in its folder", () => {
    const audit = JSON.parse(readFileSync(join(out, "audit.json"), "utf8")) as Audit;
    expect(audit.pictures).toBe(40);
    expect(audit.findings.find(({ kind }) => kind === "truncated")!.images).toEqual(["a/damaged.jpg"]);
  });

  test("goes on where it stopped with the same pictures on the same sides", async () => {
    const whole = await start({ data, out: join(folder, "whole"), validation: 0.4, seed: 3 }).result;
    const resumed = await resume({ run: out }).result;
    expect(resumed.parametersHash).toBe(whole.parametersHash);
    expect(resumed.images).toEqual(whole.images);
    expect(resumed.skipped).toEqual(whole.skipped);
  });

  test("is refused where it is strict, and leaves nothing behind", async () => {
    const strict = join(folder, "strict");
    await expect(start({ data, out: strict, validation: 0.4, seed: 3, strict: true }).result).rejects.toThrow(
      /^data\/not-clean: (.|\n)*cut short \(1\): a\/damaged\.jpg\n {2}left out for a copy(.|\n)*reinception dataset audit "/,
    );
    expect(existsSync(strict)).toBe(false);
  });

  test("is refused where every picture that could be checked on is a copy of one to learn from", async () => {
    const alike = join(folder, "alike");
    for (const name of ["a", "b"]) mkdirSync(join(alike, name), { recursive: true });
    for (const [name, seed] of [
      ["a", 1],
      ["b", 2],
    ] as const)
      for (const quality of [95, 90, 80])
        await drawScene(seed)
          .jpeg({ quality })
          .toFile(join(alike, name, `${quality}.jpg`));
    await expect(start({ data: alike, out: join(folder, "nothing") }).result).rejects.toThrow("data/only-copies");
  });
});

test("a strict run on sound pictures begins", async () => {
  const sound = join(folder, "sound");
  for (const name of ["sound", "other"])
    cpSync(join(folder, "faults", name), join(sound, name), {
      recursive: true,
      filter: (path) => !/duplicate|conflict/.test(path),
    });
  const report = await start({ data: sound, out: join(folder, "sound-run"), strict: true }).result;
  expect(report.skipped).toEqual([]);
});
