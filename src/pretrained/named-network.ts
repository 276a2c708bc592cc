// What every reader of weights gives: tensors under timm's names, before anyone has asked whether they are all there.

import type { NamedTensors } from "../models/match-weights.ts";
import type { WeightsFormat } from "../weights/named-weights.ts";

export interface NamedNetwork {
  readonly format: WeightsFormat;
  readonly tensors: NamedTensors;
  readonly metadata: Readonly<Record<string, string>>;
  /** Sentences on what got lost or differs on the way, for whoever goes on from these weights; usually none. */
  readonly notes: readonly string[];
}
