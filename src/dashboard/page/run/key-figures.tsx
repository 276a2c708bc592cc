// What came of a run, in the five numbers that are asked for first.

import type { ComponentChildren } from "preact";
import type { Report } from "../../../index.ts";
import { between, counted, duration, percent, sizeInBytes } from "../words.ts";

export function KeyFigures({ report }: { readonly report: Report }) {
  const { accuracy, accuracyInterval, balancedAccuracy, macroF1, images } = report.test ?? report.validation;
  const { validation, test, temperature } = report.calibration;
  const { before, after } = test ?? validation;
  const seconds = Object.entries(report.seconds).reduce((sum, [phase, s]) => sum + (phase === "waiting" ? 0 : s), 0);
  const pictures = report.test === null ? "held-back" : "test";
  return (
    <section class="card wide" aria-label="Key figures">
      <dl class="figures">
        <Figure name="Accuracy" lead note={`${between(accuracyInterval)} on ${counted(images, `${pictures} picture`)}`}>
          {percent(accuracy)}
        </Figure>
        <Figure name="Balanced accuracy" note={`mean F1 ${percent(macroF1)}`}>
          {percent(balancedAccuracy)}
        </Figure>
        <Figure name="Calibration error" note={temperature === 1 ? "as it is" : `${percent(before.ece)} before`}>
          {percent(after.ece)}
        </Figure>
        <Figure name="Time" note={report.stopped ? "stopped before its end" : "from pictures to model"}>
          {duration(seconds)}
        </Figure>
        <Figure name="Memory" note="most at once">
          {sizeInBytes(report.peakMemoryBytes)}
        </Figure>
      </dl>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly note: string;
  readonly lead?: boolean;
  readonly children: ComponentChildren;
}

function Figure({ name, note, lead, children }: FigureProps) {
  return (
    <div class={lead ? "lead" : ""}>
      <dt>{name}</dt>
      <dd>
        {children}
        <span class="sub">{note}</span>
      </dd>
    </div>
  );
}
