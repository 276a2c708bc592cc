import { describe, expect, test } from "vitest";
import { groupPattern } from "./group-pattern.ts";

describe("a level of folders", () => {
  test("is all of the name up to it, so that folders of one name in two classes are two groups", () => {
    const groupOf = groupPattern("2");
    expect(groupOf("cat/tom/1.jpg")).toBe("cat/tom");
    expect(groupOf("cat/tom/old/1.jpg")).toBe("cat/tom");
    expect(groupOf("cat/1.jpg")).toBeUndefined();
  });
});

describe("a pattern", () => {
  test("makes one group of all names in which its brackets match the same", () => {
    const groupOf = groupPattern("([^/]+)-[^/]*$");
    expect(groupOf("cat/patient7-a.jpg")).toBe("patient7");
    expect(groupOf("dog/patient7-b.jpg")).toBe("patient7");
    expect(groupOf("cat/1.jpg")).toBeUndefined();
  });

  test.each(["(", "cat", "(a)(b)", "(?:a)", "0"])("%j is none, and the fix says how to write one", (text) => {
    expect(() => groupPattern(text)).toThrow(/^options\/group-by: .*\n.*--group-by "/);
  });

  test("may have brackets that only hold together", () => {
    expect(groupPattern("^(?:cat|dog)/(\\d+)_")("dog/12_3.png")).toBe("12");
  });
});
