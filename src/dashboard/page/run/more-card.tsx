// What more pictures would bring.

import type { LearningCurveRecord } from "../../../index.ts";
import { sampleCurve } from "../../../report/charts/sample-curve.ts";
import { Card } from "../parts/card.tsx";
import { ChartFigure } from "../parts/chart-figure.tsx";

export function MoreCard({ curve }: { readonly curve: LearningCurveRecord }) {
  return (
    <Card title="What more pictures would bring">
      <ChartFigure chart={sampleCurve(curve)} titled />
    </Card>
  );
}
