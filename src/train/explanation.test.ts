import { expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { frameOf } from "./explanation.ts";

test("a map lies over the middle square, less what the crop takes", () => {
  const whole = { ...inceptionInput, size: 100, crop: 1 };
  expect(frameOf(200, 100, whole)).toEqual({ left: 0.25, top: 0, right: 0.75, bottom: 1 });
  expect(frameOf(100, 400, whole)).toEqual({ left: 0, top: 0.375, right: 1, bottom: 0.625 });
  expect(frameOf(50, 50, { ...whole, size: 90, crop: 0.9 })).toEqual({
    left: 0.05,
    top: 0.05,
    right: 0.95,
    bottom: 0.95,
  });
});
