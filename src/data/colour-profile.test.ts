import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isStandardRgb } from "./colour-profile.ts";

/** As much of an ICC profile as has a name: header, one tag of another kind, the description. */
function profile(text: Buffer): Buffer {
  const table = Buffer.alloc(28);
  table.writeUInt32BE(2, 0);
  table.write("wtpt", 4, "latin1");
  table.writeUInt32BE(156, 8);
  table.writeUInt32BE(0, 12);
  table.write("desc", 16, "latin1");
  table.writeUInt32BE(156, 20);
  table.writeUInt32BE(text.length, 24);
  return Buffer.concat([Buffer.alloc(128), table, text, Buffer.from("Copyright sRGB")]);
}

const version2 = (name: string) => Buffer.from(`desc\0\0\0\0\0\0\0\x12${name}\0`, "latin1");
const version4 = (name: string) => {
  const text = Buffer.from(name, "utf16le").swap16();
  return Buffer.concat([Buffer.from("mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x24\0\0\0\x1c", "latin1"), text]);
};

describe("a profile is known by its name", () => {
  test.each([
    ["sRGB IEC61966-2.1", true],
    ["sRGB", true],
    ["Display P3", false],
    ["Adobe RGB (1998)", false],
    ["e-sRGB", false],
  ])("%s: %s", (name, standard) => {
    expect(isStandardRgb(profile(version2(name)))).toBe(standard);
    expect(isStandardRgb(profile(version4(name)))).toBe(standard);
  });

  test("and bytes that are none have no name", () => {
    const whole = profile(version2("Display P3"));
    for (const length of whole.keys()) expect(isStandardRgb(whole.subarray(0, length))).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => isStandardRgb(bytes) === false));
  });
});
