import { describe, expect, test } from "vitest";
import type { RunDetail } from "../../api.ts";
import { bestOf, namesIn, namesTold, optionsThatDiffer } from "./compared.ts";

test.each([[["a", "b"]], [["a,b", "c"]], [["50%", "a b", "100%25"]], [["Grüße"]]])(
  "the names %j come back",
  (names) => {
    const address = new URL("http://localhost/compare");
    address.searchParams.set("runs", namesTold(names));
    expect(namesIn(new URL(address.href).searchParams.get("runs"))).toEqual(names);
  },
);

test("no name is no name", () => expect([namesIn(null), namesIn("")]).toEqual([[], []]));

describe("the best of a line", () => {
  test("is the largest or the smallest", () => {
    expect(bestOf([0.8, 0.9, 0.7], "more")).toEqual([1]);
    expect(bestOf([0.8, 0.9, 0.7], "less")).toEqual([2]);
    expect(bestOf([0.9, null, 0.9, 0.1], "more")).toEqual([0, 2]);
  });

  test("is none where there is nothing to choose", () => {
    expect(bestOf([0.9, 0.9], "more")).toEqual([]);
    expect(bestOf([0.9, null], "more")).toEqual([]);
    expect(bestOf([1, 2], null)).toEqual([]);
  });
});

test("options that differ are found inside of others, and where only one has them", () => {
  const run = (options: RunDetail["options"]) => ({ options }) as RunDetail;
  const found = optionsThatDiffer([
    run({ out: "a", seed: 0, strategy: { name: "hybrid" } }),
    run({ out: "b", seed: 0, strategy: { name: "auto" }, views: 2 }),
  ]);
  expect(found).toEqual([
    { name: "strategy name", values: ["hybrid", "auto"] },
    { name: "views", values: ["", "2"] },
  ]);
});
