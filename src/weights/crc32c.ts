// CRC-32C, the checksum of LevelDB's tables and of TensorFlow's tensors: eight bytes a step by eight tables ("slicing by
// 8", Kounavis and Berry 2005), as a checkpoint has hundreds of megabytes. Stored sums are masked, so that the sum of bytes
// which hold sums is still one.

/** The reflected polynomial 0x1edc6f41 (Castagnoli). */
const polynomial = 0x82f63b78;

/** Table k at 256 · k: what a byte does to the sum when k zero bytes follow it. */
const tables = buildTables();

/** The masked CRC-32C of bytes, unsigned. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Unsigned. */
export function crc32c(bytes: Uint8Array): number {
  const t = tables;
  const whole = bytes.length - (bytes.length % 8);
  let crc = -1;
  let at = 0;
  for (; at < whole; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t[1792 + (crc & 0xff)]! ^
      t[1536 + ((crc >>> 8) & 0xff)]! ^
      t[1280 + ((crc >>> 16) & 0xff)]! ^
      t[1024 + (crc >>> 24)]! ^
      t[768 + bytes[at + 4]!]! ^
      t[512 + bytes[at + 5]!]! ^
      t[256 + bytes[at + 6]!]! ^
      t[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    built[byte] = crc;
  }
  for (let i = 256; i < built.length; i++) {
    const before = built[i - 256]!;
    built[i] = (before >>> 8) ^ built[before & 0xff]!;
  }
  return built;
}
