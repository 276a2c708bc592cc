// What a stage's programs are fed with: kept rows of the trunk's output, or pixels where nothing is kept.

import { originalInput } from "../compile/2-retention.ts";
import { drawMix, type Mixing, mixed } from "../data/augment/mix.ts";
import { stream } from "../random.ts";
import type { TensorData } from "../runtime/session.ts";
import type { Kept } from "./keep.ts";
import type { Feeds } from "./stepper.ts";
import { augmentedView, type Drawing, plainView, type RunImage, type View, type Views } from "./views.ts";

/** Where in a run a batch is learnt from: chance is drawn under it. */
export interface Place {
  /** Over all stages, from 1. */
  readonly epoch: number;
  /** From 0. */
  readonly step: number;
}

/** A batch to learn from. */
export interface Fed {
  readonly feeds: Feeds;
  /** What is left of each image where it was mixed with another, see targetsOf; 1 where nothing was mixed. */
  readonly ownShare: number;
  /** Images of the source behind those of the batch; none where absent. */
  readonly besides?: number;
}

export interface Feed {
  /** To learn from: a view of each image drawn for this epoch. */
  learning(images: readonly RunImage[], place: Place): Promise<Fed>;
  /** To judge by: the plain view of each image, filled up with zeros to `batch` images. */
  judging(images: readonly RunImage[], batch: number): Promise<Feeds>;
}

/** Every view that a stage with a kept trunk asks for. */
export function keptViews(images: readonly RunImage[], views: number, drawing: Drawing): readonly View[] {
  return images.flatMap((image) => [
    plainView(image),
    ...Array.from({ length: views - 1 }, (_, i) => augmentedView(image, drawing, `kept:${i + 1}`)),
  ]);
}

/**
 * Rows of a kept trunk; each epoch draws one of an image's kept views. Pixels are past, so nothing is mixed.
 *
 * @param originals - averages of the original network for the same views, by name, where a stage is held to them
 */
export function keptFeed(
  kept: Kept,
  views: number,
  drawing: Drawing,
  originals: ReadonlyMap<string, Kept> = new Map(),
): Feed {
  const draw = (image: RunImage, epoch: number): View => {
    const chosen = Math.floor(stream(drawing.seed, `view:${epoch}:${image.hash}`)() * views);
    return chosen === 0 ? plainView(image) : augmentedView(image, drawing, `kept:${chosen}`);
  };
  return {
    async learning(images, { epoch }) {
      const drawn = images.map((image) => draw(image, epoch));
      const feeds: Record<string, TensorData> = { activations: await kept.read(drawn) };
      for (const [name, rows] of originals) feeds[originalInput(name)] = await rows.read(drawn);
      return { feeds, ownShare: 1 };
    },
    judging: async (images, batch) => ({
      activations: fill(await kept.read(images.map(plainView)), images.length, batch),
    }),
  };
}

/**
 * Pixels, decoded while the engine computes; where augmentation is on, every epoch draws a new view of each image.
 *
 * @param mixing - how the images of a batch are mixed with each other, if at all
 */
export function pixelFeed(views: Views, drawing: Drawing, mixing: Mixing): Feed {
  const { seed, augment } = drawing;
  const mixes = mixing.mixup > 0 || mixing.cutmix > 0;
  const draw = (image: RunImage, epoch: number) =>
    augment === "none" ? plainView(image) : augmentedView(image, drawing, `epoch:${epoch}`);
  return {
    async learning(images, { epoch, step }) {
      const image = await views.pixels(images.map((each) => draw(each, epoch)));
      if (!mixes) return { feeds: { image }, ownShare: 1 };
      const size = Math.sqrt(image.length / images.length / 3);
      const mix = drawMix(mixing, size, stream(seed, `mix:${epoch}:${step}`));
      return { feeds: { image: mixed(image, size, mix) }, ownShare: mix.ownShare };
    },
    judging: async (images, batch) => ({
      image: fill(await views.pixels(images.map(plainView)), images.length, batch),
    }),
  };
}

function fill<Data extends TensorData>(rows: Data, count: number, batch: number): Data {
  if (count === batch) return rows;
  const whole = new (rows.constructor as new (length: number) => Data)((rows.length / count) * batch);
  whole.set(rows);
  return whole;
}
