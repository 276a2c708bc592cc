import { describe, expect, test } from "vitest";
import { problem } from "../errors.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";

describe("the exit code", () => {
  test("says which part of the command was wrong", () => {
    expect(exitCodeOf(problem("options/missing", { what: "x", example: "y" }))).toBe(2);
    expect(exitCodeOf(problem("data/not-found", { path: "x" }))).toBe(3);
    expect(exitCodeOf(problem("weights/not-found", { path: "x", isFolder: false }))).toBe(4);
    expect(exitCodeOf(problem("run/not-a-run", { path: "x", missing: "run.json" }))).toBe(4);
    expect(exitCodeOf(problem("engine/crashed", { how: "SIGKILL", lastWords: "" }))).toBe(6);
  });

  test("is 1 for faults of ours", () => {
    expect(exitCodeOf(new Error("internal: x"))).toBe(1);
    expect(exitCodeOf("x")).toBe(1);
  });

  test("is explained for every code", () => {
    expect(Object.keys(exitCodes)).toEqual(["0", "1", "2", "3", "4", "6", "130", "143"]);
  });
});
