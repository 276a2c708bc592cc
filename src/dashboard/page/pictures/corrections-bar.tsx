// What has been corrected so far, undo, and the way from there to a head that has learnt from it.

import { useState } from "preact/hooks";
import type { Problem as Told, Refitted, RunRow } from "../../api.ts";
import { change } from "../ask.ts";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/problem.tsx";
import { voice } from "../saying.ts";
import { token } from "../token.ts";
import { counted, percent, sentence } from "../words.ts";
import { RefitResult } from "./refit-result.tsx";
import type { Corrections } from "./use-corrections.ts";

interface CorrectionsBarProps {
  readonly run: RunRow;
  readonly corrections: Corrections;
}

export function CorrectionsBar({ run, corrections }: CorrectionsBarProps) {
  const [refitted, setRefitted] = useState<Refitted | undefined>();
  const [problem, setProblem] = useState<Told | undefined>();
  const [busy, setBusy] = useState(false);
  const { state } = corrections;
  const refit = async () => {
    setBusy(true);
    voice.answer("The head is fitted anew.");
    const { value, problem } = await change<Refitted>(`runs/${encodeURIComponent(run.name)}/refit`);
    setBusy(false);
    setProblem(problem);
    if (value === undefined) return;
    setRefitted(value);
    voice.answer(`Fitted: ${percent(value.before.accuracy)} before, ${percent(value.after.accuracy)} now.`);
  };
  return (
    <>
      <section class="corrections" aria-label="Corrections">
        <p>
          <strong>{state === undefined ? "\u00a0" : toldOf(state.corrected)}</strong>
          <span class="note">
            {state && state.corrected > 0
              ? `Kept in ${state.files.join(", ")}; no picture is changed.`
              : "Choose pictures to relabel, move or exclude them. Their files stay as they are."}
          </span>
        </p>
        {token() !== null && (
          <div class="commands">
            <button
              type="button"
              disabled={corrections.busy || !state?.undo}
              onClick={() => void corrections.undo()}
              aria-keyshortcuts="Control+Z"
              title={state?.undo ? `${sentence(state.undo)} (Ctrl+Z)` : "Nothing to take back"}
            >
              <Icon name="undo" />
              Undo
            </button>
            <button type="button" class="primary" disabled={busy || !run.hasModel} onClick={() => void refit()}>
              {busy ? "Fitting…" : "Retrain the head"}
            </button>
          </div>
        )}
      </section>
      {corrections.problem && <Problem problem={corrections.problem} />}
      {problem && <Problem problem={problem} />}
      {refitted && <RefitResult refitted={refitted} close={() => setRefitted(undefined)} />}
    </>
  );
}

function toldOf(corrected: number): string {
  return corrected === 0 ? "Nothing is corrected" : `${counted(corrected, "picture")} corrected`;
}
