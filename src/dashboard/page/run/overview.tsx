// What happened in a run, from above: how far it is, what came of it, and why.

import type { RunDetail, RunRow } from "../../api.ts";
import { Command } from "../parts/copy.tsx";
import { Empty } from "../parts/empty.tsx";
import { AdviceCard } from "./advice-card.tsx";
import { CalibrationCard } from "./calibration-card.tsx";
import { ClassesCard } from "./classes-card.tsx";
import { CurvesCard } from "./curves-card.tsx";
import { FindingsCard } from "./findings-card.tsx";
import { ForgettingCard } from "./forgetting-card.tsx";
import { KeyFigures } from "./key-figures.tsx";
import { MakingCard } from "./making-card.tsx";
import { MatrixCard } from "./matrix-card.tsx";
import { MoreCard } from "./more-card.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { TimesCard } from "./times-card.tsx";
import { TrialsCard } from "./trials-card.tsx";
import type { Heard } from "./use-run.ts";

interface OverviewProps {
  readonly detail: RunDetail;
  readonly row: RunRow;
  readonly heard: Heard;
}

export function Overview({ detail, row, heard }: OverviewProps) {
  const { report } = detail;
  const advice = report?.advice ?? detail.advice ?? heard.advice;
  return (
    <div class="cards">
      {row.state === "running" && <ProgressCard row={row} step={heard.step} />}
      {report === null && row.state !== "running" && advice === null && <Unfinished row={row} />}
      {report !== null && <KeyFigures report={report} />}
      {(report === null || report.stages.length > 0) && <CurvesCard row={row} news={heard.news} />}
      {advice === null && <TrialsCard trials={heard.trials} />}
      {report !== null && <MatrixCard run={row.name} report={report} />}
      <div class="stack">
        {report !== null && <ClassesCard run={row.name} evaluation={report.test ?? report.validation} />}
        <FindingsCard findings={detail.findings} skipped={report?.skipped ?? []} />
      </div>
      {advice !== null && <AdviceCard advice={advice} />}
      {report !== null && <CalibrationCard calibration={report.calibration} />}
      {report !== null && (
        <div class="stack">
          <TimesCard report={report} />
          {advice !== null && advice.learningCurve !== null && <MoreCard curve={advice.learningCurve} />}
        </div>
      )}
      {report?.forgetting && <ForgettingCard forgetting={report.forgetting} />}
      {detail.command !== "" && <MakingCard detail={detail} />}
    </div>
  );
}

function Unfinished({ row }: { readonly row: RunRow }) {
  if (row.state === "damaged")
    return (
      <Empty icon="cross" title="This run's folder cannot be read">
        <p>Its run.json is not whole. Its model, where there is one, may still be:</p>
        <Command text={`reinception inspect runs/${row.name}`} />
      </Empty>
    );
  return (
    <Empty icon="pause" title="Nothing has come of this run yet">
      <p>It goes on where it left off with Resume, or in a terminal:</p>
      <Command text={`reinception resume runs/${row.name}`} />
    </Empty>
  );
}
