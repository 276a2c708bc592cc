// What can be wrong with a dataset as a whole once its pictures have been looked at.

import type { Sentence } from "./words.ts";

export const auditErrors = {
  "data/not-clean": ({ path, found }: { path: string; found: readonly string[] }) => ({
    found: `with --strict nothing may be left out and no picture may be in two classes, but in "${path}" there are\n${found
      .map((line) => `  ${line}`)
      .join("\n")}`,
    fix: `To see each of them: reinception dataset audit "${path}"`,
  }),
  "data/only-copies": ({ path }: { path: string }) => ({
    found: `every picture in "${path}" that could be checked on is a copy of one that has to be learnt from.`,
    fix: `Add other pictures to the classes. To see which are copies: reinception dataset audit "${path}"`,
  }),
} satisfies Record<string, (details: never) => Sentence>;
