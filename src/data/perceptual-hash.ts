// The perceptual hash of a picture: 64 bits that hardly change when it is stored anew, made smaller or brighter. Equal or
// close hashes mean that two pictures may be one; whether they are has to be found out otherwise. Pure.
//
// It is the pHash of the literature: of the luminance as a 32 x 32 grid f, the two-dimensional cosine transform
//
//   F(u, v) = sum_y sum_x f(y, x) cos(pi (2x + 1) u / 64) cos(pi (2y + 1) v / 64)
//
// for u, v from 0 to 7, and a bit for each F: whether it is above the median of them. F(0, 0) is the mean luminance: it
// does not count for the median and its bit is 0. Of the picture's mirror image F is the same but for the sign, which is
// (-1)^u, so that its hash comes along for nothing.

/** Height and width of the grid that is hashed. */
export const hashedSide = 32;
const kept = 8;

export interface PerceptualHash {
  /** 64 bits as 16 hexadecimal digits. */
  readonly hash: string;
  /** The hash of the same picture with left and right exchanged. */
  readonly mirrored: string;
}

const cosines = Array.from({ length: kept }, (_, u) =>
  Float64Array.from({ length: hashedSide }, (_, x) => Math.cos((Math.PI * (2 * x + 1) * u) / (2 * hashedSide))),
);

/** @param grid - `[32, 32]` luminance */
export function perceptualHash(grid: Float64Array): PerceptualHash {
  if (grid.length !== hashedSide ** 2) throw new Error("internal: a grid of another size");
  const plain = lowFrequencies(grid);
  const mirrored = plain.map((value, at) => ((at % kept) % 2 === 1 ? -value : value));
  return { hash: bitsOf(plain), mirrored: bitsOf(mirrored) };
}

/** In how many of their 64 bits two hashes differ. */
export function hammingDistance(left: string, right: string): number {
  let distance = 0;
  for (const part of [0, 8]) {
    distance += onesOf(
      Number.parseInt(left.slice(part, part + 8), 16) ^ Number.parseInt(right.slice(part, part + 8), 16),
    );
  }
  return distance;
}

/** Bits that are 1 in a whole number of 32 bits. */
export function onesOf(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** `[v, u]`, 8 x 8. */
function lowFrequencies(grid: Float64Array): Float64Array {
  const result = new Float64Array(kept * kept);
  const row = new Float64Array(kept);
  for (let y = 0; y < hashedSide; y++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let x = 0; x < hashedSide; x++) sum += grid[y * hashedSide + x]! * cosines[u]![x]!;
      row[u] = sum;
    }
    for (let v = 0; v < kept; v++) for (let u = 0; u < kept; u++) result[v * kept + u]! += row[u]! * cosines[v]![y]!;
  }
  return result;
}

function bitsOf(frequencies: Float64Array): string {
  const median = frequencies.slice(1).sort()[31]!;
  let digits = "";
  for (let at = 0; at < frequencies.length; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit = digit * 2 + (at + bit > 0 && frequencies[at + bit]! > median ? 1 : 0);
    digits += digit.toString(16);
  }
  return digits;
}
