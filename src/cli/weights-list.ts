// reinception weights list: what training can start from by name, how good it is, and what of it is on this machine.

import { dirname } from "node:path";
import { listWeights, type WeightsEntry } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { percent, printable, sizeInBytes } from "../words.ts";

export const weightsList: Action = async (_, { json }) => {
  const weights = await listWeights();
  if (json === true) console.log(JSON.stringify({ weights }));
  else console.log(weightsListText(weights, terminalOf(process.stdout).style).join("\n"));
  return 0;
};

export function weightsListText(weights: readonly WeightsEntry[], style: Style): readonly string[] {
  const share = (value: number | null) => (value === null ? "-" : percent(value));
  const [head = "", ...rows] = table(
    [
      { title: "Name" },
      { title: "network" },
      { title: "size", align: "right" },
      { title: "top-1", align: "right" },
      { title: "top-5", align: "right" },
      { title: "licence" },
      { title: "here" },
    ],
    weights.map((entry) => [
      entry.name,
      entry.title,
      sizeInBytes(entry.sizeBytes),
      share(entry.top1),
      share(entry.top5),
      entry.licence,
      stateText(entry),
    ]),
  );
  const folder = weights.find(({ url }) => url !== null)?.path ?? "";
  return [
    style.bold(head),
    ...rows,
    "",
    `Fetched files lie in ${shortPath(dirname(folder))}. To fetch one, type: reinception weights pull imagenet`,
  ];
}

function stateText({ state, downloadedAt }: WeightsEntry): string {
  if (state === "embedded") return "yes, in the package";
  if (state === "part") return "in part";
  if (state === "changed") return "changed since it was fetched";
  if (state === "absent") return "no";
  return downloadedAt === null ? "yes" : `yes, since ${printable(downloadedAt.slice(0, 10))}`;
}
