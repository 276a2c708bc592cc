// In which order images are seen, in portions, and a little ahead of time. Knows indices and promises, not pixels.

import { shuffled, stream } from "../random.ts";

/** The order of one epoch: a permutation of 0 to `count` - 1, drawn from the seed and the number of the epoch alone. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  return shuffled(count, stream(seed, `order:${epoch}`));
}

/**
 * The order of one epoch in which every class has the same share of `count` images, whatever its size: `count` divided by
 * the classes, what is left over to classes of chance. None of a class is seen again before all of it have been seen.
 *
 * @param labels - class of each image; classes without images get no share
 */
export function evenOrder(seed: number, epoch: number, labels: ArrayLike<number>): Uint32Array {
  const random = stream(seed, `even-order:${epoch}`);
  const classes = imagesByClass(labels);
  const share = Math.floor(labels.length / classes.length);
  const luckyFirst = shuffled(classes.length, random);
  const leftOver = labels.length - share * classes.length;
  const drawn = classes.flatMap((images, place) => {
    const wanted = share + (luckyFirst[place]! < leftOver ? 1 : 0);
    const rounds = Array.from({ length: Math.ceil(wanted / images.length) }, () => shuffled(images.length, random));
    return rounds.flatMap((round) => Array.from(round, (i) => images[i]!)).slice(0, wanted);
  });
  return shuffled(drawn.length, random).map((at) => drawn[at]!);
}

/** Places of the images of each class that has some. */
function imagesByClass(labels: ArrayLike<number>): readonly (readonly number[])[] {
  const classes: number[][] = [];
  for (let at = 0; at < labels.length; at++) (classes[labels[at]!] ??= []).push(at);
  return classes.filter((images) => images !== undefined);
}

/** Cuts an order into batches. What is left over at the end is a smaller batch. */
export function batchesOf(order: Uint32Array, batchSize: number): readonly Uint32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new Error(`internal: a batch of ${batchSize}`);
  const count = Math.ceil(order.length / batchSize);
  return Array.from({ length: count }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
}

/** How many tasks may be under way. */
export interface Depth<Item> {
  readonly now: () => number;
  /** Told of every result that is taken, and whether the consumer had to wait for it. */
  readonly taken: (item: Item, waited: boolean) => void;
}

/**
 * Yields what the tasks promise, in their order, while the next ones are already under way.
 *
 * At most `ahead` tasks are started whose results have not been taken, so memory is bounded however slow the consumer. An
 * error surfaces when its turn comes; after it, or when the consumer leaves early, nothing more is started, and what is
 * under way is awaited, so that nothing runs on unseen.
 *
 * @param ahead - at least 1, or what decides about it as it goes
 */
export async function* prefetch<Item>(
  tasks: Iterable<() => Promise<Item>>,
  ahead: number | Depth<Item>,
): AsyncGenerator<Item> {
  if (typeof ahead === "number" && (!Number.isInteger(ahead) || ahead < 1))
    throw new Error(`internal: ${ahead} tasks ahead`);
  const depth = typeof ahead === "number" ? { now: () => ahead, taken: () => undefined } : ahead;
  const waiting = tasks[Symbol.iterator]();
  const started: Promise<Item>[] = [];
  const ready = new Set<Promise<Item>>();
  try {
    for (;;) {
      while (started.length < depth.now()) {
        const { done, value: task } = waiting.next();
        if (done) break;
        const promise = task();
        const noted = () => ready.add(promise);
        promise.then(noted, noted); // an error is seen when its turn comes
        started.push(promise);
      }
      const next = started.shift();
      if (next === undefined) return;
      if (!ready.has(next)) await aTurn(); // what came in while the consumer held the thread is seen only now
      const waited = !ready.has(next);
      const item = await next;
      ready.delete(next);
      depth.taken(item, waited);
      yield item;
    }
  } finally {
    waiting.return?.();
    await Promise.allSettled(started);
  }
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
