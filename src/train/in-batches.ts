// What comes one by one, handed on in batches: whatever waits when the batch before it is done, up to a limit. Nothing waits
// for a batch to become fuller; while one is under way, the next one fills by itself.

/** Takes one item and gives its result. Rejects with the reason of the signal when that says, in time, that nobody waits. */
export type Batched<Item, Result> = (item: Item, signal?: AbortSignal) => Promise<Result>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param limit - items of a batch
 * @param run - results in the order of the items; when it rejects, all of its batch do and the next one begins
 */
export function inBatches<Item, Result>(
  limit: number,
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Batched<Item, Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let running = false;

  async function work(): Promise<void> {
    running = true;
    for (let batch = next(); batch.length > 0; batch = next()) {
      try {
        const results = await run(batch.map(({ item }) => item));
        for (const [i, { resolve }] of batch.entries()) resolve(results[i]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  function next(): readonly Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    while (batch.length < limit && waiting.length > 0) {
      const one = waiting.shift()!;
      if (one.signal?.aborted === true) one.reject(one.signal.reason);
      else batch.push(one);
    }
    return batch;
  }

  return (item, signal) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, signal, resolve, reject });
      if (!running) void work();
    });
}
