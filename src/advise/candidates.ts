// What the gate chooses from: heads on the frozen network, trials, points on the way from the linear head to the end of the
// best trial (WiSE-FT, Wortsman et al., 2022), and the greedy soup of trials that moved the same parameters.

import { crossEntropyOf } from "../compile/2-loss.ts";
import { argmax } from "../metrics.ts";
import { averaged, interpolated } from "../retain/interpolate.ts";
import type { CandidateKind } from "../train/advice.ts";
import type { RunEvent } from "../train/events.ts";
import type { OpenRun } from "../train/open-run.ts";
import type { Parameters } from "../train/stepper.ts";
import type { RunImage } from "../train/views.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { enoughHeldBack, judgedByTurns } from "./by-turns.ts";
import { unfrozenText } from "./explain.ts";
import type { Candidate } from "./gate.ts";
import { depthsText, type Probe, type Probes } from "./probes.ts";
import { type TrialStart, withParameters } from "./run-trial.ts";
import { bestOf } from "./search.ts";
import { greedySoup } from "./soup.ts";
import { readParameters, type Trial } from "./trial-files.ts";

/** Something that can become the model. */
export interface Option extends Candidate {
  readonly kind: CandidateKind;
  /** On the held-back pictures, which `right` and `losses` hold first, and alone where they are enough. */
  readonly heldBack: Judged;
  /** Of a head on the frozen network. */
  readonly probe?: Probe;
  /** Of a trial: the one it comes from, and what it moved. */
  readonly trial?: TrialRecord;
  readonly moved?: Parameters;
  /** Way gone from the linear head to the trial's end. */
  readonly share?: number;
}

export const linearName = "linear head";

/** Points on the way that are tried, besides its ends. */
const shares = [0.25, 0.5, 0.75];

/** Heads come first, then what moves fewer parameters, then what lies nearer to the beginning. */
export async function* optionsFrom(
  start: TrialStart,
  probes: Probes,
  trials: readonly Trial[],
): AsyncGenerator<RunEvent, readonly Option[]> {
  const { open } = start;
  const scored = scorer(open);
  const heads = [probes.linear, ...(probes.multiDepth === undefined ? [] : [probes.multiDepth])].map(
    (probe, i): Option => ({
      ...scored(probe.validationLogits),
      name: i === 0 ? linearName : `head on ${depthsText(probe.depths)}`,
      kind: i === 0 ? "linear head" : "multi-depth head",
      simplicity: i,
      drift: 0,
      probe,
    }),
  );
  const gained = trials.filter(({ record }) => record.bestEpoch > 0);
  const lastRung = Math.max(...gained.map(({ record }) => record.rung), 0);
  const late = gained.filter(({ record }) => record.rung === lastRung);
  const best = bestOf(
    late.map(({ record }) => record),
    open.data.validation.length,
  );
  const tuned: Option[] = [];
  for (const { record, validationLogits } of late) {
    const moved = await readParameters(open.folder.trials, record.number);
    if (moved === undefined) continue;
    const name = unfrozenText(record.settings);
    tuned.push({
      ...scored(validationLogits),
      name,
      kind: "fine-tuned",
      simplicity: 0,
      trial: record,
      moved,
      share: 1,
      drift: 1,
    });
  }
  const bestTuned = tuned.find(({ trial }) => trial === best);
  if (bestTuned !== undefined && open.data.validation.length < enoughHeldBack) {
    const all = yield* judgedOnAll(start, probes, heads, bestTuned);
    if (all !== undefined) return all;
  }
  const between = best === undefined ? [] : yield* onTheWay(start, best, tuned, scored);
  const soup = best === undefined ? [] : yield* soupOf(start, best, gained, scored);
  const ordered = [...tuned, ...between, ...soup].sort(
    (a, b) =>
      a.trial!.learningParameters - b.trial!.learningParameters ||
      a.share! - b.share! ||
      a.trial!.number - b.trial!.number,
  );
  return [...heads, ...ordered.map((option, i) => ({ ...option, simplicity: 2 + i }))];
}

type Judged = Pick<Candidate, "right" | "losses">;
type Scored = (logits: Float32Array) => Judged & Pick<Option, "heldBack">;

function scorer({ data }: OpenRun): Scored {
  return (logits) => {
    const heldBack = judgedOn(data.validation, logits, data.classes.length);
    return { ...heldBack, heldBack };
  };
}

function judgedOn(images: readonly RunImage[], logits: ArrayLike<number>, classes: number): Judged {
  const labels = images.map(({ label }) => label);
  const said = argmax(logits, classes);
  return {
    right: Uint8Array.from(said, (one, i) => (one === labels[i] ? 1 : 0)),
    losses: crossEntropyOf(logits, labels, classes),
  };
}

/** The same option, of which the pictures to learn from say something too. */
function withWitnesses(option: Option, train: readonly RunImage[], logits: ArrayLike<number>, classes: number): Option {
  const { heldBack } = option;
  const more = judgedOn(train, logits, classes);
  return {
    ...option,
    right: Uint8Array.of(...heldBack.right, ...more.right),
    losses: Float64Array.of(...heldBack.losses, ...more.losses),
  };
}

/** Heads and the best trial, judged on what is learnt from as well; undefined where that cannot be. */
async function* judgedOnAll(
  start: TrialStart,
  probes: Probes,
  heads: readonly Option[],
  tuned: Option,
): AsyncGenerator<RunEvent, readonly Option[] | undefined> {
  const { train, classes } = start.open.data;
  const logits = yield* judgedByTurns(start, probes.linear, tuned.trial!);
  if (logits === undefined) return undefined;
  return [
    ...heads.map((option) => {
      const unseen = option.kind === "linear head" ? option.probe!.head.outOfFold : probes.unseen;
      const logits = Float64Array.from(unseen, (p) => Math.log(Math.max(p, 1e-300)));
      return withWitnesses(option, train, logits, classes.length);
    }),
    withWitnesses({ ...tuned, simplicity: heads.length }, train, logits, classes.length),
  ];
}

async function* onTheWay(
  start: TrialStart,
  best: TrialRecord,
  tuned: readonly Option[],
  scored: Scored,
): AsyncGenerator<RunEvent, readonly Option[]> {
  const end = tuned.find(({ trial }) => trial === best);
  if (end === undefined) return [];
  const found = yield* withParameters(start, best.settings, async (answers, beginning) => {
    const points: Option[] = [];
    for (const share of shares) {
      const moved = interpolated(beginning, end.moved!, share);
      const { logits } = await answers(moved, start.open.data.validation);
      const name = `${end.name}, ${Math.round(share * 100)} % of the way`;
      points.push({ ...end, ...scored(logits), name, kind: "interpolated", moved, share, drift: share });
    }
    return points;
  });
  return found ?? [];
}

async function* soupOf(
  start: TrialStart,
  best: TrialRecord,
  gained: readonly Trial[],
  scored: Scored,
): AsyncGenerator<RunEvent, readonly Option[]> {
  const { open } = start;
  const alike = gained.filter(({ record }) => record.settings.unfreeze === best.settings.unfreeze);
  const ingredients: { name: string; parameters: Parameters; score: number }[] = [];
  for (const { record } of alike) {
    const parameters = await readParameters(open.folder.trials, record.number);
    if (parameters !== undefined) ingredients.push({ name: String(record.number), parameters, score: record.accuracy });
  }
  if (ingredients.length < 2) return [];
  const { validation } = open.data;
  const soup = yield* withParameters(start, best.settings, async (answers) => {
    let logits = new Float32Array();
    const found = await greedySoup(ingredients, async (moved) => {
      logits = (await answers(moved, validation)).logits as Float32Array<ArrayBuffer>;
      return scored(logits).right.reduce((total, one) => total + one, 0) / validation.length;
    });
    if (found.members.length < 2) return undefined;
    const moved = averaged(
      ingredients.filter(({ name }) => found.members.includes(name)).map(({ parameters }) => parameters),
    );
    return { moved, members: found.members.length, logits: (await answers(moved, validation)).logits };
  });
  if (soup === undefined) return [];
  const name = `average of ${soup.members} trials ${unfrozenText(best.settings, false)}`;
  return [
    { ...scored(soup.logits), name, kind: "soup", simplicity: 0, trial: best, moved: soup.moved, share: 1.5, drift: 1 },
  ];
}
