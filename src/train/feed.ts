// What a stage's programs are fed with: kept rows of the trunk's output, or pixels where nothing is kept.

import { stream } from "../random.ts";
import type { TensorData } from "../runtime/session.ts";
import type { Kept } from "./keep.ts";
import type { Feeds } from "./stepper.ts";
import { augmentedView, plainView, type RunImage, type View, type Views } from "./views.ts";

export interface Feed {
  /** To learn from: a view of each image drawn for this epoch. */
  learning(images: readonly RunImage[], epoch: number): Promise<Feeds>;
  /** To judge by: the plain view of each image, filled up with zeros to `batch` images. */
  judging(images: readonly RunImage[], batch: number): Promise<Feeds>;
}

/** Every view that a stage with a kept trunk asks for. */
export function keptViews(images: readonly RunImage[], views: number, seed: number): readonly View[] {
  return images.flatMap((image) => [
    plainView(image),
    ...Array.from({ length: views - 1 }, (_, i) => augmentedView(image, seed, `kept:${i + 1}`)),
  ]);
}

/** Rows of a kept trunk; each epoch draws one of an image's kept views. */
export function keptFeed(kept: Kept, views: number, seed: number): Feed {
  const draw = (image: RunImage, epoch: number): View => {
    const chosen = Math.floor(stream(seed, `view:${epoch}:${image.hash}`)() * views);
    return chosen === 0 ? plainView(image) : augmentedView(image, seed, `kept:${chosen}`);
  };
  return {
    learning: async (images, epoch) => ({ activations: await kept.read(images.map((image) => draw(image, epoch))) }),
    judging: async (images, batch) => ({
      activations: fill(await kept.read(images.map(plainView)), images.length, batch),
    }),
  };
}

/** Pixels, decoded while the engine computes; where augmentation is on, every epoch draws a new view of each image. */
export function pixelFeed(views: Views, augmented: boolean, seed: number): Feed {
  const draw = (image: RunImage, epoch: number) =>
    augmented ? augmentedView(image, seed, `epoch:${epoch}`) : plainView(image);
  return {
    learning: async (images, epoch) => ({ image: await views.pixels(images.map((image) => draw(image, epoch))) }),
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
