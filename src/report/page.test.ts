import { describe, expect, test } from "vitest";
import { reportedRun } from "../../test/support/reported-run.ts";
import { wellFormed } from "../../test/support/well-formed.ts";
import { pageText } from "./page.ts";
import type { PageInput } from "./page-input.ts";

const byHand = reportedRun();
const found = reportedRun({ advice: true, images: { train: 60, validation: 40, test: 45 } });
const bare: PageInput = { ...reportedRun({ options: {} }), chosen: null, answers: null, command: null };

/** Numbers of a page, exactly. */
function numbersOn(page: string): ReadonlySet<number> {
  return new Set([...page.matchAll(/<data value="([^"]+)">/g)].map(([, value]) => Number(value)));
}

/** Every number in a value, with the way to it. */
function numbersIn(value: unknown, path = ""): readonly (readonly [path: string, value: number])[] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => numbersIn(inner, `${path}.${name}`));
}

describe("the page of a run", () => {
  test.each([
    ["whose strategy was given", byHand],
    ["whose strategy was found, with pictures to test", found],
  ])("%s shows every number of report.json, exactly", (_, input) => {
    const page = numbersOn(pageText(input));
    const numbers = numbersIn(input.report);
    expect(numbers.length).toBeGreaterThan(300);
    // numbers of empty cells are dots, numbers of bins are places in a chart
    const told = numbers.filter(
      ([path, value]) => !(value === 0 && path.includes("confusionMatrix")) && !path.endsWith(".bin"),
    );
    // what is judged in full is the test side where there is one; of the other side as much as decides
    const shown = input.report.test === null ? told : told.filter(([path]) => !path.startsWith(".validation."));
    expect(shown.filter(([, value]) => !page.has(value)).map(([path]) => path)).toEqual([]);
    for (const name of ["accuracy", "accuracyInterval", "images"] as const)
      for (const [, value] of numbersIn(input.report.validation[name])) expect(page).toContain(value);
  });

  test.each([byHand, found])("shows no number in its verdict that is not of report.json", (input) => {
    const [, verdict = ""] = /<section id="verdict".*?>(.*?)<\/section>/s.exec(pageText(input)) ?? [];
    const known = new Set(numbersIn(input.report).map(([, value]) => value));
    const shown = [...numbersOn(verdict)];
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((value) => !known.has(value))).toEqual([]);
  });

  test.each([byHand, found, bare])("is well-formed whatever classes and files are called", (input) => {
    const page = pageText(input);
    expect(wellFormed(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<img src="?x|NaN|undefined|\[object/);
    expect(page).not.toContain("\u202e");
  });

  test("has no program in it and asks nobody for anything", () => {
    const page = pageText(found);
    expect(page).toContain(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;`);
    expect([...page.matchAll(/\b(?:src|href|action)="(?!#|data:)[^"]*"/g)]).toEqual([]);
    expect(page).not.toMatch(/@import|url\((?!"?data:)|\son\w+="/);
  });

  test("leads from each cell of the matrix to a section that is there, and names what it does not show", () => {
    const small = reportedRun({ limits: { errors: 2, suspects: 2, perCell: 1, all: 8 } });
    const page = pageText(small);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(targets.filter((id) => id.startsWith("cell-")).length).toBeGreaterThan(3);
    for (const id of targets) expect(page).toContain(`id="${id}"`);
    const left = small.chosen!.cells.flatMap(({ leftOut }) => leftOut);
    expect(left.length).toBeGreaterThan(0);
    for (const { name } of left)
      expect(page.replaceAll("&quot;", '"')).toContain(name.replace("<i>", "&lt;i&gt;").replace(/.*\//, ""));
  });

  test("says what it cannot show", () => {
    expect(pageText(byHand)).toContain("Pictures: they have moved.");
    expect(pageText(bare)).toContain("No pictures are shown");
    expect(pageText(bare)).toContain("No command line of this version says this run");
    expect(pageText(bare)).toContain("the run has no audit.json");
  });

  test("of many classes has the most frequent errors instead of a table wider than a screen", () => {
    const classes = Array.from({ length: 40 }, (_, i) => `class ${i}`);
    const page = pageText(reportedRun({ classes, images: { train: 80, validation: 120, test: 0 } }));
    expect(page).toContain("40 classes are too many for a table on one screen");
    expect(wellFormed(page)).toEqual([]);
  });

  test("of a head that was fitted anew says of what, and how good the one of before is", () => {
    const { report } = byHand;
    const refit = { of: "/runs/<first>", corrections: null, before: report.validation, strength: 8 };
    expect(pageText({ ...byHand, report: { ...report, refit } })).toContain("<code>/runs/&lt;first&gt;</code>");
  });
});
