import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFolders } from "../../../test/support/source-folder.ts";
import { tarOf } from "../../../test/support/tar-writer.ts";
import { readDataset } from "../sources.ts";
import { parseList } from "./webdataset.ts";

const write = sourceFolders();
type Entries = Readonly<Record<string, string>>;
const shard = (files: Entries) =>
  tarOf(Object.entries(files).map(([name, content]) => ({ name, bytes: Buffer.from(content) })));
const sample = (key: string, label: Entries): Entries => ({
  [`${key}.jpg`]: key,
  ...Object.fromEntries(Object.entries(label).map(([ending, content]) => [`${key}.${ending}`, content])),
});
const two = { ...sample("0", { cls: "1" }), ...sample("1", { cls: "1" }) };

async function classesOf(files: Entries, beside: Entries = {}) {
  const { classes, images, skipped } = await readDataset(join(write({ ...beside, "s.tar": shard(files) }), "s.tar"));
  return { classes, labels: images.map(({ name, label }) => `${name} ${classes[label]}`), skipped };
}

describe("a shard", () => {
  test("takes the class from .cls, else from .json, else from .txt", async () => {
    const { labels } = await classesOf({
      ...sample("a/0", { cls: "owl\n", txt: "a caption" }),
      ...sample("a/1", { json: '{"label":"owl"}', txt: "a caption" }),
      ...sample("a/2", { json: '{"caption":"x"}', txt: " elk " }),
      ...sample("a/3", { json: '{"cls":7}' }),
      ...sample("a/4", { cls: "7" }),
      ...sample("a/5", { json: '{"class_name":"elk"}' }),
    });
    expect(labels).toEqual(["a/0.jpg owl", "a/1.jpg owl", "a/2.jpg elk", "a/3.jpg 7", "a/4.jpg 7", "a/5.jpg elk"]);
  });

  test("has a sample for each key up to the first dot, with one picture", async () => {
    const { labels, skipped } = await classesOf({
      ...two,
      "2.left.png": "2",
      "2.right.png": "2",
      "2.cls": "0",
      "3.v1.jpg": "3",
      "3.cls": "0",
      "4.jpg": "4",
      "5.jpg": "",
      "5.cls": "0",
      "6.cls": "0",
    });
    expect(labels).toEqual(["0.jpg 1", "1.jpg 1", "2.left.png 0", "3.v1.jpg 0"]);
    expect(skipped).toEqual([
      { path: "2.right.png", reason: "belongs to the sample of 2.left.png" },
      { path: "4.jpg", reason: "has no label beside it" },
      { path: "5.jpg", reason: "empty" },
    ]);
  });

  test("has names for its numbers in itself or beside it", async () => {
    const all = { ...two, ...sample("2", { cls: "0" }), ...sample("3", { cls: "0" }) };
    const expected = ["cat", "dog"];
    expect((await classesOf(all, { "classes.txt": "dog\r\ncat\r\n" })).classes).toEqual(expected);
    expect((await classesOf(all, { "classes.json": '["dog","cat"]' })).classes).toEqual(expected);
    expect((await classesOf({ ...all, "classes.txt": "dog\ncat" }, { "classes.txt": "x\ny" })).classes).toEqual(
      expected,
    );
    expect((await classesOf(all)).classes).toEqual(["0", "1"]);
  });

  test("with a number that has no name is refused", async () => {
    const few = { ...two, ...sample("2", { cls: "2" }) };
    await expect(classesOf(few, { "classes.txt": "cat\ndog" })).rejects.toThrow(
      'data/class-number: "2.jpg" has class number 2, but there are names for 0 to 1 only.',
    );
  });

  test("of class folders with captions beside the pictures is one of class folders", async () => {
    const names = ["cat/0", "cat/1", "dog/0", "dog/1"];
    const files = Object.assign({}, ...names.map((key) => sample(key, { txt: `a ${key}` }))) as Entries;
    expect((await classesOf(files)).classes).toEqual(["cat", "dog"]);
  });

  test("says its split by its name where all do", async () => {
    const data = write({
      "train-000.tar": shard({ ...two, ...sample("2", { cls: "0" }), ...sample("3", { cls: "0" }) }),
      "val-000.tar": shard(sample("9", { cls: "1" })),
      "sizes.json": "{}",
    });
    const { images, skipped } = await readDataset(data);
    expect(images.map(({ name, split }) => `${name} ${split}`)).toEqual([
      ...[0, 1, 2, 3].map((key) => `train-000.tar/${key}.jpg train`),
      "val-000.tar/9.jpg validation",
    ]);
    expect(skipped).toEqual([{ path: "sizes.json", reason: "is no .tar file, as others here are" }]);
  });
});

describe("a list of classes", () => {
  test.each([
    ["classes.txt", "cat\ndog\n"],
    ["classes.json", '["cat","dog"]'],
    ["classes.json", '{"1":"dog","0":"cat"}'],
    ["classes.json", '{"dog":1,"cat":0}'],
  ])("%s: %s", (path, text) => expect(parseList(path, text)).toEqual(["cat", "dog"]));

  test.each([
    ["classes.txt", "cat\n\ndog"],
    ["classes.txt", ""],
    ["classes.txt", "\u00e4\na\u0308"],
    ["classes.json", '["cat",1]'],
    ["classes.json", '{"cat":0,"dog":2}'],
    ["classes.json", "7"],
    ["classes.json", "[]"],
    ["classes.json", "[cat"],
  ])("%s: %j is refused", (path, text) => expect(() => parseList(path, text)).toThrow("data/class-list"));
});
