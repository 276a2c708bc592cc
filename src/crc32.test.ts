import { expect, test } from "vitest";
import { crc32, crc32ByTable } from "./crc32.ts";

const text = (content: string) => new TextEncoder().encode(content);

test.each([
  ["", 0],
  ["123456789", 0xcbf43926],
  ["The quick brown fox jumps over the lazy dog", 0x414fa339],
])("the sum of %j is the known one", (content, sum) => {
  expect(crc32(text(content))).toBe(sum);
  expect(crc32ByTable(text(content))).toBe(sum);
});

test("parts one after the other give the sum of the whole", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251);
  for (const sum of [crc32, crc32ByTable])
    for (const cut of [0, 1, 500, 1000])
      expect(sum(bytes.subarray(cut), sum(bytes.subarray(0, cut)))).toBe(crc32ByTable(bytes));
});
