// What can be wrong with a dataset as a whole once its pictures have been looked at.

import { quoted, type Sentence } from "./words.ts";

export const auditErrors = {
  "data/not-clean": ({ paths, found }: { paths: readonly string[]; found: readonly string[] }) => ({
    found: `with --strict nothing may be left out and no picture may be in two classes, but in ${quoted(paths)} there are\n${found
      .map((line) => `  ${line}`)
      .join("\n")}`,
    fix: `To see each of them: reinception dataset audit ${asTyped(paths)}`,
  }),
  "data/only-copies": ({ paths }: { paths: readonly string[] }) => ({
    found: `every picture in ${quoted(paths)} that could be checked on is a copy of one that has to be learnt from.`,
    fix: `Add other pictures to the classes. To see which are copies: reinception dataset audit ${asTyped(paths)}`,
  }),
} satisfies Record<string, (details: never) => Sentence>;

/** As a shell takes them. */
function asTyped(paths: readonly string[]): string {
  return paths.map((path) => `"${path}"`).join(" ");
}
