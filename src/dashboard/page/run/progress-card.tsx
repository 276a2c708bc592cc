// How far a run is that is at work.

import type { RunEvent } from "../../../index.ts";
import type { RunRow } from "../../api.ts";
import { Card } from "../parts/card.tsx";
import { Meter } from "../parts/meter.tsx";
import { count, duration, lossText, percent, rate, sentence } from "../words.ts";

interface ProgressCardProps {
  readonly row: RunRow;
  readonly step: Extract<RunEvent, { type: "step" }> | null;
}

export function ProgressCard({ row, step }: ProgressCardProps) {
  const { doing, share, secondsLeft } = row.progress ?? { doing: "at work", share: null, secondsLeft: null };
  return (
    <Card title="Under way" wide>
      <p class="doing">
        <strong>{sentence(doing)}</strong>
        {secondsLeft !== null && <span class="note">about {duration(secondsLeft)} left</span>}
      </p>
      {share !== null && <Meter share={share} label="Progress of the run" />}
      {step !== null && (
        <dl class="figures small">
          <Figure name="Loss of this epoch">{lossText(step.meanLoss)}</Figure>
          <Figure name="Accuracy of this epoch">{percent(step.meanAccuracy)}</Figure>
          <Figure name="Learning rate">{rate(step.learningRate)}</Figure>
          <Figure name="Pictures a second">{count(Math.round(step.imagesPerSecond))}</Figure>
        </dl>
      )}
    </Card>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
