// Several minimisations at once: each round takes one point of each and answers all of them by one evaluation, which costs
// little more than that of a single one. Nobody waits for the others to reach the same place on their paths.

import type { Asking } from "./lbfgs.ts";
import type { DataEvaluation, Objective } from "./objective.ts";

/** Runs all to their ends. A member that has ended keeps its last point until the others have. */
export async function inLockStep<Result>(
  members: readonly Asking<Result, DataEvaluation>[],
  objective: Pick<Objective, "evaluate">,
): Promise<readonly Result[]> {
  const asked = members.map((member) => member.next());
  const points = asked.map((one) => (one.done ? internal() : one.value));
  while (asked.some((one) => !one.done)) {
    const answers = await objective.evaluate(points);
    for (const [m, member] of members.entries()) {
      if (asked[m]!.done) continue;
      const next = member.next(answers[m]!);
      asked[m] = next;
      if (!next.done) points[m] = next.value;
    }
  }
  return asked.map((one) => (one.done ? one.value : internal()));
}

function internal(): never {
  throw new Error("internal: a minimisation asks for at least one point");
}
