// Curves of runs, kept as far as their files have been read, so that a page that asks again costs only what is new. Of a few
// runs at a time; the one that nobody has asked for longest goes first.

import { join } from "node:path";
import type { RunEvent } from "../index.ts";
import type { Curves } from "./api.ts";
import { type Curve, newCurve } from "./curves.ts";
import { beginning, isStill, linesFrom, type Place, placeAt } from "./event-file.ts";
import { fewRecent } from "./few-recent.ts";

export interface CurveFiles {
  /**
   * The curves of a run as its events tell them now.
   *
   * @param run - path of its folder
   * @param most - points of the steps of each stage
   */
  read(run: string, most: number): Promise<Curves>;
}

interface ReadSoFar {
  curve: Curve;
  place: Place;
}

export function curveFiles(runsAtOnce = 8): CurveFiles {
  // two who ask at once wait for one reading
  const files = fewRecent<{ readonly sofar: ReadSoFar; busy: Promise<void> }>(runsAtOnce, () => {});
  return {
    async read(run, most) {
      const entry = files.get(run, () => ({
        sofar: { curve: newCurve(), place: beginning },
        busy: Promise.resolve(),
      }));
      entry.busy = entry.busy.catch(() => {}).then(() => readOn(join(run, "events.jsonl"), entry.sofar));
      await entry.busy;
      return { stages: entry.sofar.curve.shown(most), upTo: entry.sofar.place.at };
    },
  };
}

async function readOn(path: string, sofar: ReadSoFar): Promise<void> {
  if (!(await isStill(path, sofar.place))) Object.assign(sofar, { curve: newCurve(), place: beginning });
  let { at } = sofar.place;
  for await (const { bytes, next } of linesFrom(path, at)) {
    at = next;
    const event = curveEvent(bytes);
    if (event !== undefined) sofar.curve.take(event);
  }
  sofar.place = await placeAt(path, at);
}

const wanted = ["stage", "step", "epoch"].map((type) => Buffer.from(`{"type":"${type}"`));

/** Only what a curve is made of is parsed: the last line of a run holds its whole report. */
function curveEvent(line: Buffer): RunEvent | undefined {
  if (!wanted.some((start) => line.subarray(0, start.length).equals(start))) return undefined;
  try {
    return JSON.parse(line.toString("utf8")) as RunEvent;
  } catch {
    return undefined; // a machine that lost its power leaves such lines
  }
}
