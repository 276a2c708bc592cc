import { describe, expect, test } from "vitest";
import { fileAt } from "../data/locator.ts";
import type { Feed } from "./feed.ts";
import { type Lesson, type LessonPlan, lessonsOf } from "./lessons.ts";

const train = Array.from({ length: 11 }, (_, i) => {
  return { locator: fileAt(`/photos/${i}`), name: `${i}`, label: i < 9 ? 0 : 1, hash: `${i}` };
});

/** Says where it was asked for which images. */
const feed: Feed = {
  learning: async (_, { epoch, step }) => ({ feeds: { image: Uint8Array.of(epoch, step) }, ownShare: 1 }),
  judging: async () => ({}),
};

function plan(changes: Partial<LessonPlan> = {}): LessonPlan {
  const config = { seed: 3, batchSize: 4, balance: "none" } as const;
  return { config, stage: { epochs: 3, unfreeze: "none" }, train, feed, epochsBefore: 5, ...changes };
}

async function all(lessons: AsyncGenerator<Lesson>): Promise<readonly Lesson[]> {
  const list: Lesson[] = [];
  for await (const lesson of lessons) list.push(lesson);
  return list;
}

const beginning = { epoch: 1, step: 0 };
const told = (lessons: readonly Lesson[]) =>
  lessons.map(({ images, feeds }) => ({ images: images.map(({ name }) => name), place: [...feeds.image!] }));

describe("the lessons of a stage", () => {
  test("are every image once an epoch, under the number of the epoch in the run", async () => {
    const lessons = told(await all(lessonsOf(plan(), beginning)));
    expect(lessons.map(({ place }) => place)).toEqual(
      [6, 7, 8].flatMap((epoch) => [0, 1, 2].map((step) => [epoch, step])),
    );
    for (const epoch of [0, 1, 2]) {
      const names = lessons.slice(epoch * 3, epoch * 3 + 3).flatMap(({ images }) => images);
      expect([...names].sort()).toEqual(train.map(({ name }) => name).sort());
    }
  });

  test("go on from any place as if they had not been left", async () => {
    const whole = told(await all(lessonsOf(plan(), beginning)));
    for (const [done, from] of [
      [1, { epoch: 1, step: 1 }],
      [3, { epoch: 1, step: 3 }],
      [5, { epoch: 2, step: 2 }],
      [9, { epoch: 4, step: 0 }],
    ] as const)
      expect(told(await all(lessonsOf(plan(), from)))).toEqual(whole.slice(done));
  });

  test("show all classes as often where the head alone learns and that is asked for", async () => {
    const config = { ...plan().config, balance: "sampling" } as const;
    const share = async (unfreeze: string) => {
      const lessons = await all(lessonsOf(plan({ config, stage: { epochs: 2, unfreeze } }), beginning));
      return lessons.flatMap(({ images }) => images).filter(({ label }) => label === 1).length;
    };
    expect([10, 11, 12]).toContain(await share("none"));
    expect(await share("1 block")).toBe(4);
  });

  test("are made ready no further ahead than needed", async () => {
    let asked = 0;
    const counting: Feed = {
      ...feed,
      learning: async () => ({ feeds: { image: Uint8Array.of(asked++) }, ownShare: 1 }),
    };
    const lessons = lessonsOf(plan({ feed: counting, stage: { epochs: 1000, unfreeze: "none" } }), beginning);
    for (let i = 0; i < 5; i++) await lessons.next();
    await lessons.return(undefined);
    expect(asked).toBeLessThan(12);
  });
});
