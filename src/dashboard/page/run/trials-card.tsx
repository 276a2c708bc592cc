// What an automatic run has tried so far, while it is still looking.

import type { TrialRecord } from "../../../index.ts";
import { Card } from "../parts/card.tsx";
import { Table } from "../parts/table.tsx";
import { duration, percent, rate, whatLearns } from "../words.ts";

const columns = [
  { title: "Learns" },
  { title: "Rate", number: true },
  { title: "Epochs", number: true },
  { title: "Accuracy", number: true },
  { title: "Took", number: true },
];

export function TrialsCard({ trials }: { readonly trials: readonly TrialRecord[] }) {
  if (trials.length === 0) return null;
  const best = Math.max(...trials.map(({ accuracy }) => accuracy));
  return (
    <Card
      title="Trials so far"
      note="Each begins with the linear head; the best of them is held against it in the end."
    >
      <Table
        caption="Trials so far"
        columns={columns}
        rows={trials.map(({ settings, accuracy, seconds, epochsDone }) => [
          <>
            {whatLearns(settings.unfreeze)} {accuracy === best && <span class="badge">best so far</span>}
          </>,
          rate(settings.learningRate),
          epochsDone.length,
          percent(accuracy),
          duration(seconds),
        ])}
      />
    </Card>
  );
}
