import { describe, expect, test } from "vitest";
import { prefetch } from "./batches.ts";
import { readAhead } from "./read-ahead.ts";

const sizeOf = (item: { readonly sizeBytes: number }) => item.sizeBytes;

/** A depth after results of a size were taken, each of them waited for or not. */
function depthAfter(most: number, sizeBytes: number, waits: readonly boolean[]) {
  const depth = readAhead(sizeOf, most);
  for (const waited of waits) depth.taken({ sizeBytes }, waited);
  return depth.now();
}

describe("how far is read ahead", () => {
  test("is two at first, and while nobody waits", () => {
    expect(readAhead(sizeOf, 1000).now()).toBe(2);
    expect(depthAfter(1000, 10, [true, false, false, false])).toBe(2);
  });

  test("grows with each wait that follows on none", () => {
    expect(depthAfter(1000, 10, [true, false, true, false, true, false])).toBe(4);
  });

  test("does not grow where every one is waited for, since no line would help", () => {
    expect(depthAfter(1000, 10, Array(50).fill(true))).toBe(2);
  });

  test("stays within its bytes by the largest seen, but never below two", () => {
    const hiccups = Array.from({ length: 100 }, (_, i) => i % 2 === 1);
    expect(depthAfter(1000, 100, hiccups)).toBe(10);
    expect(depthAfter(1000, 900, hiccups)).toBe(2);
    const depth = readAhead(sizeOf, 1000);
    for (const waited of hiccups) depth.taken({ sizeBytes: 100 }, waited);
    depth.taken({ sizeBytes: 300 }, false);
    expect(depth.now()).toBe(3);
  });
});

describe("a decoder that is slow now and then", () => {
  /** Decodes one batch after the other; every seventh takes as long as eight. */
  function decoder(count: number, sizeBytes: number) {
    const memory = { held: 0, most: 0 };
    let line = Promise.resolve();
    const tasks = Array.from({ length: count }, (_, i) => () => {
      memory.held += sizeBytes;
      memory.most = Math.max(memory.most, memory.held);
      line = line.then(() => new Promise((resolve) => setTimeout(resolve, i % 7 === 6 ? 16 : 2)));
      return line.then(() => ({ i, sizeBytes }));
    });
    return { memory, tasks };
  }

  test("fills no more memory than it may, and its batches come in order", async () => {
    const { memory, tasks } = decoder(80, 10);
    const got: number[] = [];
    for await (const { i, sizeBytes } of prefetch(tasks, readAhead(sizeOf, 60))) {
      got.push(i);
      memory.held -= sizeBytes;
      await new Promise((resolve) => setTimeout(resolve, 5)); // the engine
    }
    expect(got).toEqual([...Array(80).keys()]);
    expect(memory.most).toBeGreaterThan(20); // further ahead than two
    expect(memory.most).toBeLessThanOrEqual(60);
  });

  test("does not grow a line for an engine that waits for every batch", async () => {
    const { memory, tasks } = decoder(30, 10);
    for await (const { sizeBytes } of prefetch(tasks, readAhead(sizeOf, 1000))) memory.held -= sizeBytes;
    expect(memory.most).toBeLessThanOrEqual(40);
  });
});
