// What the adviser proposes: asked for, watched while it looks, and taken or adjusted in the end.

import { useState } from "preact/hooks";
import type { Advice } from "../../../index.ts";
import type { Problem as Told, RunRow } from "../../api.ts";
import { runPath } from "../address.ts";
import { change } from "../ask.ts";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { AdviceCard } from "../run/advice-card.tsx";
import { ProgressCard } from "../run/progress-card.tsx";
import { TrialsCard } from "../run/trials-card.tsx";
import type { LiveRun } from "../run/use-run.ts";
import { token } from "../token.ts";
import { go } from "../use-address.ts";
import { type Form, requestOf } from "./asked-run.ts";

interface ProposalProps {
  readonly data: string;
  readonly form: Form;
  /** Null where nobody has asked the adviser. */
  readonly searching: LiveRun | null;
  readonly advice: Advice | null;
  readonly begun: (run: string) => void;
  /** Fills in the form. */
  readonly take: () => void;
}

export function Proposal({ data, form, searching, advice, begun, take }: ProposalProps) {
  const [problem, setProblem] = useState<Told | undefined>();
  const [busy, setBusy] = useState(false);
  const post = async (path: string, body: object, done: (run: string) => void) => {
    setBusy(true);
    const { value, problem } = await change<RunRow>(path, body);
    setBusy(false);
    setProblem(problem);
    if (value) done(value.name);
  };
  const { options: { budget, weights, validation } = {} } = requestOf(data, "", form);
  const options = { ...(budget && { budget }), ...(weights && { weights }), ...(validation && { validation }) };
  const row = searching?.row;
  return (
    <>
      {problem && <Problem problem={problem} />}
      {searching?.problem && <Problem problem={searching.problem} again={searching.again} />}
      {row?.problem && <Problem problem={row.problem} />}
      {searching === null && (
        <div class="commands">
          <button
            type="button"
            class="primary"
            disabled={busy || token() === null}
            onClick={() => void post("advices", { data, options }, begun)}
          >
            {busy ? "Asking…" : "Ask the adviser"}
          </button>
          <span class="note">
            It takes as long as its budget, which is {form.budget.trim() || "10m"} of trials. Or choose yourself below.
          </span>
        </div>
      )}
      {row?.state === "running" && advice === null && searching && (
        <div class="cards">
          <ProgressCard row={row} step={searching.heard.step} />
          <TrialsCard trials={searching.heard.trials} />
        </div>
      )}
      {advice !== null && row !== undefined && (
        <>
          <AdviceCard advice={advice} />
          <div class="commands">
            <button
              type="button"
              class="primary"
              disabled={busy || token() === null || row.state === "running"}
              onClick={() => void post(`runs/${encodeURIComponent(row.name)}/resume`, {}, (run) => go(runPath(run)))}
            >
              Make this model
            </button>
            <button type="button" onClick={take}>
              Adjust it below
            </button>
            <Link to={runPath(row.name)}>All that was tried</Link>
          </div>
        </>
      )}
    </>
  );
}
