import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import type { Prediction } from "../index.ts";
import { csvLine } from "./csv.ts";
import { type Answer, csvPrinter, jsonPrinter, type Printer, textPrinter } from "./predictions.ts";
import { displayWidth } from "./table.ts";
import { terminalOf } from "./terminal.ts";

const { style } = terminalOf({});

function answer(path: string, ...classes: readonly (readonly [string, number])[]): Prediction {
  return { path, classes: classes.map(([name, probability]) => ({ name, probability })) };
}

const unreadable: Prediction = {
  path: "/x/bad.jpg",
  problem: { code: "data/unreadable", message: 'the picture "/x/bad.jpg" cannot be read.', fix: "Mend it." },
};
const cat = answer("/x/a.jpg", ["cat", 0.75], ["long-haired", 0.25]);
const long = answer("/x/b, c.jpg", ["long-haired", 0.5], ['"the" cat', 0.5]);

function printed(make: (out: (text: string) => void) => Printer, predictions: readonly Prediction[]): string {
  const parts: string[] = [];
  const printer = make((text) => parts.push(text));
  for (const prediction of predictions) printer.take(prediction);
  printer.end();
  return parts.join("");
}

describe("as text", () => {
  const unread: string[] = [];
  const text = (top: number, ...predictions: readonly Prediction[]) =>
    printed((out) => textPrinter(top, style, out, (message) => unread.push(message)), predictions);

  test("one picture is a list of its classes", () => {
    expect(text(5, cat)).toBe("/x/a.jpg\n 75.0 %  cat\n 25.0 %  long-haired\n");
  });

  test("several are a table in columns", () => {
    expect(text(1, cat, long)).toBe(" 75.0 %  cat          /x/a.jpg\n 50.0 %  long-haired  /x/b, c.jpg\n");
    expect(text(2, cat, long).split("\n")[0]).toBe(" 75.0 %  cat           25.0 %  long-haired  /x/a.jpg");
  });

  test("columns stay in line with names of any script and length", () => {
    const names = ["\u732b", "a".repeat(60), "\u001b[31mred"];
    const rows = text(3, ...names.map((name) => answer("/p", [name, 1], ...names.map((one) => [one, 0] as const))));
    const starts = rows
      .trimEnd()
      .split("\n")
      .map((row) => displayWidth(row.slice(0, row.indexOf("/p"))));
    expect(new Set(starts).size).toBe(1);
    expect(rows).not.toContain("\u001b");
  });

  test("what cannot be read stands elsewhere and stops nothing", () => {
    expect(text(1, unreadable, cat)).toBe(" 75.0 %  cat          /x/a.jpg\n");
    expect(text(1, unreadable)).toBe("");
    expect(unread).toHaveLength(2);
  });
});

describe("what was asked for besides", () => {
  const doubted: Prediction = { ...(cat as Answer), set: ["cat", "long-haired"], distance: 2.5, rejected: true };
  const sure: Prediction = { ...(cat as Answer), set: ["cat"], distance: 0.9, rejected: false };
  const text = (...predictions: readonly Prediction[]) =>
    printed((out) => textPrinter(1, style, out, () => {}), predictions);

  test("stands behind each picture as text", () => {
    expect(text(sure, doubted).split("\n")).toEqual([
      " 75.0 %  cat          /x/a.jpg  {cat}",
      " 75.0 %  cat          /x/a.jpg  {cat, long-haired}  unlike anything learnt from",
      "",
    ]);
    expect(printed((out) => textPrinter(5, style, out, () => {}), [doubted]).split("\n")).toEqual([
      ...["/x/a.jpg", "unlike anything learnt from", " 75.0 %  cat", " 25.0 %  long-haired"],
      ...["   one of  cat, long-haired", ""],
    ]);
  });

  test("has columns of its own as CSV, also for a picture that cannot be read", () => {
    const asked = { coverage: 0.9, reject: 0.01 };
    const rows = printed((out) => csvPrinter(1, out, asked), [doubted, unreadable]);
    const [first, second] = parse(rows, { columns: true }) as readonly Record<string, string>[];
    expect(first).toMatchObject({ class_1: "cat", distance: "2.5", rejected: "true", error: "" });
    expect(JSON.parse(first!.set!)).toEqual(["cat", "long-haired"]);
    expect(second).toMatchObject({ set: "", distance: "", rejected: "" });
    expect(printed((out) => csvPrinter(1, out, { coverage: 0.9 }), [sure]).split("\r\n")[0]).toBe(
      "path,class_1,probability_1,set,error",
    );
  });
});

describe("as CSV", () => {
  const csv = (top: number, ...predictions: readonly Prediction[]) =>
    printed((out) => csvPrinter(top, out), predictions);

  test("has a column for each class asked for, as far as there are classes", () => {
    expect(csv(1, cat)).toBe("path,class_1,probability_1,error\r\n/x/a.jpg,cat,0.75,\r\n");
    expect(csv(9, cat).split("\r\n")[0]).toBe("path,class_1,probability_1,class_2,probability_2,error");
  });

  test("is read again as it was meant, whatever is in names, and whichever comes first", () => {
    for (const order of [
      [unreadable, cat, long],
      [cat, unreadable, long],
    ]) {
      const rows = parse(csv(2, ...order), { columns: true }) as readonly Record<string, string>[];
      expect(rows.map(({ path }) => path)).toEqual(order.map(({ path }) => path));
      expect(rows.at(-1)).toMatchObject({ class_1: "long-haired", class_2: '"the" cat', probability_2: "0.5" });
      const bad = rows.find(({ path }) => path === "/x/bad.jpg");
      expect(bad).toMatchObject({ class_1: "", error: 'the picture "/x/bad.jpg" cannot be read.' });
    }
  });

  test("has its titles also where no picture could be read", () => {
    expect(csv(1, unreadable).split("\r\n")).toHaveLength(3);
    expect(csv(1)).toBe("path,class_1,probability_1,error\r\n");
  });

  test("quotes what has commas, quotes and ends of lines in it, and nothing else", () => {
    expect(csvLine(["a b", "a,b", 'a"b', "a\nb", ""])).toBe('a b,"a,b","a""b","a\nb",\r\n');
  });
});

test("as JSON everything is one document", () => {
  const text = printed((out) => jsonPrinter(1, out), [cat, unreadable]);
  expect(JSON.parse(text)).toEqual({ predictions: [answer("/x/a.jpg", ["cat", 0.75]), unreadable] });
});
