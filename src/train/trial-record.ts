// A trial in numbers: what was tried and what came of it. Plain data, a file for each in a run's folder `trials`.

import type { EpochResult, Overfitting } from "./events.ts";

export interface TrialSettings {
  /** In the words of --unfreeze. */
  readonly unfreeze: string;
  readonly learningRate: number;
  readonly epochs: number;
}

export interface TrialRecord {
  /** From 1. */
  readonly number: number;
  /** Of successive halving, from 0: later rungs have fewer trials of more epochs. */
  readonly rung: number;
  readonly settings: TrialSettings;
  readonly learningParameters: number;
  readonly epochsDone: readonly (EpochResult & { readonly seconds: number })[];
  /** From 1; 0 where no epoch was better than the head it began with. */
  readonly bestEpoch: number;
  /** On the held-back pictures. */
  readonly accuracy: number;
  readonly loss: number;
  /** Wall clock, with the run of the frozen part where it was the first to need it. */
  readonly seconds: number;
  readonly secondsPerEpoch: number;
  /** "budget" where time ran out in the middle, "diverged" where the loss was no number any more. */
  readonly reason: "done" | "patience" | "budget" | "diverged";
  readonly overfitting: Overfitting | null;
}
