// What the adviser has found out, which it takes, and why: its own sentences, what it chose from, and what each would cost.

import type { Advice, CandidateRecord } from "../../../index.ts";
import { Card } from "../parts/card.tsx";
import { Icon } from "../parts/icon.tsx";
import { Table } from "../parts/table.tsx";
import { between, duration, percent, sentence, whatLearns } from "../words.ts";

export function AdviceCard({ advice }: { readonly advice: Advice }) {
  const { explanation, wouldChange, spentSeconds, budgetSeconds, outOfTime } = advice;
  return (
    <Card
      title="Why this strategy"
      note={`${duration(spentSeconds)} of trials, of ${duration(budgetSeconds)} allowed${outOfTime ? "; time ended before everything was tried" : ""}.`}
      wide
    >
      <p class="verdict">
        <Icon name="check" /> <strong>{sentence(advice.chosen.name)}</strong>
      </p>
      <div class="halves">
        <div>
          <ol class="reasons">
            {explanation.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
          {wouldChange.length > 0 && (
            <>
              <h3>What would change its mind</h3>
              <ul class="reasons">
                {wouldChange.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </>
          )}
        </div>
        <div>
          <h3>What it chose from</h3>
          <Candidates candidates={advice.candidates} />
          <p class="note">p: how often chance alone would make so much of a difference to the best (McNemar's test).</p>
          <h3>What it costs here</h3>
          <Costs costs={advice.costs} />
        </div>
      </div>
    </Card>
  );
}

const candidateColumns = [
  { title: "Candidate" },
  { title: "Accuracy", number: true },
  { title: "p", number: true },
  { title: "Verdict" },
];

function Candidates({ candidates }: { readonly candidates: readonly CandidateRecord[] }) {
  return (
    <Table
      caption="What it chose from"
      columns={candidateColumns}
      rows={candidates.map(({ name, accuracy, accuracyInterval, p, verdict }) => [
        name,
        <span key={name}>
          {percent(accuracy)}
          <span class="sub">{between(accuracyInterval)}</span>
        </span>,
        p < 0.001 ? "< 0.001" : p.toFixed(3),
        verdict === "chosen" ? <strong key={name}>chosen</strong> : verdict,
      ])}
    />
  );
}

function Costs({ costs }: Pick<Advice, "costs">) {
  return (
    <Table
      caption="What an epoch costs here"
      columns={[{ title: "Learns" }, { title: "An epoch", number: true }, { title: "Known from" }]}
      rows={costs.map(({ unfreeze, secondsPerEpoch, measured }) => [
        whatLearns(unfreeze),
        duration(secondsPerEpoch),
        measured ? "a trial" : "its operations",
      ])}
    />
  );
}
