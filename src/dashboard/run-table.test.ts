import { describe, expect, test } from "vitest";
import type { RunRow } from "./api.ts";
import { type RunQuery, runTable } from "./run-table.ts";

const row = (name: string, rest: Partial<RunRow> = {}): RunRow => ({
  ...{ name, state: "finished", startedAt: null, strategy: null, classes: [], accuracy: null, accuracyInterval: null },
  ...{ heldOutImages: null, progress: null, refitOf: null, hasModel: false, ...rest },
});

const rows = [
  row("mild", { accuracy: 0.5, startedAt: "2026-01-02T00:00:00.000Z", strategy: "hybrid", classes: ["Heron"] }),
  row("best", { accuracy: 0.9, startedAt: "2026-01-01T00:00:00.000Z", strategy: "auto", state: "stopped" }),
  row("late", { startedAt: "2026-01-03T00:00:00.000Z", strategy: "hybrid", state: "running" }),
  row("lost", { state: "damaged" }),
];
const names = (query: Partial<RunQuery>) =>
  runTable(rows, { offset: 0, limit: 10, ...query }).runs.map(({ name }) => name);

describe("the table of runs", () => {
  test.each([
    [{}, ["late", "mild", "best", "lost"]],
    [{ order: "up" }, ["best", "mild", "late", "lost"]],
    [{ sort: "name" }, ["best", "late", "lost", "mild"]],
    [{ sort: "accuracy" }, ["best", "mild", "late", "lost"]],
    [{ sort: "accuracy", order: "up" }, ["mild", "best", "late", "lost"]],
    [{ sort: "strategy" }, ["best", "late", "mild", "lost"]],
  ] as const)("sorted by %j is %j", (query, expected) => expect(names(query)).toEqual(expected));

  test.each([
    [{ state: "running" }, ["late"]],
    [{ search: "HYBRID" }, ["late", "mild"]],
    [{ search: "heron" }, ["mild"]],
    [{ search: "st", sort: "name" }, ["best", "lost"]],
    [{ search: "nothing of it" }, []],
  ] as const)("searched by %j is %j", (query, expected) => expect(names(query)).toEqual(expected));

  test("is shown in pages, with how many there are", () => {
    expect(runTable(rows, { search: "l", sort: "name", offset: 1, limit: 1 })).toEqual({
      runs: [rows[3]],
      total: 3,
      all: 4,
    });
  });
});
