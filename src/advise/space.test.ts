import { expect, test } from "vitest";
import { resolveConfig } from "../train/resolve.ts";
import { epochsFor, spaceOf } from "./space.ts";

const around = { folder: "/home", today: "2026-01-31", cores: 2, exists: () => false };

test("epochs follow the pictures: about as many steps for all, within limits", () => {
  expect([30, 400, 700, 100_000].map((images) => epochsFor(images, 32))).toEqual([20, 20, 12, 8]);
});

test("the adviser looks from few blocks to nearly all, at three rates, in two rungs", () => {
  expect(spaceOf(resolveConfig({ data: "photos" }, around), 700)).toEqual({
    unfreeze: ["from mixed_7b", "from mixed_6b", "from mixed_5a", "from mixed_4a"],
    learningRates: [1e-3, 3e-4, 3e-3],
    rungs: [2, 12],
    grid: false,
  });
});

test("with few pictures the first rung has as many epochs as twenty steps take", () => {
  expect(spaceOf(resolveConfig({ data: "photos" }, around), 40).rungs).toEqual([10, 20]);
});

test("who tunes by hand gets what is named, and the usual where nothing is", () => {
  const tuned = resolveConfig({ data: "photos", unfreeze: "all,2 blocks", epochs: [1, 5] }, around, "tune");
  expect(spaceOf(tuned, 700)).toEqual({
    ...{ unfreeze: ["all", "2 blocks"], learningRates: [1e-3], rungs: [1, 5], grid: true },
  });
});
