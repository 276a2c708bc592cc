import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { filesLike, withoutComments } from "./source-files.ts";

/** What users may rely on. A name goes in or out of that list on purpose, with a line in the change log. */
const publicNames = readFileSync(new URL("./public-names.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");

/** The names which a file exports, types included; "*" for names that nobody listed. */
function exportedNames(source: string): readonly string[] {
  const text = withoutComments(source);
  const lists = [...text.matchAll(/^export(?:\s+type)?\s*\{([^}]*)\}/gm)].flatMap(([, names]) =>
    names!
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type\s+/, "")
          .replace(/^.*\sas\s+/, ""),
      )
      .filter(Boolean),
  );
  const stars = [...text.matchAll(/^export\s*\*/gm)].map(() => "*");
  const declared = text.matchAll(/^export\s+(?:async\s+)?(?:function\*?|const|class|interface|type)\s+(\w+)/gm);
  return [...lists, ...stars, ...[...declared].map(([, name]) => name!)].sort();
}

describe("the public names", () => {
  test("are those of public-names.txt", () => {
    const [index] = filesLike(/^src\/index\.ts$/);
    expect(exportedNames(index!.text)).toEqual(publicNames);
  });

  test.each([
    ['export { a, type B } from "./x.ts";', ["B", "a"]],
    ['export type { B } from "./x.ts";', ["B"]],
    ['export {\n  a,\n  inner as outer,\n} from "./x.ts";', ["a", "outer"]],
    ["export function retrain(): void {}", ["retrain"]],
    ["export interface Options {}\nexport type Name = string;\nexport const a = 1;", ["Name", "Options", "a"]],
    ['export * from "./x.ts";', ["*"]],
    ["/**\n * export { no }\n */\nfunction inner() {}", []],
  ])("are found in %j", (text, names) => expect(exportedNames(text)).toEqual(names));
});
