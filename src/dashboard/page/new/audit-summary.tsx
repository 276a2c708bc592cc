// What is in a folder of pictures, and what is odd about it, before anything learns from it.

import { useEffect, useState } from "preact/hooks";
import type { DatasetAudit } from "../../../index.ts";
import type { AuditAnswer } from "../../api.ts";
import { change, type Outcome } from "../ask.ts";
import { FindingList } from "../parts/finding-list.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Table } from "../parts/table.tsx";
import { voice } from "../saying.ts";
import { token } from "../token.ts";
import { count, counted } from "../words.ts";

const shownAtFirst = 12;

export function AuditSummary({ data }: { readonly data: string }) {
  const [outcome, setOutcome] = useState<Outcome<AuditAnswer> | undefined>();
  useEffect(() => {
    if (token() === null) return;
    let wanted = true;
    setOutcome(undefined);
    void change<AuditAnswer>("audits", { data }).then((outcome) => {
      if (!wanted) return;
      setOutcome(outcome);
      if (outcome.value) voice.answer(`Looked at ${counted(outcome.value.audit.pictures, "picture")}.`);
    });
    return () => {
      wanted = false;
    };
  }, [data]);
  if (token() === null) return null;
  if (outcome === undefined)
    return (
      <>
        <p class="note">Every picture is looked at once.</p>
        <Skeleton lines={4} />
      </>
    );
  return outcome.problem ? <Problem problem={outcome.problem} /> : <Found audit={outcome.value.audit} />;
}

function Found({ audit }: { readonly audit: DatasetAudit }) {
  const { classes, pictures, imbalance, skipped, findings } = audit;
  const [all, setAll] = useState(false);
  const bySize = [...classes].sort((a, b) => b.pictures - a.pictures);
  const shown = all ? bySize : bySize.slice(0, shownAtFirst);
  const largest = Math.max(1, ...classes.map((one) => one.pictures));
  const facts = [counted(pictures, "picture"), counted(classes.length, "class", "classes")];
  if (imbalance >= 2) facts.push(`the largest class is ${imbalance.toFixed(1)} times the smallest`);
  if (skipped.length > 0) facts.push(`${counted(skipped.length, "file")} left out`);
  return (
    <div class="halves">
      <div>
        <h3>{facts.join(", ")}</h3>
        <Table
          caption="Classes"
          columns={[
            { title: "Class" },
            { title: "Pictures", number: true },
            { title: "Learnt from", number: true },
            { title: "Held back", number: true },
          ]}
          rows={shown.map(({ name, pictures, train, validation }) => [
            name,
            <span key={name} class="with-track">
              {count(pictures)}
              <span class="track" aria-hidden="true">
                <span style={{ width: `${(100 * pictures) / largest}%` }} />
              </span>
            </span>,
            count(train),
            count(validation),
          ])}
        />
        {shown.length < classes.length && (
          <button type="button" onClick={() => setAll(true)}>
            Show all {count(classes.length)}
          </button>
        )}
      </div>
      <div>
        <h3>What is odd</h3>
        <FindingList findings={findings} />
      </div>
    </div>
  );
}
