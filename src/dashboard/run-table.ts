// The table of runs: which rows are asked for, in which order, and which of them are on the page. Pure.

import type { RunList, RunRow, RunSort, RunState } from "./api.ts";

export interface RunQuery {
  /** Found in the name, the strategy or a class, in letters of either size. */
  readonly search?: string | undefined;
  readonly state?: RunState | undefined;
  readonly sort?: RunSort | undefined;
  readonly order?: "up" | "down" | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Rows that lack what they are sorted by come last, in either order; equal ones by name. */
export function runTable(rows: readonly RunRow[], query: RunQuery): RunList {
  const { search = "", state, sort = "started", offset, limit } = query;
  const order = query.order ?? (sort === "name" || sort === "strategy" ? "up" : "down");
  const wanted = search.toLowerCase();
  const found = rows.filter((row) => (state === undefined || row.state === state) && matches(row, wanted));
  const keys = new Map(found.map((row) => [row, keyOf[sort](row)]));
  const sorted = [...found].sort(
    (a, b) => compare(keys.get(a)!, keys.get(b)!, order === "up" ? 1 : -1) || byName(a, b),
  );
  return { runs: sorted.slice(offset, offset + limit), total: found.length, all: rows.length };
}

type Key = string | number | null;

const keyOf: { readonly [K in RunSort]: (row: RunRow) => Key } = {
  started: ({ startedAt }) => startedAt,
  name: ({ name }) => name,
  accuracy: ({ accuracy }) => accuracy,
  strategy: ({ strategy }) => strategy,
};

function matches({ name, strategy, classes }: RunRow, wanted: string): boolean {
  return wanted === "" || [name, strategy ?? "", ...classes].some((text) => text.toLowerCase().includes(wanted));
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * sign;
}

function byName(a: RunRow, b: RunRow): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
