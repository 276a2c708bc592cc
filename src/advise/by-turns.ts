// Where few pictures are held back, chance parts candidates that differ much. Then the pictures that are learnt from bear
// witness too: each is judged by a network that has learnt from the others, a part of them at a time. Heads have been fitted
// so already; the best trial is made again for each part, from a head that has not seen it either.

import { assignFolds } from "../head/folds.ts";
import { headLogits } from "../head/standardise.ts";
import { countsOf } from "../train/balance.ts";
import type { RunEvent } from "../train/events.ts";
import { judgementOf } from "../train/judgement.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { type Probe, startingHead } from "./probes.ts";
import { runTrial, type TrialStart, withParameters } from "./run-trial.ts";

/** From so many held-back pictures on they alone bear witness: a standard error is then 5 points at most. */
export const enoughHeldBack = 100;

/**
 * As many as the folds of the heads, and the same, where pictures are so few that whoever learns from less looks worse than it
 * is; with more a third can be spared, and two trials less are made.
 */
function partsFor(images: number): number {
  return images < 100 ? 5 : 3;
}

/**
 * What the best trial would say of each picture to learn from if it had not seen it.
 *
 * @param linear - the head behind the last block, whose penalty suits all pictures
 * @returns [pictures to learn from, classes]; undefined when the run is to stop, or a class is too small to be divided
 */
export async function* judgedByTurns(
  start: TrialStart,
  linear: Probe,
  trial: TrialRecord,
): AsyncGenerator<RunEvent, Float32Array | undefined> {
  const { open, kept } = start;
  const { data, config } = open;
  const classes = data.classes.length;
  const labels = data.train.map(({ label }) => label);
  const groups = data.train.map(({ hash }) => hash);
  const parts = partsFor(data.train.length);
  const folds = assignFolds(labels, { folds: parts, seed: config.seed, groups });
  const logits = new Float32Array(data.train.length * classes);
  for (let part = 0; part < parts; part++) {
    const learnt = data.train.filter((_, i) => folds[i] !== part);
    const judged = [...data.train.keys()].filter((i) => folds[i] === part);
    const counts = countsOf(
      learnt.map(({ label }) => label),
      classes,
    );
    if (counts.some((count, c) => count === 0 && open.counts[c]! > 0)) return undefined;
    const head = await startingHead(open, kept, linear, learnt, learnt.length / data.train.length);
    const { features } = await kept.read(data.validation, linear.depths);
    const result = judgementOf(headLogits(head, features), data.validation, classes);
    const own = { ...start, open: { ...open, counts, data: { ...data, train: learnt } }, head, result };
    const made = yield* runTrial(own, trial.settings, trial, Number.POSITIVE_INFINITY);
    if (made === undefined) return undefined;
    const images = judged.map((i) => data.train[i]!);
    const answers = yield* withParameters(own, trial.settings, (ask) => ask(made.moved, images));
    if (answers === undefined) return undefined;
    for (const [row, i] of judged.entries())
      logits.set(answers.logits.subarray(row * classes, (row + 1) * classes), i * classes);
  }
  return logits;
}
