// Whole numbers that look irregular and that any language computes alike, for comparisons with numbers from elsewhere.

/** ((7 i² + step i) mod (2 most + 1)) - most for i from 0: whole numbers from -most to most. */
export function wave(count: number, most: number, step: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * i * 7 + i * step) % (2 * most + 1)) - most);
}
