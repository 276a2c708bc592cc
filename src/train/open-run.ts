// The beginning of every run: pictures listed and looked at, the network loaded, what the run depends on written down.

import { nowMs, timestamp } from "../clock.ts";
import { wasExcluded } from "../data/apply-corrections.ts";
import { fail } from "../errors.ts";
import { countsOf, imbalanceOf } from "./balance.ts";
import { type Base, loadBase } from "./base.ts";
import type { RunConfig } from "./config.ts";
import type { Phase, RunEvent, StagePlan, Stopping } from "./events.ts";
import { findingCounts, lookAt } from "./look.ts";
import type { RunNetwork } from "./plan.ts";
import { checkRetention } from "./retention.ts";
import { findWeights, withoutPassword } from "./published-weights.ts";
import { divideAgain, listPictures, type RunData } from "./run-data.ts";
import type { RunFolder } from "./run-folder.ts";
import { differences, type ImageLine, imageLines, skippedIn } from "./run-images.ts";
import type { Parameters } from "./stepper.ts";
import { version, versions } from "./version.ts";
import { type Drawing, type KnownImage, openViews, type Views } from "./views.ts";

/** What an interrupted run was of. */
export interface Interrupted {
  readonly weightsHash: string;
  readonly images: readonly ImageLine[];
  /** By phase, so far. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Everything about a run that stays as it is while the network learns, and the parameters, which change in place. */
export interface OpenRun {
  readonly config: RunConfig;
  readonly stopping: Stopping;
  readonly folder: RunFolder;
  readonly base: Base;
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  readonly data: RunData;
  /** Images to learn from in each class. */
  readonly counts: readonly number[];
  readonly drawing: Drawing;
  readonly views: Views;
  readonly watch: Stopwatch;
}

/** What a run is of, as its model and its report say it. */
export function about({ data }: { readonly data: Pick<RunData, "classes" | "fingerprint"> }) {
  return { version, classes: data.classes, dataFingerprint: data.fingerprint };
}

/** The options as they are written down. */
export function recorded({ config }: Pick<OpenRun, "config">): RunConfig {
  return withoutPassword(config);
}

export interface Beginning {
  readonly config: RunConfig;
  readonly stopping: Stopping;
  readonly folder: RunFolder;
  readonly from: Interrupted | undefined;
  /** What the stages will be, in words, where that is known before anything has been measured. */
  readonly describe: (network: RunNetwork, data: RunData) => readonly StagePlan[];
}

/**
 * Opens a run, or goes on with one. Whoever opened it closes `views`.
 *
 * @throws run/changed when an interrupted run's weights or pictures are others; data/..., weights/...
 */
export async function* openRun(beginning: Beginning): AsyncGenerator<RunEvent, OpenRun> {
  const { config, stopping, folder, from, describe } = beginning;
  const watch = stopwatch(from?.seconds);
  const listed = yield* listPictures(config);
  watch.lap("read");
  const weightsFile = yield* findWeights(config, stopping);
  watch.lap("download");
  const base = await loadBase(config, listed.classes.length, weightsFile?.path);
  if (from !== undefined && base.hash !== from.weightsHash)
    fail("run/changed", {
      path: folder.path,
      what: "options",
      changes: [`the weights "${config.weights}" are others`],
    });
  checkRetention(config, base.source);
  const { network, parameters } = base;
  const drawing = { seed: config.seed, augment: config.augment };
  const views = openViews({ ...drawing, format: network.format, workers: config.threads });
  try {
    const looked = from === undefined ? yield* lookAt(listed, views.examine, config) : undefined;
    const data = looked?.data ?? divideAgain(listed, skippedIn(from!.images), config);
    const changes = from === undefined ? [] : differences(from.images, data);
    if (changes.length > 0) fail("run/changed", { path: folder.path, what: "data", changes });
    if (looked !== undefined) {
      await folder.writeJson("audit.json", looked.audit);
      await folder.writeLines("images.jsonl", imageLines(data));
      await folder.writeJson("labels.json", data.classes);
      const origin = { config: withoutPassword(config), weightsHash: base.hash, weightsFile };
      await folder.writeJson("run.json", {
        ...about({ data }),
        versions: versions(),
        startedAt: timestamp(),
        ...origin,
      });
    }
    const counts = countsOf(
      data.train.map(({ label }) => label),
      data.classes.length,
    );
    const imbalance = config.balance === "none" ? imbalanceOf(data.classes, counts) : undefined;
    yield {
      type: "start",
      out: config.out,
      classes: data.classes,
      images: imageCounts(data),
      skipped: data.skipped.filter((one) => !wasExcluded(one)),
      ...(listed.corrections !== null && { corrections: listed.corrections }),
      stages: describe(network, data),
      ...(looked !== undefined && { noticed: findingCounts(looked.audit) }),
      ...(imbalance !== undefined && { imbalance }),
    };
    watch.lap("read");
    return { config, stopping, folder, base, network, parameters, data, counts, drawing, views, watch };
  } catch (error) {
    await views.close();
    throw error;
  }
}

export function imageCounts({ train, validation, test }: RunData<KnownImage>) {
  return { train: train.length, validation: validation.length, test: test.length };
}

/** Seconds by phase: each lap adds the time since the last one to a phase. */
export interface Stopwatch {
  lap(phase: Phase): void;
  move(from: Phase, to: string, seconds: number): void;
  all(): Readonly<Record<string, number>>;
}

export function stopwatch(before: Readonly<Record<string, number>> = {}): Stopwatch {
  const byPhase: Record<string, number> = { ...before };
  let lastMs = nowMs();
  const add = (phase: string, seconds: number) => {
    byPhase[phase] = (byPhase[phase] ?? 0) + seconds;
  };
  return {
    lap(phase) {
      const now = nowMs();
      add(phase, (now - lastMs) / 1000);
      lastMs = now;
    },
    move(from, to, seconds) {
      add(from, -seconds);
      add(to, seconds);
    },
    all: () => ({ ...byPhase }),
  };
}
