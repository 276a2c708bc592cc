// reinception runs: a table of the runs in a folder.

import { listRuns, type RunSummary } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { count, percentWithin, printable } from "../words.ts";

export const runs: Action = async ([folder], { json }) => {
  const found = await listRuns(folder);
  if (json === true) console.log(JSON.stringify({ runs: found }));
  else console.log(runsText(found, terminalOf(process.stdout).style).join("\n"));
  return 0;
};

export function runsText(found: readonly RunSummary[], style: Style): readonly string[] {
  if (found.length === 0) return ["No runs yet. To make one, type: reinception train photos"];
  const rows = found.map((run) => [
    run.startedAt?.slice(0, 16).replace("T", " ") ?? "-",
    printable(run.strategy ?? "-"),
    run.classes.length === 0 ? "-" : count(run.classes.length),
    run.accuracy === null || run.accuracyInterval === null ? "-" : percentWithin(run.accuracy, run.accuracyInterval),
    run.state,
    shortPath(run.model ?? run.path),
  ]);
  const [head = "", ...lines] = table(
    [
      { title: "Started (UTC)" },
      { title: "strategy" },
      { title: "classes", align: "right" },
      { title: "held-out accuracy", align: "right" },
      { title: "state" },
      { title: "model" },
    ],
    rows,
  );
  return [style.bold(head), ...lines];
}
