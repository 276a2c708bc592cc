// Checks as a table: one row for each case and engine, with the check that uses most of its tolerance.

import { type Check, isOver, usedTolerance } from "./check.ts";

export interface Row extends Pick<Check, "file" | "case" | "engine"> {
  readonly checks: number;
  readonly over: readonly Check[];
  readonly worst: Check;
  /** From the last check of the case before to the last of this one. */
  readonly seconds: number;
}

/** Rows in the order of the checks; checks of one case and engine follow each other. */
export async function* rowsOf(checks: AsyncIterable<Check>): AsyncGenerator<Row> {
  let row: Row | undefined;
  let lastMs = performance.now();
  for await (const check of checks) {
    const nowMs = performance.now();
    const seconds = (nowMs - lastMs) / 1000;
    lastMs = nowMs;
    const continued = row !== undefined && sameCase(row, check);
    if (row !== undefined && !continued) yield row;
    row = row !== undefined && continued ? added(row, check, seconds) : rowOf(check, seconds);
  }
  if (row !== undefined) yield row;
}

/** A row as text: case, engine, checks, the worst error against its tolerance, and every check that is over. */
export function showRow({ file, case: name, engine, checks, over, worst, seconds }: Row): string {
  const numbers = `${worst.error.toExponential(1)} of ${worst.tolerance.toExponential(1)}`.padEnd(18);
  const verdict = over.length === 0 ? "" : `  ${over.length} OVER`;
  const head = `${file.padEnd(15)} ${short(name, 44).padEnd(44)} ${engine.padEnd(7)} ${String(checks).padStart(4)}  ${numbers}`;
  const details = over
    .slice(0, 5)
    .map((check) => `    ${check.what}: ${check.error.toExponential(2)} of ${check.tolerance.toExponential(2)}`);
  const more = over.length > 5 ? [`    and ${over.length - 5} more`] : [];
  const notes = [...new Set(over.flatMap(({ note }) => (note === undefined ? [] : [`    not determined: ${note}`])))];
  const first = `${head}  ${seconds.toFixed(1).padStart(5)} s  ${short(worst.what, 48)}${verdict}`;
  return [first, ...details, ...more, ...notes].join("\n");
}

function rowOf(check: Check, seconds: number): Row {
  const { file, case: name, engine } = check;
  return { file, case: name, engine, checks: 1, over: isOver(check) ? [check] : [], worst: check, seconds };
}

function added(row: Row, check: Check, seconds: number): Row {
  const worst = usedTolerance(check) > usedTolerance(row.worst) ? check : row.worst;
  const over = isOver(check) ? [...row.over, check] : row.over;
  return { ...row, checks: row.checks + 1, over, worst, seconds: row.seconds + seconds };
}

function sameCase(row: Row, check: Check): boolean {
  return row.file === check.file && row.case === check.case && row.engine === check.engine;
}

function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
