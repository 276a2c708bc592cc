// How a run has learnt so far: the loss step by step, and what was held back epoch by epoch.

import { lineChart } from "../../../report/charts/lines.ts";
import { shareTickText } from "../../../report/charts/scale.ts";
import type { Curves, RunRow, StageCurve } from "../../api.ts";
import { Card } from "../parts/card.tsx";
import { ChartFigure } from "../parts/chart-figure.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { lossText, percent, whatLearns } from "../words.ts";
import { useCurves } from "./use-curves.ts";

interface CurvesCardProps {
  readonly row: RunRow;
  readonly news: number;
}

export function CurvesCard({ row, news }: CurvesCardProps) {
  const { value, problem, again } = useCurves(row.name, `${row.state} ${news}`);
  if (value === undefined)
    return (
      <Card title="How it learnt" wide>
        {problem === undefined || row.state === "running" ? (
          <Skeleton lines={6} />
        ) : (
          <Problem problem={problem} again={again} />
        )}
      </Card>
    );
  const stages = value.stages.filter(({ steps, epochs }) => steps.length + epochs.length > 0);
  if (stages.length === 0) return null;
  return (
    <Card title={row.state === "running" ? "How it learns" : "How it learnt"} note={stagesTold(stages)} wide>
      <div class="charts">
        <ChartFigure chart={lossBySteps(stages)} />
        <ChartFigure chart={accuracyByEpochs(stages)} />
      </div>
    </Card>
  );
}

function stagesTold(stages: Curves["stages"]): string | undefined {
  if (stages.length < 2) return undefined;
  return stages.map(({ name }, i) => `Stage ${i + 1} learns ${whatLearns(name)}`).join(", ");
}

function boundariesOf(stages: Curves["stages"]) {
  return stages.map(({ firstStep }, i) => ({ at: firstStep, name: `stage ${i + 1}` }));
}

function lossBySteps(stages: Curves["stages"]) {
  const steps = stages.flatMap(({ steps }) => steps.map(({ step, loss }) => [step, loss] as const));
  const held = epochsOf(stages, ({ validationLoss }) => validationLoss);
  const [first, last] = [steps[0], steps.at(-1)];
  const from = first && last ? `The loss of a step went from ${lossText(first[1])} to ${lossText(last[1])}.` : "";
  return lineChart({
    title: "Loss",
    summary: from || "No step was taken yet.",
    across: "step",
    up: "cross-entropy",
    lines: [
      { name: "held back", points: held },
      { name: "each step", points: steps, fine: true },
    ],
    boundaries: boundariesOf(stages),
    shown: lossText,
    limits: { least: 0 },
  });
}

function accuracyByEpochs(stages: Curves["stages"]) {
  const held = epochsOf(stages, ({ validationAccuracy }) => validationAccuracy);
  const learnt = epochsOf(stages, ({ accuracy }) => accuracy ?? Number.NaN);
  const best = Math.max(...held.map(([, value]) => value));
  return lineChart({
    title: "Accuracy",
    summary: held.length === 0 ? "No epoch has ended yet." : `At best ${percent(best)} of the held-back pictures.`,
    across: "step",
    up: "called right",
    lines: [
      { name: "held back", points: held },
      { name: "learnt from", points: learnt },
    ],
    boundaries: boundariesOf(stages),
    shown: percent,
    tick: shareTickText,
    limits: { least: 0, most: 1 },
    dots: true,
  });
}

function epochsOf(stages: Curves["stages"], measure: (epoch: StageCurve["epochs"][number]) => number) {
  return stages.flatMap(({ epochs }) => epochs.map((epoch) => [epoch.step, measure(epoch)] as const));
}
