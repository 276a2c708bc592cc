import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { clearingText, infoText, verificationText } from "./cache.ts";
import { terminalOf } from "./terminal.ts";

const { style: plain } = terminalOf({}, {});
const folder = resolve("/home/user/cache/trunk");

describe("what the cache says in words", () => {
  test("lists its spaces and how full it is", () => {
    const space = {
      rows: 1234,
      shards: 2,
      sizeBytes: 7.6e6,
      usedAt: "2026-01-31T12:34:56.000Z",
      inUse: true,
      name: "x",
    };
    const about = { boundary: "mixed_7b", dtype: "float16", pixels: JSON.stringify({ format: { size: 299 } }) };
    const unknown = { ...space, about: {}, usedAt: null, inUse: false };
    const spaces = [{ ...space, about }, unknown];
    expect(infoText({ folder, sizeBytes: 15.2e6, limitBytes: 50e9, spaces }, plain)).toEqual([
      "Last used (UTC)   what ran                   pixels  kept as   rows    size",
      "2026-01-31 12:34  everything up to mixed_7b     299  float16  1,234  7.6 MB  in use",
      "-                 -                               -  -        1,234  7.6 MB",
      "",
      `15.2 MB of at most 50.0 GB in ${folder}`,
    ]);
    expect(infoText({ folder, sizeBytes: 0, limitBytes: 5e6, spaces: [] }, plain)).toEqual([
      `0 bytes of at most 5.0 MB in ${folder}`,
    ]);
  });

  test("names what was damaged", () => {
    const found = { folder, shards: 2, rows: 10, sizeBytes: 60, damaged: [] };
    expect(verificationText(found)).toEqual([`All is as it was written: 10 rows in 2 shards, 60 bytes, in ${folder}`]);
    const path = join(folder, "a", "b.rows");
    expect(verificationText({ ...found, damaged: [{ path, reason: "its rows are gone" }] })[2]).toBe(
      `  ${path}: its rows are gone`,
    );
  });

  test("says what was removed and what a run still uses", () => {
    const cleared = { folder, removedShards: 1, removedBytes: 60, leftBytes: 0, spacesInUse: 0 };
    expect(clearingText(cleared)).toEqual([`Removed 1 shard, 60 bytes, from ${folder}`]);
    expect(clearingText({ ...cleared, leftBytes: 9, spacesInUse: 1 })[1]).toBe(
      "Left is 9 bytes, since a run is using it",
    );
  });
});
