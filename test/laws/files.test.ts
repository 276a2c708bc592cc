import { describe, expect, test } from "vitest";
import { filesLike, productFiles, repositoryPaths, type SourceFile } from "./source-files.ts";

const longestFile = 400;

/** Files that may be longer, each with the reason. None so far. */
const longerFiles: ReadonlyMap<string, string> = new Map();

function lengthComplaints(files: readonly SourceFile[]): readonly string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ path, lines }) => lines > longestFile && !longerFiles.has(path))
    .map(({ path, lines }) => `${path} has ${lines} lines`);
}

function nameComplaints(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => {
    const name = path.split("/").filter(Boolean).at(-1)!.replace(/\..*$/, "");
    if (/^(?:utils?|misc|helpers?|common)$/.test(name)) return true;
    return /\.(?:tsx?|js)$/.test(path) && !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);
  });
}

function headComplaints(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/ \S|\/\*\*? ?\S?)/.test(text))
    .map(({ path }) => `${path} does not begin with what it is for`);
}

const code = filesLike(/\.(?:tsx?|js)$/);

describe(`no file has more than ${longestFile} lines`, () => {
  test("in this repository", () => expect(lengthComplaints(code)).toEqual([]));

  test("one line more is noticed", () => {
    const file = (lines: number) => ({ path: "src/a.ts", text: `${Array(lines).fill("x").join("\n")}\n` });
    expect(lengthComplaints([file(longestFile)])).toEqual([]);
    expect(lengthComplaints([file(longestFile + 1)])).toEqual(["src/a.ts has 401 lines"]);
  });

  test("an exception is for a file that exists and needs it", () => {
    const long = new Set(
      code.filter(({ text }) => text.trimEnd().split("\n").length > longestFile).map(({ path }) => path),
    );
    expect([...longerFiles.keys()].filter((path) => !long.has(path))).toEqual([]);
  });
});

describe("a name says what is inside", () => {
  test("in this repository", () => expect(nameComplaints(repositoryPaths())).toEqual([]));

  test.each([
    "src/utils/",
    "src/ir/helpers.ts",
    "test/common/",
    "src/misc.test.ts",
    "src/ir/tensorType.ts",
    "src/dashboard/page/RunTable.tsx",
    "src/Graph.ts",
  ])("%s does not", (path) => expect(nameComplaints([path])).toEqual([path]));

  test("numbers and hyphens may be in it", () => {
    expect(nameComplaints(["src/compile/1-partition.test.ts", "src/models/inception-v4.ts", "README.md"])).toEqual([]);
  });
});

describe("every file of src begins with what it is for", () => {
  test("in this repository", () => {
    expect(headComplaints([...productFiles(), ...filesLike(/^src\/.*\.js$/)])).toEqual([]);
  });

  test("code first is noticed", () => {
    expect(headComplaints([{ path: "src/a.ts", text: "export const a = 1;" }])).toHaveLength(1);
    expect(headComplaints([{ path: "src/a.ts", text: "// What a is.\n\nexport const a = 1;" }])).toEqual([]);
    expect(headComplaints([{ path: "src/a.ts", text: "#!/usr/bin/env node\n// What a is.\n" }])).toEqual([]);
  });
});
