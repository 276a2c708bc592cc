import { describe, expect, test } from "vitest";
import { clicked, nothingChosen, pressed, type Selection, stillThere } from "./selection.ts";

const ids = [10, 11, 12, 13, 14, 15, 16];
const plain = { ctrl: false, shift: false };
const ctrl = { ctrl: true, shift: false };
const shift = { ctrl: false, shift: true };
const chosen = ({ chosen }: Selection) => [...chosen].sort();
const pressedOn = (keys: readonly (readonly [string, typeof plain])[], from = nothingChosen) =>
  keys.reduce((selection, [key, held]) => pressed(key, selection, ids, { columns: 3, ...held })!, from);

describe("a click", () => {
  const one = clicked(nothingChosen, 2, ids, plain);

  test("chooses one picture and lets go of the others", () => {
    expect(chosen(one)).toEqual([12]);
    expect(chosen(clicked(one, 4, ids, plain))).toEqual([14]);
  });

  test("with Ctrl chooses one more, and lets go of one that is chosen", () => {
    const two = clicked(one, 4, ids, ctrl);
    expect(chosen(two)).toEqual([12, 14]);
    expect(chosen(clicked(two, 2, ids, ctrl))).toEqual([14]);
  });

  test("with Shift chooses the stretch from the last one, in either direction", () => {
    expect(chosen(clicked(one, 4, ids, shift))).toEqual([12, 13, 14]);
    expect(chosen(clicked(one, 0, ids, shift))).toEqual([10, 11, 12]);
    expect(chosen(clicked(clicked(one, 4, ids, shift), 1, ids, shift))).toEqual([11, 12]);
  });

  test("with both adds a stretch", () => {
    const other = clicked(one, 5, ids, ctrl);
    expect(chosen(clicked(other, 6, ids, { ctrl: true, shift: true }))).toEqual([12, 15, 16]);
  });
});

describe("a key", () => {
  test("of direction moves and chooses nothing", () => {
    const moved = pressedOn([
      ["ArrowRight", plain],
      ["ArrowDown", plain],
    ]);
    expect([moved.at, chosen(moved)]).toEqual([4, []]);
  });

  test("does not lead out of the grid", () => {
    for (const key of ["ArrowLeft", "ArrowUp"]) expect(pressedOn([[key, plain]]).at).toBe(0);
    for (const key of ["ArrowRight", "ArrowDown"])
      expect(pressedOn([[key, plain]], { ...nothingChosen, at: 6 }).at).toBe(6);
    expect(pressedOn([["End", plain]]).at).toBe(6);
  });

  test("Space chooses and lets go", () => {
    expect(chosen(pressedOn([[" ", plain]]))).toEqual([10]);
    expect(
      chosen(
        pressedOn([
          [" ", plain],
          [" ", plain],
        ]),
      ),
    ).toEqual([]);
  });

  test("with Shift chooses on the way", () => {
    expect(
      chosen(
        pressedOn([
          ["ArrowRight", plain],
          ["ArrowDown", shift],
        ]),
      ),
    ).toEqual([11, 12, 13, 14]);
  });

  test("Ctrl and A choose all", () => expect(chosen(pressedOn([["a", ctrl]]))).toEqual(ids));

  test("that means nothing changes nothing", () => {
    expect(pressed("x", nothingChosen, ids, { columns: 3, ...plain })).toBe(null);
  });
});

test("what has left the grid is not chosen any more, and the keyboard stays inside", () => {
  const left = stillThere({ chosen: new Set([10, 16]), at: 6, anchor: 6 }, [10, 11]);
  expect([chosen(left), left.at, left.anchor]).toEqual([[10], 1, 1]);
  expect(stillThere(left, []).at).toBe(0);
});
