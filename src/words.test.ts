import { describe, expect, test } from "vitest";
import {
  clockTime,
  count,
  counted,
  firstOf,
  lossText,
  macs,
  percent,
  percentWithin,
  printable,
  sizeInBytes,
  whatLearns,
} from "./words.ts";

describe("words", () => {
  test("for shares", () => {
    expect(percent(0.875)).toBe("87.5 %");
    expect(percent(1)).toBe("100.0 %");
    expect(percentWithin(0.875, [0.8213, 0.9161])).toBe("87.5 % (82.1 to 91.6)");
  });

  test("for numbers", () => {
    expect([0, 999, 1000, 4949376].map(count)).toEqual(["0", "999", "1,000", "4,949,376"]);
    expect([1, 2].map((value) => counted(value, "class", "classes"))).toEqual(["1 class", "2 classes"]);
    expect([7690, 1_320_000, 12_252_438_624].map(macs)).toEqual(["7,690", "1.32 M", "12.3 G"]);
    expect([512, 6144, 5_500_000, 2e9].map(sizeInBytes)).toEqual(["512 bytes", "6.1 kB", "5.5 MB", "2.0 GB"]);
    expect([0.0123, 2.5, 1234.56].map(lossText)).toEqual(["0.012", "2.500", "1235"]);
  });

  test("for times", () => {
    expect([0, 9.4, 59.6, 750, 3900, -1].map(clockTime)).toEqual(["0:00", "0:09", "1:00", "12:30", "1:05:00", "0:00"]);
  });

  test("for many names", () => {
    expect(firstOf(["a", "b", "c"], 3)).toBe("a, b, c");
    expect(firstOf(["a", "b", "c"], 1)).toBe("a and 2 more");
  });

  test("never steer the terminal", () => {
    expect(printable("a\u001b[2Jb\nc\u202ed")).toBe("a\ufffd[2Jb\ufffdc\ufffdd");
    expect(printable("Füchse 狐.jpg")).toBe("Füchse 狐.jpg");
  });
});

test("what learns is said in words", () => {
  expect(["none", "all", "2 blocks", "from mixed_7b"].map(whatLearns)).toEqual([
    "the head",
    "the whole network",
    "the head and the last 2 blocks",
    "everything from mixed_7b on",
  ]);
});
