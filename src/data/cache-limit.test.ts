import { describe, expect, test } from "vitest";
import { cacheLimitOf, defaultLimit } from "./cache-limit.ts";
import { fileStorage, type Storage } from "./storage.ts";

describe("how large the cache may become", () => {
  test("says the option, then the environment, and only then the disk", () => {
    const environment = { REINCEPTION_CACHE_LIMIT: "1.5 gb" };
    expect(cacheLimitOf("200MB", environment)).toBe(200e6);
    expect(cacheLimitOf(1234, environment)).toBe(1234);
    expect(cacheLimitOf(undefined, environment)).toBe(1.5e9);
    expect(cacheLimitOf(undefined, {})).toBeUndefined();
    expect(cacheLimitOf(undefined, { REINCEPTION_CACHE_LIMIT: "" })).toBeUndefined();
  });

  test("is refused in the environment where it is no size, with a line that can be typed", () => {
    expect(() => cacheLimitOf(undefined, { REINCEPTION_CACHE_LIMIT: "plenty" })).toThrow(
      /^options\/environment: .* is "plenty", .*\n.*export REINCEPTION_CACHE_LIMIT=20GB$/,
    );
  });

  test("is half of what the disk has for it, kept rows included, and 50 GB at most", async () => {
    const disk = (freeBytes: number, keptBytes: number): Storage => ({
      ...fileStorage,
      freeBytes: async () => freeBytes,
      list: async (folder) => (folder === "cache" ? ["a".repeat(64)] : ["used"]),
      stat: async () => ({ sizeBytes: keptBytes, changedMs: 0 }),
    });
    expect(await defaultLimit(disk(10e9, 4e9), "cache")).toBe(7e9);
    expect(await defaultLimit(disk(900e9, 4e9), "cache")).toBe(50e9);
    expect(await defaultLimit(disk(0, 0), "cache")).toBe(0);
  });
});
