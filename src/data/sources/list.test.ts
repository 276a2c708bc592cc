import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Files, sourceFolders } from "../../../test/support/source-folder.ts";
import { type ErrorCode, ReinceptionError } from "../../errors.ts";
import { fileAt } from "../locator.ts";
import { readDataset } from "../sources.ts";
import { readList } from "./list.ts";

const write = sourceFolders();
const four = { "a.jpg": "a", "b.jpg": "b", "c.jpg": "c", "d.jpg": "d" };
const rows = "a.jpg,cat\nb.jpg,cat\nc.jpg,dog\nd.jpg,dog\n";

/** Writes a list beside four pictures and reads it. */
function read(list: string | Uint8Array, name = "list.csv", files: Files = four) {
  return readDataset(join(write({ ...files, [name]: list }), name));
}

describe("a list", () => {
  test("says class, split, group and weight of each picture, in columns of any order and case", async () => {
    const folder = write({
      ...four,
      "deep/e.jpg": "e",
      "list.csv": [
        "Weight,note,LABEL,Split,group,file_name",
        '0.5,"a, b",cat,train,g1,a.jpg',
        ",,cat,val,,b.jpg",
        "2e1,,dog,Training,g1,./c.jpg",
        ",,dog,TEST,,d.jpg",
        ",,dog,,,deep/e.jpg",
        ",,dog,,,../elsewhere.jpg",
      ].join("\n"),
    });
    const { images, skipped } = await readDataset(join(folder, "list.csv"));
    expect(images).toEqual([
      { locator: fileAt(join(folder, "a.jpg")), name: "a.jpg", label: 0, split: "train", group: "g1", weight: 0.5 },
      { locator: fileAt(join(folder, "b.jpg")), name: "b.jpg", label: 0, split: "validation" },
      { locator: fileAt(join(folder, "c.jpg")), name: "c.jpg", label: 1, split: "train", group: "g1", weight: 20 },
      { locator: fileAt(join(folder, "d.jpg")), name: "d.jpg", label: 1, split: "test" },
      { locator: fileAt(join(folder, "deep/e.jpg")), name: "deep/e.jpg", label: 1, split: "train" },
    ]);
    expect(skipped).toEqual([{ path: "../elsewhere.jpg", reason: "line 7: there is no such file" }]);
  });

  test("of JSON lines takes numbers for names, and passes over empty lines and null", async () => {
    const list =
      '{"path":"a.jpg","label":1,"weight":3,"split":null}\r\n\r\n{"label":1,"path":"b.jpg"}\n{"path":"c.jpg","label":"0"}\n{"path":"d.jpg","label":"0"}';
    const { classes, images } = await read(list, "list.jsonl");
    expect(classes).toEqual(["0", "1"]);
    expect(images.map(({ weight }) => weight)).toEqual([3, undefined, undefined, undefined]);
  });

  test("may begin where no ending says what it is", async () => {
    expect((await read(`path\tlabel\n${rows.replaceAll(",", "\t")}`, "list")).images).toHaveLength(4);
    const json = Object.keys(four).map((path, i) => JSON.stringify({ path, label: `${i >> 1}` }));
    expect((await read(json.join("\n"), "list.txt")).images).toHaveLength(4);
  });

  test("skips what is not there, empty, too large or no file, with the line", async () => {
    const folder = write({ ...four, "empty.jpg": "", "folder/x": "x" });
    const lines = ["gone.jpg", "empty.jpg", "folder", "a.jpg/deeper.jpg", "https://example.org/a.jpg"];
    writeFileSync(join(folder, "list.csv"), `path,label\n${rows}${lines.map((line) => `${line},cat\n`).join("")}`);
    expect(
      Object.fromEntries((await readDataset(join(folder, "list.csv"))).skipped.map((s) => [s.path, s.reason])),
    ).toEqual({
      "gone.jpg": "line 6: there is no such file",
      "empty.jpg": "line 7: empty",
      folder: "line 8: is no file",
      "a.jpg/deeper.jpg": "line 9: there is no such file",
      "https://example.org/a.jpg": "line 10: there is no such file",
    });
  });

  test("that names a picture twice has it once", async () => {
    expect((await read(`path,label\n${rows}./a.jpg,cat\na.jpg,cat\n`)).images).toHaveLength(4);
  });

  test("gives the same pictures in the same order, however its lines are sorted", async () => {
    const shuffled = rows.trim().split("\n").reverse().join("\n");
    const [first, second] = [await read(`path,label\n${rows}`), await read(`path,label\n${shuffled}`)];
    expect(second.images.map(({ name }) => name)).toEqual(first.images.map(({ name }) => name));
  });
});

describe("a folder with metadata as Hugging Face has it", () => {
  const pictures = { "train/a.jpg": "a", "train/b.jpg": "b", "test/c.jpg": "c", "train/d.jpg": "d" };
  const lines = "train/a.jpg,cat\ntrain/b.jpg,dog\ntest/c.jpg,dog\ntrain/d.jpg,cat\n";

  test("takes classes from the list and splits from the folders", async () => {
    const more = { "train/e.jpg": "e", "metadata.csv": `file_name,label\n${lines}train/e.jpg,dog\n` };
    const { classes, images } = await readDataset(write({ ...pictures, ...more }));
    expect(classes).toEqual(["cat", "dog"]);
    expect(images.map(({ name, split }) => `${name} ${split}`)).toContain("test/c.jpg test");
  });

  test("may have a list in the folder of each split", async () => {
    const { images } = await readDataset(
      write({
        ...pictures,
        "train/metadata.csv": "file_name,label\na.jpg,cat\nb.jpg,dog\nd.jpg,cat\n../test/c.jpg,dog\n",
        "test/metadata.jsonl": '{"file_name":"c.jpg","label":"dog"}\n',
      }),
    );
    expect(images.map(({ name, split }) => `${name} ${split}`)).toContain("train/d.jpg train");
    expect(images.map(({ name, split }) => `${name} ${split}`)).toContain("test/c.jpg test");
  });

  test("whose list has only captions is a folder of class folders", async () => {
    const folders = { "cat/1.jpg": "1", "cat/2.jpg": "2", "dog/1.jpg": "3", "dog/2.jpg": "4" };
    const { classes, skipped } = await readDataset(
      write({ ...folders, "metadata.csv": "file_name,text\ncat/1.jpg,x\n" }),
    );
    expect(classes).toEqual(["cat", "dog"]);
    expect(skipped).toEqual([{ path: "metadata.csv", reason: "no picture" }]);
  });
});

describe("a list that cannot be used is refused, with the line and the column", () => {
  const claims: Record<string, [string | Uint8Array, ErrorCode, string]> = {
    "no names of columns": [rows, "data/list-columns", 'names no column "path", but "a.jpg", "cat"'],
    "no column of classes": [
      "path,text\na.jpg,x\n",
      "data/list-columns",
      'names no column "label", but "path", "text"',
    ],
    "no class": ["path,label\na.jpg,cat\nb.jpg,\n", "data/list-value", 'line 3 of "LIST" has "" in the column label'],
    "a class of blanks": ["path,label\na.jpg,  \n", "data/list-value", 'has "  " in the column label'],
    "no path": ["path,label\n,cat\n", "data/list-value", "the path of a picture is needed"],
    "another split": ["path,label,split\na.jpg,cat,dev\n", "data/list-value", "train, validation or test is needed"],
    "no weight": ["path,label,weight\na.jpg,cat,heavy\n", "data/list-value", 'has "heavy" in the column weight'],
    "a weight of 0": ["path,label,weight\na.jpg,cat,0\n", "data/list-value", "a number above 0 is needed"],
    "one value too many": [
      "path,label\na,b.jpg,cat\n",
      "data/list-line",
      "it has 3 values, but the first line names 2",
    ],
    "an open quote": ['path,label\na.jpg,cat\n"b.jpg,cat\n', "data/list-line", "a quote is opened and not closed"],
    "text behind a quote": ['path,label\n"a"b.jpg,cat\n', "data/list-line", "line 2"],
    "two classes for one picture": [
      "path,label\na.jpg,cat\nb.jpg,dog\n./a.jpg,dog\n",
      "data/two-labels",
      "lines 2 and 4",
    ],
    "two spellings": [
      "path,label\na.jpg,\u00e4\nb.jpg,a\u0308\n",
      "data/class-names-collide",
      "look the same but are spelt with other characters",
    ],
    "nothing that is there": ["path,label\nx.jpg,cat\n", "data/no-pictures", "x.jpg, line 2: there is no such file"],
    "nothing at all": ["", "data/no-pictures", "names no picture"],
    "names of columns alone": ["path,label\n", "data/no-pictures", "names no picture"],
    "other characters": [Buffer.from("path,label\na.jpg,caf\xe9\n", "latin1"), "data/list-not-utf8", "UTF-8"],
    "sixteen bits": [Buffer.from(`\ufeffpath\tlabel\n`, "utf16le"), "data/list-not-utf8", "UTF-8"],
  };
  test.each(Object.entries(claims))("%s", async (_, [list, code, text]) => {
    const path = join(write({ ...four, "list.csv": list }), "list.csv");
    const answer = readDataset(path);
    await expect(answer).rejects.toMatchObject({ code });
    await expect(answer).rejects.toThrow(text.replace("LIST", path));
  });

  test.each([
    ['{"path":"a.jpg","label":"cat"}\n{"path":', "line 2"],
    ['{"path":"a.jpg","label":"cat"}\n\n["b.jpg","cat"]', "line 3"],
    [`{"path":"${"a".repeat(1.2e6)}`, "line 1"],
  ])("JSON lines: %#", async (list, text) => {
    const answer = read(list, "list.jsonl");
    await expect(answer).rejects.toMatchObject({ code: "data/list-line" });
    await expect(answer).rejects.toThrow(text);
  });

  test("a JSON value that is no text", async () => {
    await expect(read('{"path":"a.jpg","label":["cat"]}', "list.jsonl")).rejects.toThrow(
      'has "[\\"cat\\"]" in the column label, where a text is needed',
    );
  });
});

const anyName = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom('"', ",", ";", "\t", "\n", "\r", "'", "é", "\u0301", "א", "\u202e", "👩‍🚀", " "),
      minLength: 1,
      maxLength: 9,
    }),
    fc.constantFrom("__proto__", "constructor", "x".repeat(255), "猫".repeat(85), "-", "=1+1", "null"),
  )
  .filter((name) => name.trim() !== "" && !name.includes("\0") && Buffer.byteLength(name) < 256);

test("any name of a class is only a name: a list and JSON lines give it back, NFC, in byte order", async () => {
  const folder = write(four);
  const inQuotes = (name: string) => `"${name.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyName, { minLength: 2, maxLength: 2, selector: (name) => name.normalize("NFC") }),
      async (names) => {
        const labelled = Object.keys(four).map((path, i) => ({ path, label: names[i >> 1]! }));
        writeFileSync(
          join(folder, "list.csv"),
          `path,label\n${labelled.map((one) => `${one.path},${inQuotes(one.label)}\n`).join("")}`,
        );
        writeFileSync(join(folder, "list.jsonl"), labelled.map((one) => `${JSON.stringify(one)}\n`).join(""));
        const expected = names
          .map((name) => name.normalize("NFC"))
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        for (const name of ["list.csv", "list.jsonl"])
          expect((await readDataset(join(folder, name))).classes).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("any name of a file is only a name", async () => {
  const isFileName = (name: string) => !name.includes("/") && name !== "." && name !== ".." && !name.startsWith(".");
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(anyName.filter(isFileName), { minLength: 2, maxLength: 4 }), async (names) => {
      const folder = write({});
      for (const [i, name] of names.entries()) {
        mkdirSync(join(folder, `${i % 2}`), { recursive: true });
        writeFileSync(join(folder, `${i % 2}`, name), `${i}`);
      }
      const paths = names.map((name, i) => ({ path: `${i % 2}/${name}`, label: "x" }));
      writeFileSync(join(folder, "list.jsonl"), paths.map((one) => JSON.stringify(one)).join("\n"));
      const { pictures, skipped } = await readList(join(folder, "list.jsonl"), { kind: "json" });
      expect(skipped).toEqual([]);
      expect(pictures.map(({ name }) => name).sort()).toEqual(paths.map(({ path }) => path).sort());
    }),
    { numRuns: 40 },
  );
});

test("any text is a list or is refused with a reason", async () => {
  const folder = write(four);
  const piece = fc.constantFrom(
    "path",
    "label",
    "split",
    "a.jpg",
    "b.jpg",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    '"',
    "{",
    "}",
    ":",
    "[",
    "\ufeff",
    " ",
    "cat",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(piece, { maxLength: 40 }).map((all) => Buffer.from(all.join(""))),
      ),
      fc.constantFrom("json" as const, "delimited" as const),
      async (bytes, kind) => {
        const path = join(folder, "any");
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, bytes);
        await readList(path, { kind }).catch((error: unknown) => expect(error).toBeInstanceOf(ReinceptionError));
      },
    ),
    { numRuns: 300 },
  );
});
