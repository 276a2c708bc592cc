// Checks gathered for a test: how many there were, and those over their tolerance in words.

import { type Check, isOver } from "./check.ts";

export interface Judgement {
  readonly compared: number;
  readonly over: readonly string[];
}

export async function judged(checks: AsyncIterable<Check>): Promise<Judgement> {
  let compared = 0;
  const over: string[] = [];
  for await (const check of checks) {
    compared += 1;
    if (isOver(check)) over.push(`${check.what}: ${check.error} of ${check.tolerance}`);
  }
  return { compared, over };
}
