import { expect, test } from "vitest";
import { flatOptions } from "./flat-options.ts";

test("what lies inside of an option stands behind its name", () => {
  const options = {
    seed: 0,
    data: ["a", "b"],
    size: null,
    strategy: { name: "hybrid", stages: [{ unfreeze: "none" }, { unfreeze: "2 blocks" }] },
  };
  expect([...flatOptions(options)]).toEqual([
    ["seed", "0"],
    ["data", "a, b"],
    ["size", "none"],
    ["strategy name", "hybrid"],
    ["strategy stages 1 unfreeze", "none"],
    ["strategy stages 2 unfreeze", "2 blocks"],
  ]);
});
