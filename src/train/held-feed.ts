// What a step takes besides its own pictures where it is held to the original network: that network's averages for the same
// pixels, and pictures of the source to rehearse.

import type { Cut } from "../compile/1-partition.ts";
import { originalInput } from "../compile/2-retention.ts";
import { bind } from "../compile/5-bind.ts";
import { compileTrunk } from "../compile/program.ts";
import { stream } from "../random.ts";
import { openProgram, type Session, type TensorData } from "../runtime/session.ts";
import type { Feed } from "./feed.ts";
import type { OpenRun } from "./open-run.ts";
import { buildNetwork, cutAt } from "./plan.ts";
import type { Feeds, Parameters } from "./stepper.ts";
import type { RunImage } from "./views.ts";

/** The original network, for pixels that are drawn anew each time. */
export interface Original {
  /** Its averages for a batch of pixels, as a program takes them. */
  averages(image: TensorData, count: number): Promise<Feeds>;
  close(): Promise<void>;
}

/**
 * @param depths - blocks whose averages are wanted, besides those behind the last one
 * @param names - of the averages that are wanted
 */
export async function openOriginal(
  { config, network }: Pick<OpenRun, "config" | "network">,
  initial: Parameters,
  depths: readonly string[],
  names: readonly string[],
): Promise<Original> {
  const { batchSize: batch, threads, cachePrecision } = config;
  const built = buildNetwork(network, { batch, learning: false, batchStatistics: new Set(), depths });
  const cuts: readonly Cut[] = names.map((name) => cutAt(built, name, cachePrecision));
  const { program, constants } = bind(compileTrunk(built, cuts), initial);
  const session: Session = await openProgram(program, { constants, threads });
  return {
    async averages(image, count) {
      const whole = new Uint8Array((image.length / count) * batch);
      whole.set(image);
      const outputs = await session.run({ image: whole });
      return Object.fromEntries(
        names.map((name) => {
          const rows = outputs[name]!;
          return [originalInput(name), rows.subarray(0, (rows.length / batch) * count)];
        }),
      );
    },
    close: () => session.release(),
  };
}

/** Pixels, and what the original network makes of the same pixels. */
export function besideOriginal(feed: Feed, original: Original): Feed {
  return {
    ...feed,
    async learning(images, place) {
      const fed = await feed.learning(images, place);
      return { ...fed, feeds: { ...fed.feeds, ...(await original.averages(fed.feeds.image!, images.length)) } };
    },
  };
}

export interface Rehearsal {
  /** Of the source; labels are its classes. */
  readonly images: readonly RunImage[];
  /** How many of them beside each image of a batch. */
  readonly each: number;
  readonly classes: number;
  readonly seed: number;
  /** Gives their rows; mixes nothing. */
  readonly feed: Feed;
}

/** Puts drawn images of the source behind those of each batch, and says in `sourceTargets` what they show. */
export function rehearsing(feed: Feed, { images: source, each, classes, seed, feed: sourceFeed }: Rehearsal): Feed {
  return {
    ...feed,
    async learning(images, place) {
      const random = stream(seed, `rehearsal:${place.epoch}:${place.step}`);
      const besides = Math.ceil(images.length * each);
      const drawn = Array.from({ length: besides }, () => source[Math.floor(random() * source.length)]!);
      const own = await feed.learning(images, place);
      const { feeds } = await sourceFeed.learning(drawn, place);
      const sourceTargets = new Float32Array((images.length + besides) * classes);
      for (const [i, { label }] of drawn.entries()) sourceTargets[(images.length + i) * classes + label] = 1 / besides;
      const joined = Object.entries(own.feeds).map(
        ([name, rows]) => [name, oneBehindOther(rows, feeds[name]!)] as const,
      );
      return { ...own, feeds: { ...Object.fromEntries(joined), sourceTargets }, besides };
    },
  };
}

function oneBehindOther<Data extends TensorData>(first: Data, second: TensorData): Data {
  const whole = new (first.constructor as new (length: number) => Data)(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
