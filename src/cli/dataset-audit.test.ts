import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { drawScene } from "../../test/support/drawn-scenes.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { DatasetAudit, Finding } from "../index.ts";
import { auditText } from "./dataset-audit.ts";
import { run } from "./program.ts";
import { terminalOf } from "./terminal.ts";

const folder = temporaryFolder();
const { style } = terminalOf({}, {});

const notice = (kind: Finding["kind"], images: readonly string[], detail = ""): Finding => {
  return { kind, severity: "notice", images, detail };
};
const audit: DatasetAudit = {
  ...{ data: ["/photos"], pictures: 1203, imbalance: 2.5, skipped: [], corrections: null, fingerprint: "" },
  classes: [
    { name: "cat", pictures: 860, train: 700, validation: 158, test: 0 },
    { name: "dog", pictures: 343, train: 270, validation: 73, test: 0 },
  ],
  findings: [
    notice("transparent", ["cat/1.png"]),
    { ...notice("across-splits", ["cat/3.jpg", "cat/4.jpg"]), severity: "serious" },
    notice("near-duplicate", ["cat/3.jpg", "cat/4.jpg"]),
    ...[5, 6, 7, 8].map((number) => notice("turned", [`dog/${number}.jpg`])),
    notice("small-class", [], '"dog" has 343 pictures'),
  ],
};

describe("an audit as text", () => {
  test("is a table of classes and one of what was found, the serious first", () => {
    expect(auditText(audit, style)).toEqual([
      "Pictures  1,203 pictures that can be read in /photos",
      "Classes   2 classes, the largest 2.5 times the smallest",
      "",
      "Class  pictures  to learn from  held out",
      "cat         860            700       158",
      "dog         343            270        73",
      "",
      "Found",
      "    1  left out for a copy on another side  cat/3.jpg",
      "    1  nearly the same                      cat/3.jpg = cat/4.jpg",
      "    1  transparent, put on white            cat/1.png",
      "    4  stored turned, set upright           dog/5.jpg, dog/6.jpg, dog/7.jpg and 1 more",
      '    1  small class                          "dog" has 343 pictures',
      "",
      "All of them: reinception dataset audit /photos --json",
    ]);
  });

  test("says so where there is nothing to say, and has a column for test pictures where there are some", () => {
    const classes = audit.classes.map((one) => ({ ...one, test: 40 }));
    const lines = auditText({ ...audit, classes, findings: [] }, style);
    expect(lines.at(-1)).toBe("Nothing odd was found.");
    expect(lines[3]).toBe("Class  pictures  to learn from  held out  to test");
  });

  test("shows the smallest of many classes", () => {
    const classes = Array.from({ length: 30 }, (_, i) => ({ ...audit.classes[0]!, name: `${i}`, pictures: 100 - i }));
    const lines = auditText({ ...audit, classes, findings: [] }, style);
    expect(lines[4]).toMatch(/^29 /);
    expect(lines).toContain("the 20 smallest of 30 classes");
  });
});

describe("reinception dataset audit", () => {
  const data = join(folder, "photos");
  beforeAll(async () => {
    for (const name of ["a", "b"]) mkdirSync(join(data, name), { recursive: true });
    for (let seed = 0; seed < 8; seed++)
      await drawScene(seed)
        .png()
        .toFile(join(data, seed < 4 ? "a" : "b", `${seed}.png`));
    writeFileSync(join(data, "b", "damaged.png"), "no picture");
  });

  /** Runs a command line in this process and returns its exit code and what it says on stdout. */
  async function typed(...words: readonly string[]): Promise<{ code: number; out: string }> {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const code = await run(["dataset", "audit", ...words]);
      return { code, out: log.mock.calls.flat().join("\n") };
    } finally {
      log.mockRestore();
    }
  }

  test("ends with 0 whatever it finds, with --strict with 3 if it is serious", async () => {
    const { code, out } = await typed(data);
    expect(code).toBe(0);
    expect(out).toMatch(/ 1 {2}unreadable +b\/damaged\.png/);
    expect((await typed(data, "--strict")).code).toBe(3);
  });

  test("gives everything as one JSON document", async () => {
    const { code, out } = await typed(data, "--json", "--validation", "0.5");
    const found = JSON.parse(out) as DatasetAudit;
    expect(code).toBe(0);
    expect(found.pictures).toBe(8);
    expect(found.findings.filter(({ severity }) => severity === "serious")).toEqual([
      expect.objectContaining({ kind: "unreadable", images: ["b/damaged.png"] }),
    ]);
  });
});
