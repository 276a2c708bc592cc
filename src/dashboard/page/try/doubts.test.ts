import { expect, test } from "vitest";
import { smallestShare } from "../../../head/kept-numbers.ts";
import { doubtsFor } from "./doubts.ts";

test.each([
  [0, {}],
  [10, {}],
  [19, { reject: 0.05, coverage: 0.95 }],
  [63, { reject: 0.02, coverage: 0.95 }],
  [102, { reject: 0.01, coverage: 0.95 }],
  [5000, { reject: 0.01, coverage: 0.95 }],
])("with %i pictures held back", (heldBack, doubts) => expect(doubtsFor(heldBack)).toEqual(doubts));

test("never more is asked for than a model can promise", () => {
  for (let heldBack = 0; heldBack < 3000; heldBack++) {
    const { reject, coverage } = doubtsFor(heldBack);
    if (reject !== undefined) expect(reject).toBeGreaterThanOrEqual(smallestShare(heldBack));
    if (coverage !== undefined) expect(1 - coverage).toBeGreaterThanOrEqual(smallestShare(heldBack) - 1e-9);
  }
});
