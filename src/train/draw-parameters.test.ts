import { expect, test } from "vitest";
import { initialParameters } from "../models/initial-parameters.ts";
import { networkParameters } from "../models/parameters.ts";
import { drawParameters } from "./draw-parameters.ts";

test("parameters are the same, in the same order, however many threads draw them", async () => {
  const infos = networkParameters(1 / 16);
  const expected = [...initialParameters(infos, 7)].map(([name, { values }]) => [name, values]);
  for (const [threads, least] of [
    [1, 1],
    [3, 1],
    [3, 1e9],
  ] as const)
    expect([...(await drawParameters(infos, 7, threads, least))]).toEqual(expected);
});
