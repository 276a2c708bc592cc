import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CorrectionChange, correctionLine, parseCorrections } from "../data/corrections.ts";
import type { AnsweredPicture } from "./answers-file.ts";
import { answersOf, refitRows } from "./refit-rows.ts";
import { imageLines } from "./run-images.ts";

const classes = ["ant", "bee"];
const hashOf = (i: number) => i.toString(16).padStart(64, "0");
const pictures: readonly AnsweredPicture[] = Array.from({ length: 12 }, (_, i) => ({
  name: `${classes[i % 2]}/${i}.png`,
  class: classes[i % 2]!,
  split: i < 8 ? "train" : i < 10 ? "validation" : "test",
  hash: hashOf(i),
}));

function said(changes: readonly (readonly [number, CorrectionChange["correction"]])[]) {
  const lines = changes.map(([i, correction]) =>
    correctionLine({ at: "2026", pictures: [{ hash: hashOf(i), name: "" }], correction }),
  );
  const { pictures: held } = parseCorrections(lines.join(""), "data.corrections.jsonl");
  return { files: ["data.corrections.jsonl"], pictures: held, last: null };
}

const change = fc.tuple(
  fc.integer({ min: 4, max: 11 }), // the first four stay, so that there is always something to learn from
  fc.oneof(
    fc.constantFrom(...classes).map((name) => ({ kind: "class" as const, class: name })),
    fc.constantFrom("train" as const, "validation" as const).map((side) => ({ kind: "side" as const, side })),
    fc.constant(null),
  ),
);
const keep = [3, { kind: "side", side: "validation" }] as const; // and something to check on
const changes = fc.array(change, { maxLength: 10 }).map((some) => [keep, ...some]);

/** As the new run writes its pictures down and another refit reads them. */
const again = (data: ReturnType<typeof refitRows>["data"]) =>
  [...imageLines(data)].map((line) => JSON.parse(line) as AnsweredPicture).filter((line) => "hash" in line);

describe("the pictures of a refit", () => {
  test("have the class and the side that was said last, and else those that they had", () => {
    fc.assert(
      fc.property(changes, (all) => {
        const corrections = said(all);
        const { data } = refitRows({ pictures, classes }, corrections, []);
        for (const side of ["train", "validation", "test"] as const)
          for (const { row, label } of data[side]) {
            const own = corrections.pictures.get(hashOf(row));
            expect(side).toBe(own?.side ?? pictures[row]!.split);
            expect(classes[label]).toBe(own?.class ?? pictures[row]!.class);
          }
        expect(data.train.length + data.validation.length + data.test.length).toBe(12);
      }),
    );
  });

  test("of a refit are those of the first run: what was taken back since is gone", () => {
    fc.assert(
      fc.property(changes, changes, (first, second) => {
        const { data: refitted } = refitRows({ pictures, classes }, said(first), []);
        const lines = again(refitted);
        const { data } = refitRows({ pictures: lines, classes }, said(second), []);
        const direct = refitRows({ pictures, classes }, said(second), []).data;
        const named = (of: typeof data) =>
          Object.fromEntries(
            (["train", "validation", "test"] as const).map((side) => [
              side,
              of[side].map(({ name, label }) => `${name} ${label}`).sort(),
            ]),
          );
        expect(named(data)).toEqual(named(direct));
        expect(data.fingerprint).toBe(direct.fingerprint);
      }),
    );
  });

  test("leave out what is excluded, by name and with the reason, and the answers follow", () => {
    const { data, corrections } = refitRows({ pictures, classes }, said([[0, { kind: "excluded" }]]), []);
    expect(corrections).toMatchObject({ excluded: 1, relabelled: 0, moved: 0, missing: 0 });
    expect(data.skipped).toEqual([{ path: "ant/0.png", reason: "excluded by data.corrections.jsonl" }]);
    const numbers = {
      logits: Float32Array.from({ length: 24 }, (_, i) => i),
      features: Float32Array.from(pictures.keys()),
    };
    const answers = { pictures, classes, ...numbers, temperature: 1, unit: 1 };
    expect([...answersOf(answers, data.validation).features]).toEqual([8, 9]);
    expect([...answersOf(answers, data.train).logits.subarray(0, 2)]).toEqual([2, 3]);
  });

  test.each([
    ["corrections/nothing-to-learn", [0, 2, 4, 6].map((i) => [i, { kind: "class", class: "bee" }] as const)],
    ["corrections/nothing-to-check", [8, 9].map((i) => [i, { kind: "side", side: "train" }] as const)],
    ["corrections/unknown-class", [[5, { kind: "class", class: "wasp" }] as const]],
  ])("are refused with %s where corrections leave too little", (code, some) => {
    expect(() => refitRows({ pictures, classes }, said(some), [])).toThrow(code);
    expect(refitRows({ pictures, classes }, undefined, []).corrections).toBeNull();
  });
});
