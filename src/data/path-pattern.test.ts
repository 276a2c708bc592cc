import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { expandPath, namePattern, withoutBraces } from "./path-pattern.ts";

const folder = join(temporaryFolder(), "a [b] {c,d}"); // where a user is may look like a pattern too
const files = ["cat/1.jpg", "cat/2.png", "cat/.hidden.jpg", "dog/10.jpg", "dog/deep/11.jpg", "[x].jpg", "note.txt"];
beforeAll(() => {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  symlinkSync(folder, join(folder, "dog", "back"), "junction");
});

const expanded = async (pattern: string) =>
  (await expandPath(join(folder, pattern))).map((path) => relative(folder, path).split(sep).join("/"));

describe("a path stands for", () => {
  test.each([
    ["cat/*", ["cat/1.jpg", "cat/2.png"]],
    ["*/1*.jpg", ["cat/1.jpg", "dog/10.jpg"]],
    ["*/?.jpg", ["cat/1.jpg"]],
    ["cat/.*", ["cat/.hidden.jpg"]],
    ["**/*.jpg", ["[x].jpg", "cat/1.jpg", "dog/10.jpg", "dog/deep/11.jpg"]],
    ["dog/**/*.jpg", ["dog/10.jpg", "dog/deep/11.jpg"]],
    ["{cat,dog}/*.{jpg,png}", ["cat/1.jpg", "cat/2.png", "dog/10.jpg"]],
    ["{cat/1,dog/10}.jpg", ["cat/1.jpg", "dog/10.jpg"]],
    ["cat/[12].*", ["cat/1.jpg", "cat/2.png"]],
    ["cat/[!1].*", ["cat/2.png"]],
    ["[x].jpg", ["[x].jpg"]],
    ["*t*", ["cat", "note.txt"]],
    ["none/*", []],
    ["*.tif", []],
    ["cat/[z-a].jpg", []],
  ])("%s", async (pattern, meant) => {
    expect(await expanded(pattern)).toEqual(meant);
  });

  test("itself without such letters, whether or not it exists", async () => {
    expect(await expanded("none.jpg")).toEqual(["none.jpg"]);
  });
});

test.each([
  ["a.b", "a.b", "axb"],
  ["(a)+", "(a)+", "aa"],
  ["[^]]", "^]", "a]"],
  ["[a", "[a", "a"],
  ["[a-c]", "b", "d"],
  ["[\\d]", "d", "5"],
  ["*", "a", ".a"],
  ["?", "é", "ab"],
  ["?", "\u{1f431}", ""],
])("%s is %s and not %s", (pattern, name, other) => {
  expect(namePattern(pattern).test(name)).toBe(true);
  expect(namePattern(pattern).test(other)).toBe(false);
});

test.each([
  ["a{b,c}d", ["abd", "acd"]],
  ["{a,b}{c,d}", ["ac", "ad", "bc", "bd"]],
  ["{a,{b,c}}", ["a", "b", "a", "c"]],
  ["{a}", ["{a}"]],
  ["{a,b", ["{a,b"]],
])("%s is either of %j", (text, either) => expect(withoutBraces(text)).toEqual(either));
