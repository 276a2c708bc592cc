import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchesOf, epochOrder, evenOrder, prefetch } from "./batches.ts";

describe("the order of an epoch", () => {
  test("has every image once, and is the same for the same seed and epoch only", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100), fc.nat(200), (seed, epoch, count) => {
        const order = epochOrder(seed, epoch, count);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
        expect(epochOrder(seed, epoch, count)).toEqual(order);
      }),
    );
    expect(epochOrder(1, 1, 100)).not.toEqual(epochOrder(1, 2, 100));
    expect(epochOrder(1, 1, 100)).not.toEqual(epochOrder(2, 1, 100));
  });

  test("in batches is the same order, the last one smaller", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 30 }), (count, batchSize) => {
        const order = epochOrder(1, 1, count);
        const batches = batchesOf(order, batchSize);
        expect(batches.flatMap((batch) => [...batch])).toEqual([...order]);
        expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
      }),
    );
    expect(() => batchesOf(new Uint32Array(3), 0)).toThrow("internal");
  });
});

describe("an even order", () => {
  const labelled = fc.array(fc.nat(4), { minLength: 1, maxLength: 120 });

  test("has as many places as there are images, and every class as often, but for one", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100), labelled, (seed, epoch, labels) => {
        const order = evenOrder(seed, epoch, labels);
        expect(order).toHaveLength(labels.length);
        const counts = new Map([...new Set(labels)].map((label) => [label, 0]));
        for (const at of order) counts.set(labels[at]!, counts.get(labels[at]!)! + 1);
        expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
        expect(evenOrder(seed, epoch, labels)).toEqual(order);
      }),
    );
  });

  test("sees all of a class before it sees one of it again", () => {
    fc.assert(
      fc.property(fc.nat(), labelled, (seed, labels) => {
        const times = new Uint32Array(labels.length);
        for (const at of evenOrder(seed, 1, labels)) times[at]! += 1;
        for (const label of new Set(labels)) {
          const own = [...times].filter((_, at) => labels[at] === label);
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("is another one in another epoch, and shows all of a large class in time", () => {
    const labels = [...Array(90).fill(0), ...Array(10).fill(1)];
    expect(evenOrder(1, 1, labels)).not.toEqual(evenOrder(1, 2, labels));
    const seen = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((epoch) => [...evenOrder(1, epoch, labels)]));
    expect(seen.size).toBeGreaterThan(97);
  });
});

describe("prefetch", () => {
  /** Tasks that note when they start and end, later ones faster. */
  function tasks(count: number, running = { now: 0, most: 0, started: 0 }, breaksAt = -1) {
    const work = async (i: number) => {
      running.started++;
      running.most = Math.max(running.most, ++running.now);
      await new Promise((resolve) => setTimeout(resolve, i % 2 ? 1 : 4));
      running.now--;
      if (i === breaksAt) throw new Error(`task ${i}`);
      return i;
    };
    return { running, list: Array.from({ length: count }, (_, i) => () => work(i)) };
  }

  test("yields in order and keeps the stated number under way", async () => {
    for (const ahead of [1, 3, 50]) {
      const { list, running } = tasks(12);
      const got: number[] = [];
      for await (const item of prefetch(list, ahead)) got.push(item);
      expect(got).toEqual([...Array(12).keys()]);
      expect(running.most).toBe(Math.min(ahead, 12));
    }
  });

  test("runs no further ahead of a slow consumer than stated", async () => {
    const { list, running } = tasks(30);
    let taken = 0;
    for await (const _ of prefetch(list, 4)) {
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 3));
      expect(running.started - taken).toBeLessThanOrEqual(4);
    }
    expect(taken).toBe(30);
  });

  test("draws from its source no earlier than needed", async () => {
    let drawn = 0;
    function* endless() {
      for (;;) yield async () => drawn++;
    }
    for await (const item of prefetch(endless(), 2)) if (item === 5) break;
    expect(drawn).toBeLessThanOrEqual(8);
  });

  test("stops at an error, in its turn, and leaves nothing running", async () => {
    const { list, running } = tasks(20, undefined, 3);
    const got: number[] = [];
    const all = (async () => {
      for await (const item of prefetch(list, 4)) got.push(item);
    })();
    await expect(all).rejects.toThrow("task 3");
    expect(got).toEqual([0, 1, 2]);
    expect(running.now).toBe(0);
    expect(running.started).toBeLessThan(9);
  });

  test("leaves nothing running when the consumer leaves", async () => {
    const { list, running } = tasks(20);
    for await (const item of prefetch(list, 5)) if (item === 2) break;
    expect(running.now).toBe(0);
    expect(running.started).toBeLessThan(9);
  });
});
