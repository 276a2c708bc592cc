import { describe, expect, test } from "vitest";
import { inBatches } from "./in-batches.ts";

/** Batches that end when told to, each item coming back as its square. */
function stepwise(limit: number) {
  const begun: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const add = inBatches<number, number>(limit, (items) => {
    begun.push(items);
    return new Promise((resolve, reject) => {
      ends.push(() => (items.includes(13) ? reject(new Error("unlucky")) : resolve(items.map((item) => item * item))));
    });
  });
  const endOne = async () => {
    ends.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { add, begun, endOne };
}

describe("items that come one by one", () => {
  test("do not wait while nothing is under way, and gather while something is", async () => {
    const { add, begun, endOne } = stepwise(3);
    const results = [1, 2, 3, 4, 5].map((item) => add(item));
    expect(begun).toEqual([[1]]);
    await endOne();
    expect(begun).toEqual([[1], [2, 3, 4]]);
    await endOne();
    expect(begun).toEqual([[1], [2, 3, 4], [5]]);
    await endOne();
    expect(await Promise.all(results)).toEqual([1, 4, 9, 16, 25]);
    void add(6);
    expect(begun.at(-1)).toEqual([6]);
  });

  test("go wrong with their batch alone", async () => {
    const { add, begun, endOne } = stepwise(2);
    const results = Promise.allSettled([1, 13, 3, 4].map((item) => add(item)));
    for (let batch = 0; batch < 3; batch++) await endOne();
    expect(begun).toEqual([[1], [13, 3], [4]]);
    expect((await results).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  });

  test("leave the line when nobody waits for them any more", async () => {
    const { add, begun, endOne } = stepwise(2);
    const gone = new AbortController();
    const results = Promise.allSettled([add(1), add(2, gone.signal), add(3), add(4)]);
    gone.abort(new Error("gone"));
    await endOne();
    await endOne();
    expect(begun).toEqual([[1], [3, 4]]);
    expect((await results)[1]).toMatchObject({ status: "rejected", reason: { message: "gone" } });
  });
});
