// The curves of several runs over one another, epoch by epoch.

import { lineChart } from "../../../report/charts/lines.ts";
import { isNumber, shareTickText } from "../../../report/charts/scale.ts";
import type { Curves, StageCurve } from "../../api.ts";
import { Card } from "../parts/card.tsx";
import { ChartFigure } from "../parts/chart-figure.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { lossText, percent } from "../words.ts";
import { useAll } from "./use-all.ts";

type Epoch = StageCurve["epochs"][number];

export function ComparedCurves({ runs }: { readonly runs: readonly string[] }) {
  const outcomes = useAll<Curves>(runs.map((run) => `runs/${encodeURIComponent(run)}/curves?points=4`));
  if (outcomes === undefined)
    return (
      <Card title="Curves" wide>
        <Skeleton lines={6} />
      </Card>
    );
  const lines = (measure: (epoch: Epoch) => number) =>
    runs.map((name, at) => ({ name, points: pointsOf(outcomes[at]?.value, measure) }));
  const accuracy = lines(({ validationAccuracy }) => validationAccuracy);
  const losses = lines(({ validationLoss }) => validationLoss);
  if (accuracy.every(({ points }) => points.length === 0)) return null;
  return (
    <Card title="Curves" note="On the held-back pictures, at the end of each epoch." wide>
      <div class="charts">
        <ChartFigure
          chart={lineChart({
            title: "Accuracy",
            summary: told(accuracy, percent),
            lines: accuracy,
            across: "epoch",
            up: "called right",
            shown: percent,
            tick: shareTickText,
            limits: { least: 0, most: 1 },
            dots: true,
          })}
        />
        <ChartFigure
          chart={lineChart({
            title: "Loss",
            summary: told(losses, lossText),
            lines: losses,
            across: "epoch",
            up: "cross-entropy",
            shown: lossText,
            limits: { least: 0 },
            dots: true,
          })}
        />
      </div>
    </Card>
  );
}

/** Epochs of all stages, one after the other. */
function pointsOf(curves: Curves | undefined, measure: (epoch: Epoch) => number) {
  const epochs = curves?.stages.flatMap(({ epochs }) => epochs) ?? [];
  return epochs.map((epoch, at) => [at + 1, measure(epoch)] as const);
}

function told(
  lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[],
  text: (value: number) => string,
): string {
  const ends = lines.flatMap(({ name, points }) => {
    const last = points.at(-1)?.[1];
    return isNumber(last) ? [`${name} ends at ${text(last)}`] : [];
  });
  return `${ends.join("; ")}.`;
}
