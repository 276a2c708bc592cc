// At which depths the network is asked, and the averaged maps behind them for every picture: one pass over the data, which
// keeps what the first trials begin with as well.

import type { Kept } from "../train/keep.ts";
import type { RunEvent } from "../train/events.ts";
import { keptViews } from "../train/feed.ts";
import { keepBoundaries } from "../train/keep-stages.ts";
import type { OpenRun } from "../train/open-run.ts";
import { plainView, type RunImage } from "../train/views.ts";
import { depthName } from "../models/inception-v4.ts";
import { blocks } from "../models/card.ts";

/** Late layers of a regularised network are poor for other tasks, so earlier ones are asked too (methods: Kornblith et al.). */
const asked = ["mixed_5e", "mixed_6d", "mixed_6h", "mixed_7a", "mixed_7d"] as const;

/** One depth, by the paper's name and by timm's. */
export interface Depth {
  readonly paper: string;
  readonly block: string;
}

export const depths: readonly Depth[] = asked.map((paper) => ({
  paper,
  block: blocks.find((block) => block.paper === paper)!.name,
}));

/** What is kept of the network's frozen form. */
export interface KeptFeatures {
  /** Row-major averages of these pictures behind each of the depths. */
  read(images: readonly RunImage[], at: readonly Depth[]): Promise<{ features: Float32Array; width: number }>;
  /** Kept rows by the name of the boundary, for trials: those that are there already. */
  readonly rows: Map<string, Kept>;
  /** Pace of the whole network forwards, pixels included; undefined where everything was kept already. */
  readonly imagesPerSecond: number | undefined;
  close(): Promise<void>;
}

/**
 * Keeps averages at every depth, and the maps at `boundaries`, of every picture.
 *
 * @param boundaries - where trials will cut: timm names of blocks
 * @returns undefined when it was stopped before all was there
 */
export async function* keepFeatures(
  { config, network, parameters, base, views, data, stopping, watch }: OpenRun,
  boundaries: readonly string[],
): AsyncGenerator<RunEvent, KeptFeatures | undefined> {
  const surroundings = { config, network, parameters, views, known: base.digests };
  const wanted = keptViews([...data.train, ...data.validation, ...data.test], 1, config);
  const names = depths.map(({ block }) => depthName(block));
  const keeping = keepBoundaries(surroundings, [...new Set([...names, ...boundaries])], wanted, stopping);
  let imagesPerSecond: number | undefined;
  let next = await keeping.next();
  for (; !next.done; next = await keeping.next()) {
    if (next.value.type === "progress" && next.value.phase === "trunk" && next.value.done > 0)
      imagesPerSecond = next.value.imagesPerSecond || undefined;
    yield next.value;
  }
  watch.lap("trunk");
  if (next.value === undefined) return undefined;
  const rows = new Map(next.value);
  return {
    rows,
    imagesPerSecond,
    async read(images, at) {
      const views = images.map(plainView);
      const parts: Float32Array[] = [];
      for (const { block } of at) parts.push((await rows.get(depthName(block))!.read(views)) as Float32Array);
      return joined(parts, images.length);
    },
    async close() {
      for (const each of rows.values()) await each.close();
    },
  };
}

/** Rows of several parts, one behind the other. */
function joined(parts: readonly Float32Array[], count: number): { features: Float32Array; width: number } {
  const widths = parts.map((part) => part.length / Math.max(count, 1));
  const width = widths.reduce((total, one) => total + one, 0);
  if (parts.length === 1) return { features: parts[0]!, width };
  const features = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    let at = row * width;
    for (const [i, part] of parts.entries()) {
      features.set(part.subarray(row * widths[i]!, (row + 1) * widths[i]!), at);
      at += widths[i]!;
    }
  }
  return { features, width };
}
