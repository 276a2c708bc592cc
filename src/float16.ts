// Half precision as bits: exact decoding, and encoding that rounds to the nearest half, ties to the even one (IEEE 754
// binary16). Works on bit patterns throughout, so that payloads of NaN survive; it does no arithmetic on halves.

const largestFinite = 0x477ff000; // float32 bits of 65520: from here on everything rounds to infinity
const smallestNormal = 0x38800000; // 2^-14
const halfOfSmallest = 0x33000000; // 2^-25: ties to zero
const infinity = 0x7f800000;

/**
 * Rounds every float32 to the nearest half.
 *
 * @param into - takes the bits if given; at least as long as `values`
 */
export function encodeFloat16(values: Float32Array, into = new Uint16Array(values.length)): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) into[i] = encode(bits[i]!);
  return into;
}

/**
 * The float32 of every half; exact.
 *
 * @param into - takes the numbers if given; at least as long as `bits`
 */
export function decodeFloat16(bits: Uint16Array, into = new Float32Array(bits.length)): Float32Array {
  const table = (decoded ??= Uint32Array.from({ length: 65536 }, (_, half) => decode(half)));
  const target = new Uint32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0; i < bits.length; i++) target[i] = table[bits[i]!]!;
  return into;
}

/** Float32 bits of all 65,536 halves, made when first needed. */
let decoded: Uint32Array | undefined;

function encode(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > infinity) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200);
  if (magnitude >= largestFinite) return sign | 0x7c00;
  // Half an ulp less one bit, plus the last bit kept: carries exactly when the nearest, or the even one of two, is
  // above.
  if (magnitude >= smallestNormal) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  if (magnitude <= halfOfSmallest) return sign;
  const shift = 126 - (magnitude >>> 23); // 14 to 24: significand · 2^-shift counts units of 2^-24
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const kept = significand >>> shift;
  const lost = significand & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (lost > middle || (lost === middle && (kept & 1) === 1) ? kept + 1 : kept);
}

function decode(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return (sign | infinity | (fraction << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  const leading = 31 - Math.clz32(fraction); // fraction · 2^-24 = 1.… · 2^(leading - 24)
  return (sign | ((leading + 103) << 23) | ((fraction << (23 - leading)) & 0x7fffff)) >>> 0;
}
