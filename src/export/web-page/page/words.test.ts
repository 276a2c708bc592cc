import { describe, expect, test } from "vitest";
import { cameraProblem, megabytes, percent, problems, ranked, seconds } from "./words.js";

test.each([
  [0, "0.0 %"],
  [1e-7, "< 0.1 %"],
  [0.000499, "< 0.1 %"],
  [0.0005, "0.1 %"],
  [0.12345, "12.3 %"],
  [0.9994, "99.9 %"],
  [0.9996, "> 99.9 %"],
  [1, "100.0 %"],
])("%d is written %s", (share, text) => expect(percent(share)).toBe(text));

test("sizes and times are short", () => {
  expect(megabytes(85_300_000)).toBe("85.3 MB");
  expect(seconds(421)).toBe("0.42 s");
  expect(seconds(12_040)).toBe("12.0 s");
});

describe("classes are ranked", () => {
  test("the most probable first", () => {
    expect(ranked(["a", "b", "c"], Float32Array.of(0.25, 0.5, 0.25))).toEqual([
      { name: "b", probability: 0.5 },
      { name: "a", probability: 0.25 },
      { name: "c", probability: 0.25 },
    ]);
  });

  test("and two of one name stay two", () => expect(ranked(["a", "a"], [0.5, 0.5])).toHaveLength(2));
});

test.each([
  ["NotAllowedError", problems.cameraRefused],
  ["NotFoundError", problems.noCamera],
  ["NotReadableError", problems.cameraBusy],
])("%s of a camera is said in words", (name, text) => {
  expect(cameraProblem(new DOMException("Permission denied by system", name))).toBe(text);
});

test("another error of a camera gives its reason", () => {
  expect(cameraProblem(new Error("Out of cables."))).toBe("The camera did not start: Out of cables.");
});
