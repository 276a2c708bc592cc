// Corrections in words.

import type { Correction } from "../../api.ts";
import { counted } from "../words.ts";

/** What stands on a picture that is corrected. */
export function correctionTold(correction: Correction): string {
  if (correction.kind === "class") return `now ${correction.class}`;
  if (correction.kind === "excluded") return "excluded";
  return correction.side === "train" ? "now learnt from" : "now held back";
}

/** What has just been done. */
export function doneTold(pictures: number, correction: Correction | null): string {
  const many = counted(pictures, "picture");
  if (correction === null) return `${many} as before.`;
  if (correction.kind === "class") return `${many} relabelled to ${correction.class}.`;
  if (correction.kind === "excluded") return `${many} excluded.`;
  return `${many} moved to those ${correction.side === "train" ? "learnt from" : "held back"}.`;
}
