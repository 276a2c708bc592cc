import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "./crc32c.ts";

const bytes = (length: number, value: (i: number) => number) => Uint8Array.from({ length }, (_, i) => value(i));

describe("CRC-32C", () => {
  // RFC 3720, appendix B.4, and the usual check value
  test.each<[string, Uint8Array, number]>([
    ["nothing", new Uint8Array(0), 0],
    ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
    ["32 zeros", bytes(32, () => 0), 0x8a9136aa],
    ["32 ones", bytes(32, () => 255), 0x62a8ab43],
    ["0 to 31", bytes(32, (i) => i), 0x46dd794e],
    ["31 to 0", bytes(32, (i) => 31 - i), 0x113fdb5c],
  ])("of %s", (_, data, sum) => expect(crc32c(data)).toBe(sum));

  test("is what the definition gives bit by bit, at any length and place", () => {
    const slowly = (data: Uint8Array) => {
      let crc = 0xffffffff;
      for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
      }
      return ~crc >>> 0;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(9), (data, from) => {
        expect(crc32c(data.subarray(from))).toBe(slowly(data.subarray(from)));
      }),
    );
  });

  test("is stored turned by 15 bits and moved by a constant", () => {
    // leveldb's util/crc32c.h: ((crc >> 15) | (crc << 17)) + 0xa282ead8
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
    const turned = BigInt.asUintN(32, (0xe3069283n >> 15n) | (0xe3069283n << 17n));
    const masked = Number(BigInt.asUintN(32, turned + 0xa282ead8n));
    expect(maskedCrc32c(new TextEncoder().encode("123456789"))).toBe(masked);
  });
});
