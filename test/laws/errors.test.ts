import { describe, expect, test } from "vitest";
import { productFiles, type SourceFile, withoutComments } from "./source-files.ts";

const catalogue = /^src\/errors\/[a-z-]+\.ts$/;

/** The codes of the catalogue, in its order. */
function codesOf(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => catalogue.test(path))
    .flatMap(({ text }) => [...text.matchAll(/^ {2}"([^"]+)": /gm)].map(([, code]) => code!));
}

function codeComplaints(files: readonly SourceFile[]): readonly string[] {
  const others = files.filter(({ path }) => !catalogue.test(path)).map(({ text }) => withoutComments(text));
  return codesOf(files).flatMap((code) => [
    ...(/^[a-z]+(?:-[a-z]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code)
      ? []
      : [`${code} is not of the form area/what-is-wrong`]),
    ...(others.some((text) => text.includes(`"${code}"`)) ? [] : [`${code} is never used`]),
  ]);
}

const unkind = /\b(?:invalid|illegal|failed to|please)\b/gi;

function wordComplaints(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => catalogue.test(path))
    .flatMap(({ text }) => [...withoutComments(text).matchAll(unkind)].map(([word]) => `an error says "${word}"`));
}

const product = productFiles();
const files = (entries: string, use = ""): readonly SourceFile[] => [
  { path: "src/errors/data.ts", text: `const catalogue = {\n${entries}\n};` },
  { path: "src/train/run.ts", text: use },
];

describe("every code of the catalogue is area/what-is-wrong, and something can go wrong that way", () => {
  test("in src", () => expect(codeComplaints(product)).toEqual([]));

  test("the catalogue is found at all", () => expect(codesOf(product).length).toBeGreaterThan(10));

  test("a code that nothing uses is noticed", () => {
    expect(codeComplaints(files('  "data/lost": () => x,'))).toEqual(["data/lost is never used"]);
    expect(codeComplaints(files('  "data/lost": () => x,', 'fail("data/lost", {});'))).toEqual([]);
    expect(codeComplaints(files('  "data/lost": () => x,', '// fail("data/lost", {});'))).toHaveLength(1);
  });

  test.each(["lost", "data/Lost", "data/lost/found", "data/lost_found"])("%s is not of that form", (code) => {
    expect(codeComplaints(files(`  "${code}": () => x,`, `fail("${code}", {});`))).toHaveLength(1);
  });
});

describe("an error blames nobody", () => {
  test("in src", () => expect(wordComplaints(product)).toEqual([]));

  test.each(["invalid", "Illegal", "failed to", "Please"])("%s is noticed", (word) => {
    expect(wordComplaints(files(`  "data/lost": () => ({ found: "${word} x" }),`))).toEqual([
      `an error says "${word}"`,
    ]);
  });
});
