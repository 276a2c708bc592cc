// Why a model says a class of one picture, as far as that can be seen: where it looks, and what its head is given.

import { evaluationPlan } from "../data/view.ts";
import type { InputFormat } from "../input-format.ts";

export interface Explanation {
  /** That the map speaks for. */
  readonly class: string;
  /** Whose maps were looked at, by the paper's name. */
  readonly block: string;
  /** Of the map. */
  readonly rows: number;
  readonly columns: number;
  /** Row-major [rows, columns], the largest number 1; all are 0 where nothing speaks for the class. */
  readonly values: Float32Array;
  /** What of the picture the map lies over, as shares of its width and height when it stands upright. */
  readonly over: Frame;
  /** What enters the head: as rows of `RunAnswers.features`. */
  readonly features: Float32Array;
}

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The part of an upright picture that the network sees. */
export function frameOf(width: number, height: number, format: InputFormat): Frame {
  const plan = evaluationPlan(width, height, format);
  return {
    left: plan.left / plan.width,
    top: plan.top / plan.height,
    right: (plan.left + format.size) / plan.width,
    bottom: (plan.top + format.size) / plan.height,
  };
}
