// The pictures of a page, small and as part of it: found where the run found them, held against the hash that it knew them by,
// and with a map of where the network looks. What has moved or changed since is not shown.

import { createHash } from "node:crypto";
import { nowMs } from "../clock.ts";
import { prefetch } from "../data/batches.ts";
import { thumbnailOf } from "../data/decode.ts";
import { openPixels, type PixelPool } from "../data/pixels.ts";
import { type LocatedReader, openReader } from "../data/read-located.ts";
import { type DatasetImage, readDataset } from "../data/sources.ts";
import type { InputFormat } from "../input-format.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import type { HeatMaps } from "../train/heat-maps.ts";
import type { JudgedPicture } from "./choose-pictures.ts";
import { heatOverlay } from "./heat-overlay.ts";

/** Addresses that hold the pictures themselves. */
export interface DrawnPicture {
  readonly thumbnail: string;
  /** To be laid over it; null where nothing was computed. */
  readonly heat: string | null;
}

export interface DrawnPictures {
  readonly byName: ReadonlyMap<string, DrawnPicture>;
  /** Block whose maps say where the network looks; null for none. */
  readonly block: string | null;
  /** Pictures for whose maps there was no time. */
  readonly withoutMap: number;
  /** Why pictures are missing, in words; null where none is. */
  readonly problem: string | null;
}

export interface Drawing {
  /** Sources of the run. */
  readonly data: readonly string[];
  readonly format: InputFormat;
  readonly threads: number;
  /** Without it nothing says where the network looks. */
  readonly heatMaps?: HeatMaps | undefined;
  /** After so many seconds pictures come without a map; null for none. */
  readonly mapSeconds?: number | null | undefined;
  /** Once somebody waits for the end there are no more maps. */
  readonly stopping?: Stopping | undefined;
}

/** Height and width of a picture on the page, pixels. */
export const thumbnailEdge = 144;

export const noPictures = (problem: string | null): DrawnPictures => ({
  byName: new Map(),
  block: null,
  withoutMap: 0,
  problem,
});

/** Draws pictures in their order. */
export async function* drawPictures(
  pictures: readonly JudgedPicture[],
  { data, format, threads, heatMaps, mapSeconds = null, stopping = () => false }: Drawing,
): AsyncGenerator<RunEvent & { type: "progress" }, DrawnPictures> {
  if (pictures.length === 0) return noPictures(null);
  const listed = await readDataset(data).catch(() => undefined);
  if (listed === undefined) return noPictures("they are not where the run found them any more");
  const byName = new Map<string, DrawnPicture>();
  const [pool, reader] = [openPixels({ format, workers: threads }), openReader()];
  const startedMs = nowMs();
  const progress = (done: number) => {
    const imagesPerSecond = (done * 1000) / Math.max(1, nowMs() - startedMs);
    return { type: "progress", phase: "report", done, total: pictures.length, imagesPerSecond } as const;
  };
  const open = { format, heatMaps, pool, reader };
  let done = 0;
  yield progress(0);
  try {
    for await (const found of prefetch(openings(pictures, listed.images, open), 2 * threads)) {
      done++;
      if (found === undefined) continue;
      const { picture, thumbnail, view } = found;
      const inTime = !stopping() && (mapSeconds === null || nowMs() - startedMs < 1000 * mapSeconds);
      const heat = view && heatMaps && inTime && (await heatOf(heatMaps, view, picture.said));
      byName.set(picture.name, { thumbnail: dataAddress("image/webp", thumbnail), heat: heat || null });
      if (done % 8 === 0 || done === pictures.length) yield progress(done);
    }
  } finally {
    await Promise.all([pool.close(), reader.close()]);
  }
  const lost = pictures.length - byName.size;
  const problem = lost === 0 ? null : `${lost} of ${pictures.length} have moved, changed or cannot be read any more`;
  const withoutMap = heatMaps === undefined ? 0 : [...byName.values()].filter(({ heat }) => heat === null).length;
  return { byName, block: heatMaps?.block ?? null, withoutMap, problem };
}

interface Open {
  readonly pool: PixelPool;
  readonly reader: LocatedReader;
}

interface Opened {
  readonly picture: JudgedPicture;
  readonly thumbnail: Uint8Array;
  readonly view: Uint8Array | undefined;
}

/** Reads each picture once; undefined where it is not what it was. */
function* openings(
  pictures: readonly JudgedPicture[],
  images: readonly DatasetImage[],
  { format, heatMaps, pool, reader }: Pick<Drawing, "format" | "heatMaps"> & Open,
): Generator<() => Promise<Opened | undefined>> {
  const locators = new Map(images.map(({ name, locator }) => [name, locator]));
  for (const picture of pictures)
    yield async () => {
      try {
        const locator = locators.get(picture.name);
        if (locator === undefined) return undefined;
        const bytes = await reader.read(locator);
        if (createHash("sha256").update(bytes).digest("hex") !== picture.hash) return undefined;
        const request = { locator: { kind: "memory", name: picture.name, bytes }, kind: "evaluation" } as const;
        const [thumbnail, view] = await Promise.all([
          thumbnailOf(bytes, thumbnailEdge, format.crop, picture.name),
          heatMaps && pool.view(request),
        ]);
        return { picture, thumbnail, view };
      } catch {
        return undefined; // the page says how many are missing
      }
    };
}

async function heatOf(heatMaps: HeatMaps, view: Uint8Array, said: number): Promise<string> {
  const [map] = await heatMaps.maps(view, [said]);
  return dataAddress("image/png", await heatOverlay(map!, heatMaps.rows, heatMaps.columns));
}

function dataAddress(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}
