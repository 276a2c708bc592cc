// Whether the network is right as often as it says.

import type { CalibrationReport } from "../../../index.ts";
import { reliabilityDiagram } from "../../../report/charts/reliability.ts";
import { Card } from "../parts/card.tsx";
import { ChartFigure } from "../parts/chart-figure.tsx";
import { counted, percent } from "../words.ts";

export function CalibrationCard({ calibration }: { readonly calibration: CalibrationReport }) {
  const { temperature, reason, images, validation, test } = calibration;
  const { before, after } = test ?? validation;
  const fitted = temperature !== 1;
  return (
    <Card
      title="How sure it may be"
      note={
        fitted
          ? `Answers are divided by ${temperature.toFixed(2)}, which was fitted on ${counted(images, "held-back picture")}.`
          : `Probabilities are as the network has them: ${reason}.`
      }
    >
      <ChartFigure chart={reliabilityDiagram({ before: fitted ? before.bins : null, after: after.bins })} />
      <dl class="figures small">
        <div>
          <dt>Calibration error</dt>
          <dd>{percent(after.ece)}</dd>
        </div>
        <div>
          <dt>Before</dt>
          <dd>{percent(before.ece)}</dd>
        </div>
        <div>
          <dt>Largest of a bin</dt>
          <dd>{percent(after.largestError)}</dd>
        </div>
        <div>
          <dt>Log loss</dt>
          <dd>{after.logLoss.toFixed(3)}</dd>
        </div>
      </dl>
    </Card>
  );
}
