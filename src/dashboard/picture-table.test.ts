import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Correction } from "./api.ts";
import { type PictureQuery, pictureTable } from "./picture-table.ts";

const picture = (name: string, own: string, split: "train" | "validation") => ({
  name,
  class: own,
  split,
  hash: `#${name}`,
});

/** Logits of ant, bee and cicada, to be divided by two. */
const answers = {
  classes: ["ant", "bee", "cicada"],
  temperature: 2,
  pictures: [
    picture("sure", "ant", "train"),
    picture("mixed up", "bee", "validation"),
    picture("unsure", "cicada", "train"),
    picture("a little wrong", "ant", "validation"),
  ],
  logits: Float32Array.of(8, 0, 0, 6, 0, 2, 0, 1, 2, 0, 1, 0),
};
const table = pictureTable(answers, [
  { name: "mixed up", truth: "bee", suggested: "ant", confidence: 0.01, margin: 0.02 },
  { name: "sure", truth: "ant", suggested: "bee", confidence: 0.3, margin: 0.4 },
]);
const corrections = new Map<string, Correction>([["#unsure", { kind: "excluded" }]]);
const names = (query: Partial<PictureQuery>) =>
  table.list({ offset: 0, limit: 100, ...query }, corrections).pictures.map(({ name }) => name);

describe("the table of pictures", () => {
  test("says of each what the network says, at the temperature of the model", () => {
    const row = table.row(1, corrections);
    const [ant, bee, cicada] = [Math.exp(3), Math.exp(0), Math.exp(1)];
    expect(row).toMatchObject({ id: 1, class: "bee", said: "ant", suspect: "ant", correction: null });
    expect(row.probability).toBeCloseTo(ant! / (ant! + bee! + cicada!), 12);
    expect(row.probabilityOfClass).toBeCloseTo(bee! / (ant! + bee! + cicada!), 12);
    expect(table.row(2, corrections).correction).toEqual({ kind: "excluded" });
  });

  test.each([
    [{}, ["sure", "mixed up", "unsure", "a little wrong"]],
    [{ only: "wrong" }, ["mixed up", "a little wrong"]],
    [{ only: "right" }, ["sure", "unsure"]],
    [{ only: "suspect" }, ["sure", "mixed up"]],
    [{ only: "corrected" }, ["unsure"]],
    [{ split: "validation", class: "ant" }, ["a little wrong"]],
    [{ class: "bee", said: "ant" }, ["mixed up"]],
    [{ sort: "most wrong" }, ["mixed up", "a little wrong", "unsure", "sure"]],
    [{ sort: "least sure" }, ["a little wrong", "unsure", "mixed up", "sure"]],
    [{ sort: "suspect" }, ["mixed up", "sure", "a little wrong", "unsure"]],
  ] as const)("asked for %j gives %j", (query, expected) => expect(names(query)).toEqual(expected));

  test("in pages is the table", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom("order", "most wrong", "suspect" as const),
        (limit, sort) => {
          const pages = [0, 1, 2, 3].flatMap((page) => names({ sort: sort as "order", offset: page * limit, limit }));
          expect(pages).toEqual(names({ sort: sort as "order" }));
        },
      ),
    );
    expect(table.list({ offset: 2, limit: 1 }, corrections).total).toBe(4);
  });
});
