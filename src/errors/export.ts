// What can go wrong where a model is taken elsewhere.

import type { Sentence } from "./words.ts";

export const exportErrors = {
  "export/folder-in-use": ({ path }: { path: string }) => ({
    found: `there is something at "${path}" already, and an export does not write over anything.`,
    fix: "Name a new folder, for example: --out exported",
  }),
} satisfies Record<string, (details: never) => Sentence>;
