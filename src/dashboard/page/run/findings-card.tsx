// What is odd about the pictures, by kind: what the run has left out, or what contradicts itself, comes first.

import type { Finding, Report } from "../../../index.ts";
import { Card } from "../parts/card.tsx";
import { FindingList } from "../parts/finding-list.tsx";
import { counted } from "../words.ts";

interface FindingsCardProps {
  readonly findings: readonly Finding[];
  readonly skipped: Report["skipped"];
}

export function FindingsCard({ findings, skipped }: FindingsCardProps) {
  if (findings.length === 0 && skipped.length === 0) return null;
  return (
    <Card title="Pictures that are odd" note={skipped.length > 0 && `${counted(skipped.length, "file")} left out`}>
      <FindingList findings={findings} />
    </Card>
  );
}
