import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { readResults, type Result, summary, taskTable, verdictOn, writeResults } from "./strategy-results.ts";

/** A run on 100 test pictures, so that an accuracy of 0.8 has a standard error of 0.04. */
function result(strategy: string, accuracy: number, seconds: number): Result {
  const standardError = Math.sqrt((accuracy * (1 - accuracy)) / 100);
  const images = { given: 50, test: 100 };
  return {
    task: "a",
    strategy,
    seed: 0,
    images,
    test: accuracy,
    standardError,
    validation: 0.7,
    seconds,
    machine: "m",
  };
}

const byHand = [result("feature-extraction", 0.72, 5), result("hybrid-all", 0.8, 20), result("fine-tuning", 0.8, 15)];

describe("a verdict", () => {
  test("names the best strategy by hand, and of two the faster one", () => {
    expect(verdictOn("a", byHand).best.strategy).toBe("fine-tuning");
    expect(verdictOn("a", [...byHand, result("auto", 0.9, 10)]).best.strategy).toBe("fine-tuning");
  });

  test("says how far auto is behind in standard errors, and its share of the time of the others", () => {
    const { behind, timeShare } = verdictOn("a", [...byHand, result("auto", 0.76, 10)]);
    expect(behind).toBeCloseTo(0.04 / Math.sqrt(0.76 * 0.24 * 0.01), 12);
    expect(timeShare).toBe(0.25);
  });

  test("is below 0 where auto is better than all others", () => {
    expect(verdictOn("a", [...byHand, result("auto", 0.84, 10)]).behind).toBeCloseTo(-1, 12);
  });

  test("is finite where everything is right", () => {
    const perfect = result("fine-tuning", 1, 1);
    expect(verdictOn("a", [perfect, result("auto", 1, 1)]).behind).toBe(0);
    expect(verdictOn("a", [perfect, result("auto", 0.99, 1)]).behind).toBeCloseTo(1.005, 3);
  });

  test("has nothing to say of auto where it was not run", () => {
    expect(verdictOn("a", byHand)).toMatchObject({ auto: null, behind: null, timeShare: null });
  });
});

test("a table has a row for each strategy, with the best in bold", () => {
  const lines = taskTable("a", byHand).split("\n");
  expect(lines).toContain("| feature-extraction | 72.0 | 4.5 | 70.0 | 5.0 |");
  expect(lines.filter((line) => line.includes("**80.0**"))).toHaveLength(2);
});

test("the summary counts the tasks on which auto is near enough", () => {
  const near = verdictOn("a", [...byHand, result("auto", 0.79, 10)]);
  const far = verdictOn("b", [...byHand, result("auto", 0.5, 6)]);
  const text = summary([near, far, verdictOn("c", byHand)]);
  expect(text).toContain("on 1 of 2 tasks, in 16 s; all others together took 80 s (20.0 %)");
});

test("results are read as they were written, and none where there is no file", async () => {
  const path = join(temporaryFolder(), "results.json");
  expect(readResults(path)).toEqual([]);
  await writeResults(path, byHand);
  expect(readResults(path)).toEqual(byHand);
});
