// reinception cache info, verify and clear: what frozen parts have computed and is kept for the next run.

import {
  type CacheClearing,
  type CacheInfo,
  type CacheSpace,
  type CacheVerification,
  cacheInfo,
  clearCache,
  verifyCache,
} from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { boundaryText, count, counted, printable, sizeInBytes } from "../words.ts";

export const info: Action = async (_, { json, cacheLimit }) => {
  const found = await cacheInfo({ cacheLimit });
  say(json, found, () => infoText(found, terminalOf(process.stdout).style));
  return 0;
};

export const verify: Action = async (_, { json }) => {
  const found = await verifyCache();
  say(json, found, () => verificationText(found));
  return found.damaged.length === 0 ? 0 : 6;
};

export const clear: Action = async (_, { json, olderThan }) => {
  const cleared = await clearCache({ olderThan });
  say(json, cleared, () => clearingText(cleared));
  return 0;
};

function say(json: boolean | undefined, result: object, lines: () => readonly string[]): void {
  console.log(json === true ? JSON.stringify(result) : lines().join("\n"));
}

export function infoText({ folder, sizeBytes, limitBytes, spaces }: CacheInfo, style: Style): readonly string[] {
  const total = `${sizeInBytes(sizeBytes)} of at most ${sizeInBytes(limitBytes)} in ${shortPath(folder)}`;
  if (spaces.length === 0) return [total];
  const [head = "", ...lines] = table(
    [
      { title: "Last used (UTC)" },
      { title: "what ran" },
      { title: "pixels", align: "right" },
      { title: "kept as" },
      { title: "rows", align: "right" },
      { title: "size", align: "right" },
      { title: "" },
    ],
    spaces.map((space) => [
      space.usedAt?.slice(0, 16).replace("T", " ") ?? "-",
      boundaryOf(space),
      pixelsOf(space),
      printable(space.about.dtype ?? "-"),
      count(space.rows),
      sizeInBytes(space.sizeBytes),
      space.inUse ? "in use" : "",
    ]),
  );
  return [style.bold(head), ...lines, "", total];
}

export function verificationText({ folder, shards, rows, sizeBytes, damaged }: CacheVerification): readonly string[] {
  const looked = `${counted(rows, "row")} in ${counted(shards, "shard")}, ${sizeInBytes(sizeBytes)}, in ${shortPath(folder)}`;
  if (damaged.length === 0) return [`All is as it was written: ${looked}`];
  return [
    looked,
    `Damaged and removed: ${counted(damaged.length, "shard")}. What is missing is computed anew by the next run.`,
    ...damaged.map(({ path, reason }) => `  ${shortPath(path)}: ${reason}`),
  ];
}

export function clearingText({ folder, ...cleared }: CacheClearing): readonly string[] {
  const { removedShards, removedBytes, leftBytes, spacesInUse } = cleared;
  const used = spacesInUse === 0 ? "" : ", since a run is using it";
  return [
    `Removed ${counted(removedShards, "shard")}, ${sizeInBytes(removedBytes)}, from ${shortPath(folder)}`,
    ...(leftBytes === 0 ? [] : [`Left is ${sizeInBytes(leftBytes)}${used}`]),
  ];
}

function boundaryOf({ about }: CacheSpace): string {
  return about.boundary === undefined ? "-" : printable(boundaryText(about.boundary));
}

/** Height and width of the pictures, from what the space says about their pixels. */
function pixelsOf({ about }: CacheSpace): string {
  try {
    const { format } = JSON.parse(about.pixels ?? "") as { format: { size: number } };
    return String(format.size);
  } catch {
    return "-";
  }
}
