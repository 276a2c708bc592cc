// Where the time of a run went.

import type { Report } from "../../../index.ts";
import { Card } from "../parts/card.tsx";
import { duration, sentence, wholePercent } from "../words.ts";

/** What phases are called; one that is not here goes by its own name. */
const names: Readonly<Record<string, string>> = {
  read: "Reading pictures",
  download: "Fetching the weights",
  check: "Trying pictures",
  trunk: "Running the frozen part",
  probe: "Asking the network at several depths",
  search: "Trials",
  compile: "Preparing the step",
  train: "Learning",
  calibrate: "Calibration",
  evaluate: "Judging",
  write: "Writing the model",
};

export function TimesCard({ report }: { readonly report: Report }) {
  const { waiting, ...phases } = report.seconds;
  const spent = Object.entries(phases).filter(([, seconds]) => seconds >= 0.05);
  const total = spent.reduce((sum, [, seconds]) => sum + seconds, 0);
  return (
    <Card
      title="Time"
      note={waiting ? `In learning, the engine waited ${duration(waiting)} for pixels or kept rows.` : undefined}
    >
      <ul class="bars">
        {spent.map(([phase, seconds]) => (
          <li key={phase}>
            <span>{names[phase] ?? sentence(phase)}</span>
            <span class="number">
              {duration(seconds)} <span class="soft">{wholePercent(seconds / total)}</span>
            </span>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(100 * seconds) / total}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
