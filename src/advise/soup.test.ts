import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averaged, type Parameters } from "../retain/interpolate.ts";
import { greedySoup, type Ingredient } from "./soup.ts";

/** Parameters of two numbers, and how near they are to the point that would be best. */
const parametersAt = (x: number, y: number): Parameters => new Map([["w", Float32Array.of(x, y)]]);
const nearness = (parameters: Parameters) => {
  const [x, y] = parameters.get("w")!;
  return -Math.hypot(x!, y!);
};
const judge = async (parameters: Parameters) => nearness(parameters);

function ingredient(name: string, x: number, y: number): Ingredient {
  const parameters = parametersAt(x, y);
  return { name, parameters, score: nearness(parameters) };
}

describe("a greedy soup", () => {
  test("takes what goes well together, from the best on", async () => {
    // around the best point from two sides, and a third far off on one of them
    const soup = await greedySoup(
      [ingredient("far", 9, 0), ingredient("right", 2, 0), ingredient("left", -1, 0)],
      judge,
    );
    expect(soup.members).toEqual(["left", "right"]);
    expect(soup.parameters).toEqual(parametersAt(0.5, 0));
    expect(soup.score).toBe(-0.5);
  });

  test("takes one that changes nothing, as not worse is enough", async () => {
    const soup = await greedySoup([ingredient("a", 1, 0), ingredient("b", 1, 0), ingredient("c", 1, 0)], judge);
    expect(soup.members).toEqual(["a", "b", "c"]);
  });

  test("is judged one after another, once for each ingredient", async () => {
    let [asked, open] = [0, 0];
    await greedySoup(
      [1, 2, 3, 4].map((x) => ingredient(`${x}`, x, 0)),
      async (parameters) => {
        asked += 1;
        expect(++open).toBe(1);
        await Promise.resolve();
        open -= 1;
        return nearness(parameters);
      },
    );
    expect(asked).toBe(4);
  });

  const coordinate = fc.integer({ min: -8, max: 8 });
  const ingredients = fc
    .array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 })
    .map((all) => all.map(([x, y], i) => ingredient(`model ${i}`, x, y)));

  test("is the average of its members, as good as its score, and never worse than the best alone", async () => {
    await fc.assert(
      fc.asyncProperty(ingredients, async (all) => {
        const { members, parameters, score } = await greedySoup(all, judge);
        const chosen = members.map((name) => all.find((one) => one.name === name)!);
        expect(parameters).toEqual(averaged(chosen.map((one) => one.parameters)));
        expect(score).toBe(nearness(parameters));
        expect(score).toBeGreaterThanOrEqual(Math.max(...all.map((one) => one.score)));
        expect(chosen.map((one) => one.score)).toEqual(chosen.map((one) => one.score).sort((a, b) => b - a));
      }),
    );
  });

  test("begins with the best by the scores given, and asks the judge about that one too", async () => {
    // the judge sees other pictures than those that gave the scores
    const all = [
      { ...ingredient("said to be best", 4, 0), score: 1 },
      { ...ingredient("better", 1, 0), score: 0 },
    ];
    expect(await greedySoup(all, judge)).toEqual({
      members: ["said to be best", "better"],
      parameters: parametersAt(2.5, 0),
      score: -2.5,
    });
  });

  test("of nothing is a bug of ours, and what the judge throws comes out", async () => {
    await expect(greedySoup([], judge)).rejects.toThrow("internal:");
    await expect(
      greedySoup([ingredient("a", 1, 0)], async () => {
        throw new Error("stopped");
      }),
    ).rejects.toThrow("stopped");
  });
});
