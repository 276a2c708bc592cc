import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeManifest, encodeManifest } from "./cache-shard.ts";

const key = fc.string({ unit: "grapheme", maxLength: 20 });
const manifests = fc.record({
  shard: fc.constant("0c1e"),
  rowBytes: fc.constant(8),
  sha256: fc.constant("ab".repeat(32)),
  rows: fc.array(key, { maxLength: 10 }),
});

describe("a manifest", () => {
  test("reads back as it was written", () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(decodeManifest(encodeManifest(manifest), "0c1e", 8)).toEqual(manifest);
      }),
    );
  });

  test("is refused after any change of a byte, at any length, and for any other shard", () => {
    const bytes = encodeManifest({ shard: "0c1e", rowBytes: 8, sha256: "ab".repeat(32), rows: ["a", "\ufffd", "ä"] });
    for (const at of bytes.keys()) {
      for (const flip of [1, 0x20, 0x80, 0xff]) {
        const damaged = Uint8Array.from(bytes);
        damaged[at]! ^= flip;
        expect(decodeManifest(damaged, "0c1e", 8)).toBeUndefined();
      }
      expect(decodeManifest(bytes.subarray(0, at), "0c1e", 8)).toBeUndefined();
    }
    expect(decodeManifest(bytes, "0c1f", 8)).toBeUndefined();
    expect(decodeManifest(bytes, "0c1e", 16)).toBeUndefined();
  });

  test("is not found in random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeManifest(bytes, "0c1e", 8) === undefined),
    );
  });
});
