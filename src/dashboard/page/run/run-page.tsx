// One run: its head with what can be done with it, and below that what happened, its pictures, or a place to try it.

import type { RunTab } from "../address.ts";
import { Later } from "../later.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useTitle } from "../use-address.ts";
import { RunHead } from "./run-head.tsx";
import { useRun } from "./use-run.ts";

const tabs = {
  overview: () => import("./overview.tsx").then(({ Overview }) => Overview),
  pictures: () => import("../pictures/pictures-page.tsx").then(({ PicturesPage }) => PicturesPage),
  try: () => import("../try/try-page.tsx").then(({ TryPage }) => TryPage),
};

interface RunPageProps {
  readonly run: string;
  readonly tab: RunTab;
  readonly query: URLSearchParams;
}

export function RunPage({ run, tab, query }: RunPageProps) {
  useTitle(run);
  const live = useRun(run);
  const { detail, row, problem, again } = live;
  if (detail === undefined || row === undefined)
    return (
      <>
        <h1>{run}</h1>
        {problem ? <Problem problem={problem} again={again} /> : <Skeleton lines={8} />}
      </>
    );
  return (
    <>
      <RunHead row={row} tab={tab} put={live.put} />
      {problem && <Problem problem={problem} again={again} />}
      {row.problem && <Problem problem={row.problem} />}
      {tab === "overview" && <Later key="overview" page={tabs.overview} props={{ detail, row, heard: live.heard }} />}
      {tab === "pictures" && <Later key="pictures" page={tabs.pictures} props={{ detail, row, query }} />}
      {tab === "try" && <Later key="try" page={tabs.try} props={{ detail, row }} />}
    </>
  );
}
