// What was lost of what the network knew before.

import type { Forgetting } from "../../../index.ts";
import { barChart } from "../../../report/charts/bars.ts";
import { tradeOff } from "../../../report/charts/trade-off.ts";
import { Card } from "../parts/card.tsx";
import { ChartFigure } from "../parts/chart-figure.tsx";
import { counted, percent } from "../words.ts";

export function ForgettingCard({ forgetting }: { readonly forgetting: Forgetting }) {
  const { source, answers, blocks, way, chosen, limit } = forgetting;
  const moved = blocks.filter(({ parameters }) => parameters > 0);
  return (
    <Card title="What it has forgotten" note={toldOf(forgetting)} wide>
      <div class="charts">
        <ChartFigure
          chart={barChart({
            title: "How far each block has moved",
            summary: `${counted(moved.length, "block")} of ${blocks.length} moved, each by a share of its parameters.`,
            unit: "moved",
            bars: moved.map(({ block, parameters }) => ({ name: block, value: parameters })),
            shown: percent,
          })}
        />
        {way.length > 0 && (
          <ChartFigure
            chart={tradeOff({
              way,
              chosen,
              limit,
              measure: source === null ? "answers that have changed" : "accuracy on the source",
            })}
          />
        )}
      </div>
      {answers === null && source === null && (
        <p class="note">Its weights have no classifier of their own, so what it says of the source is not known.</p>
      )}
    </Card>
  );
}

function toldOf({ source, answers, parameters }: Forgetting): string {
  const moved = `Its parameters have moved by ${percent(parameters)}`;
  if (source !== null)
    return `${moved}; on ${counted(source.images, "picture")} of the source it was right on ${percent(source.before)}, and is on ${percent(source.after)}.`;
  return answers === null
    ? `${moved}.`
    : `${moved}; of ${counted(answers.images, "held-back picture")} the old classifier says the same of ${percent(answers.agreement)}.`;
}
