import { expect, test } from "vitest";
import { findingKinds } from "../../../data/audit-kinds.ts";
import { findingTitles } from "./finding-titles.ts";

test("findings are called here what they are called on the command line, in the same order", () => {
  expect(Object.entries(findingTitles)).toEqual(Object.entries(findingKinds).map(([kind, { title }]) => [kind, title]));
});
