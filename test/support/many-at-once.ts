// Many requests, so many at a time, and what came of them.

import type { MixedRequest } from "./mixed-requests.ts";

export interface Outcome {
  readonly kind: string;
  readonly status: number;
  readonly right: boolean;
}

/**
 * Sends all of them.
 *
 * @param lanes - at a time; slow ones are waited for at the end alone
 * @param after - hears how many have been answered
 */
export async function sendAll(
  requests: readonly MixedRequest[],
  lanes: number,
  after: (answered: number) => void = () => {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const slow: Promise<void>[] = [];
  let next = 0;
  const one = async ({ kind, expected, send }: MixedRequest) => {
    const status = await send();
    outcomes.push({ kind, status, right: expected.includes(status) });
    after(outcomes.length);
  };
  const lane = async () => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      if (request.slow) slow.push(one(request));
      else await one(request);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await Promise.all(slow);
  return outcomes;
}

/** What was not answered as it should be, and how often: "a bomb: 200, 3 times". */
export function wrongAnswers(outcomes: readonly Outcome[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, status, right } of outcomes)
    if (!right) counts.set(`${kind}: ${status}`, (counts.get(`${kind}: ${status}`) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${what}, ${count} times`);
}
