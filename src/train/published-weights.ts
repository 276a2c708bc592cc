// Published weights for whoever needs them: a run that names them, or the command that only fetches them. Says how far the
// download is in the words of a run.

import { fail } from "../errors.ts";
import { checkOption } from "../option-values.ts";
import { options } from "../options.ts";
import { isPublished, publishedFile, resolveMirror, shown } from "../pretrained/published.ts";
import { type CachedWeights, type PullSettings, pull } from "../pretrained/weights-cache.ts";
import type { RunConfig } from "./config.ts";
import type { DownloadEvent, Stopping } from "./events.ts";
import type { RunRecord } from "./run-folder.ts";

export interface PullOptions {
  /** "imagenet" unless given; `listWeights` has them all. */
  readonly name?: string | undefined;
  /** Address or folder to fetch from instead of the publisher's. */
  readonly weightsMirror?: string | undefined;
}

/**
 * Fetches published weights into the cache, unless they are there and unchanged. Yields how far it is; returns where they
 * lie.
 *
 * @throws weights/..., options/value, cache/not-written
 */
export async function* pullWeights({
  name,
  weightsMirror,
}: PullOptions = {}): AsyncGenerator<DownloadEvent, CachedWeights> {
  const mirror = weightsMirror === undefined ? undefined : checkOption("weightsMirror", weightsMirror);
  const found = yield* fetched(name ?? options.weights.default, {
    mirror: mirror === undefined ? undefined : resolveMirror(mirror, process.cwd()),
    replace: true,
  });
  if (found === undefined) throw new Error("internal: a download stopped that nobody stops");
  return found;
}

/**
 * The file behind the name of published weights, fetched if it is not in the cache; `null` for other weights.
 *
 * @throws weights/..., cache/not-written, train/stopped-early
 */
export async function* findWeights(
  { weights, weightsMirror }: RunConfig,
  stopping: Stopping,
): AsyncGenerator<DownloadEvent, RunRecord["weightsFile"]> {
  if (!isPublished(weights)) return null;
  const mirror = weightsMirror === null ? undefined : new URL(weightsMirror);
  const found = yield* fetched(weights, { mirror, stopping });
  if (found === undefined) return fail("train/stopped-early", {});
  const { path, sizeBytes, sha256 } = found;
  return { path, sizeBytes, sha256 };
}

async function* fetched(
  name: string,
  settings: PullSettings,
): AsyncGenerator<DownloadEvent, CachedWeights | undefined> {
  const pulling = pull(publishedFile(name), settings);
  for (let next = await pulling.next(); ; next = await pulling.next()) {
    if (next.done) return next.value;
    const { doneBytes: done, totalBytes: total, bytesPerSecond } = next.value;
    yield { type: "progress", phase: "download", done, total, bytesPerSecond };
  }
}

/** As it may be written down: a mirror's address can carry a name and a password. */
export function withoutPassword(config: RunConfig): RunConfig {
  const { weightsMirror: mirror } = config;
  return mirror === null ? config : { ...config, weightsMirror: shown(new URL(mirror)) };
}
