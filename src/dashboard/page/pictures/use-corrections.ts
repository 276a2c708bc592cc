// Corrections as state: what was said so far, what undo would take back, and the commands that change it.

import { useEffect, useState } from "preact/hooks";
import type { Correction, CorrectionState, Problem } from "../../api.ts";
import { ask, change, type Outcome } from "../ask.ts";
import { voice } from "../saying.ts";
import { doneTold } from "./correction-words.ts";

export interface Corrections {
  readonly state: CorrectionState | undefined;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
  /** Whether it was done. */
  readonly correct: (pictures: readonly number[], correction: Correction | null) => Promise<boolean>;
  readonly undo: () => Promise<void>;
}

/** @param changed - called when pictures are not as they were */
export function useCorrections(run: string, changed: () => void): Corrections {
  const path = `runs/${encodeURIComponent(run)}/corrections`;
  const [state, setState] = useState<CorrectionState | undefined>();
  const [problem, setProblem] = useState<Problem | undefined>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let wanted = true;
    void ask<CorrectionState>(path).then(({ value, problem }) => {
      if (!wanted) return;
      setState(value);
      setProblem(problem);
    });
    return () => {
      wanted = false;
    };
  }, [path]);
  const take = ({ value, problem }: Outcome<CorrectionState>, done: string) => {
    setBusy(false);
    setProblem(problem);
    if (value === undefined) return false;
    setState(value);
    voice.answer(done);
    changed();
    return true;
  };
  return {
    state,
    problem,
    busy,
    async correct(pictures, correction) {
      setBusy(true);
      const outcome = await change<CorrectionState>(path, { pictures, correction });
      return take(outcome, doneTold(pictures.length, correction));
    },
    async undo() {
      if (busy || !state?.undo) return;
      setBusy(true);
      take(await change<CorrectionState>(`${path}/undo`), `Taken back: ${state.undo}.`);
    },
  };
}
