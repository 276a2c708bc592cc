import { describe, expect, test } from "vitest";
import { chosenOn, type Judgement, judgedWay, type WayPoint } from "./way-back.ts";

const [start, end] = [0, 10].map((value) => new Map([["w", Float32Array.of(value, -value)]]));

async function walked(judge: (at: number) => Judgement) {
  const points = judgedWay(start!, end!, async (parameters) => judge(parameters.get("w")![0]!));
  const told: WayPoint[] = [];
  for (let next = await points.next(); ; next = await points.next()) {
    if (next.done) return { told, way: next.value };
    told.push(next.value);
  }
}

/** The best accuracy lies in the middle; forgetting grows with the square of the way. */
const hill = (at: number): Judgement => ({ accuracy: 1 - ((at - 6) / 10) ** 2, forgotten: (at / 10) ** 2 });

describe("the way back", () => {
  test("is judged at eleven points from beginning to end, with the parameters between", async () => {
    const seen: number[] = [];
    const { told, way } = await walked((at) => {
      seen.push(at);
      return hill(at);
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(way.map(({ share }) => share)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(told).toEqual(way);
  });

  test.each([
    [null, 1],
    [1, 0.6],
    [0.17, 0.4],
    [0.0099, 0],
    [0, 0],
  ])("with a limit of %s it is gone to %s", async (most, share) => {
    const { way } = await walked(hill);
    expect(chosenOn(way, most).share).toBe(share);
  });

  test("the beginning is taken where even that has forgotten too much", async () => {
    const { way } = await walked(() => ({ accuracy: 1, forgotten: 0.5 }));
    expect(chosenOn(way, 0.2).share).toBe(0);
  });

  test("neither end is changed", () => {
    expect([...start!.get("w")!, ...end!.get("w")!]).toEqual([0, -0, 10, -10]);
  });
});
