// How each class fares. The one that fares worst comes first, since it is the one to look at.

import { useState } from "preact/hooks";
import type { Evaluation } from "../../../index.ts";
import { runPath } from "../address.ts";
import { Card } from "../parts/card.tsx";
import { Link } from "../parts/link.tsx";
import { Table } from "../parts/table.tsx";
import { count, percent } from "../words.ts";

const shownAtFirst = 12;

const columns = [
  { title: "Class" },
  { title: "Pictures", number: true },
  { title: "Precision", number: true },
  { title: "Recall", number: true },
  { title: "F1", number: true },
];

interface ClassesCardProps {
  readonly run: string;
  readonly evaluation: Evaluation;
}

export function ClassesCard({ run, evaluation }: ClassesCardProps) {
  const [all, setAll] = useState(false);
  const classes = [...evaluation.classes].sort((a, b) => (a.f1 ?? 2) - (b.f1 ?? 2));
  const shown = all ? classes : classes.slice(0, shownAtFirst);
  return (
    <Card
      title="Classes"
      note="Precision: of those called so, the share that are. Recall: of those that are, the share called so."
    >
      <Table
        caption="Classes"
        columns={columns}
        rows={shown.map(({ name, images, precision, recall, f1 }) => [
          <Link key={name} to={runPath(run, "pictures", { class: name })}>
            {name}
          </Link>,
          count(images),
          shareTold(precision),
          shareTold(recall),
          shareTold(f1),
        ])}
      />
      {shown.length < classes.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {count(classes.length)}
        </button>
      )}
    </Card>
  );
}

function shareTold(share: number | null): string {
  return share === null ? "–" : percent(share);
}
