// What was found out about a task before its strategy was taken, as plain data: advice.json of a run, and part of its
// report. How it is found out is the business of advise/.

import type { TrialRecord, TrialSettings } from "./trial-record.ts";

/** A head fitted on the averaged maps behind one block, or behind several. */
export interface ProbeRecord {
  /** The paper's name of the block, "mixed_6h"; several as in "mixed_5e and mixed_6h". */
  readonly depth: string;
  readonly features: number;
  /** Strength of the penalty that cross-validation chose. */
  readonly strength: number;
  /** On pictures to learn from, each by a fit that has not seen it, with its standard error. */
  readonly accuracy: number;
  readonly standardError: number;
  /** On the held-back pictures. */
  readonly validationAccuracy: number;
}

/** How much the classes are like those that the base has learnt; null where its weights have no classifier. */
export interface LikenessRecord {
  /** 1 - H(class | class that the source classifier says) / H(class), less what chance would give: 0 none, 1 the same. */
  readonly likeness: number;
  /** Log expected empirical prediction (Nguyen et al., 2020), nats: nearer to 0 is more alike. */
  readonly leep: number;
  /** Mean of the largest probability that the source classifier gives. */
  readonly confidence: number;
}

/** One of the candidates between which the gate decides. */
export interface CandidateRecord {
  readonly name: string;
  readonly kind: CandidateKind;
  /** On the held-back pictures. */
  readonly accuracy: number;
  /** 95 %, Wilson's score interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** Mean cross-entropy on them. */
  readonly loss: number;
  /**
   * What the candidates are compared on: the held-back pictures; where these are few, those that are learnt from as well, each
   * judged by a network that has not seen it.
   */
  readonly compared: { readonly pictures: number; readonly accuracy: number };
  /** Of those pictures, which this candidate alone calls right, and which only the best one does. */
  readonly onlyThis: number;
  readonly onlyBest: number;
  /** Chance of so much a difference to the best one if there were none (McNemar's test, one-sided, mid-p). */
  readonly p: number;
  readonly verdict: "chosen" | "not needed" | "worse" | "below the linear head" | "forgets too much";
  /** Number of the trial it comes from, and the way gone from the linear head to that trial's end, in [0, 1]. */
  readonly trial: number | null;
  readonly share: number | null;
}

export type CandidateKind = "linear head" | "multi-depth head" | "fine-tuned" | "interpolated" | "soup";

export interface Advice {
  readonly images: { readonly train: number; readonly validation: number };
  /** Images to learn from in the smallest and the largest class. */
  readonly smallest: { readonly name: string; readonly images: number };
  readonly largest: { readonly name: string; readonly images: number };
  /** Behind each depth, from early to late. */
  readonly probes: readonly ProbeRecord[];
  /** Behind the depths that do best together; null where that is the last one alone. */
  readonly multiDepth: ProbeRecord | null;
  /** Share of pictures whose five nearest neighbours, by the last block's features, are mostly of their class. */
  readonly neighbourAccuracy: number;
  readonly likeness: LikenessRecord | null;
  readonly learningCurve: LearningCurveRecord | null;
  /** What each amount of unfreezing costs on this machine, from trials where there was one, else by its operations. */
  readonly costs: readonly {
    readonly unfreeze: string;
    readonly secondsPerEpoch: number;
    readonly measured: boolean;
  }[];
  readonly trials: readonly TrialRecord[];
  readonly candidates: readonly CandidateRecord[];
  readonly chosen: {
    readonly name: string;
    readonly kind: CandidateKind;
    readonly settings: TrialSettings | null;
  };
  readonly budgetSeconds: number;
  /** Seconds of trials. */
  readonly spentSeconds: number;
  /** Whether time ended before everything worth trying was tried. */
  readonly outOfTime: boolean;
  /** Why, in five sentences. */
  readonly explanation: readonly string[];
  /** What would change its mind. */
  readonly wouldChange: readonly string[];
}

export interface LearningCurveRecord {
  /** Of the linear head on the depth that suits best, by the number of images learnt from. */
  readonly points: readonly { readonly images: number; readonly accuracy: number; readonly standardError: number }[];
  /** What twice the images would add to the accuracy, with a rough standard error. */
  readonly gainOfTwice: number;
  readonly standardError: number;
}
