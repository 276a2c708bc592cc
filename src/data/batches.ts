// In which order images are seen, in portions, and a little ahead of time. Knows indices and promises, not pixels.

import { shuffled, stream } from "../random.ts";

/** The order of one epoch: a permutation of 0 to `count` - 1, drawn from the seed and the number of the epoch alone. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  return shuffled(count, stream(seed, `order:${epoch}`));
}

/** Cuts an order into batches. What is left over at the end is a smaller batch. */
export function batchesOf(order: Uint32Array, batchSize: number): readonly Uint32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new Error(`internal: a batch of ${batchSize}`);
  const count = Math.ceil(order.length / batchSize);
  return Array.from({ length: count }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
}

/**
 * Yields what the tasks promise, in their order, while the next ones are already under way.
 *
 * At most `ahead` tasks are started whose results have not been taken, so memory is bounded however slow the consumer. An
 * error surfaces when its turn comes; after it, or when the consumer leaves early, nothing more is started, and what is
 * under way is awaited, so that nothing runs on unseen.
 */
export async function* prefetch<Item>(tasks: Iterable<() => Promise<Item>>, ahead: number): AsyncGenerator<Item> {
  if (!Number.isInteger(ahead) || ahead < 1) throw new Error(`internal: ${ahead} tasks ahead`);
  const waiting = tasks[Symbol.iterator]();
  const started: Promise<Item>[] = [];
  try {
    for (;;) {
      while (started.length < ahead) {
        const { done, value: task } = waiting.next();
        if (done) break;
        const promise = task();
        promise.catch(() => undefined); // seen when its turn comes
        started.push(promise);
      }
      const next = started.shift();
      if (next === undefined) return;
      yield await next;
    }
  } finally {
    waiting.return?.();
    await Promise.allSettled(started);
  }
}
