// Numbers that another program can make again exactly, for tests whose answers come from one: in Python,
// `for _ in range(count): s = (s * 75 + 74) % 65537; yield s / 32768 - 1`, beginning with s = seed.

/** In [-1, 1], each exact in float32. */
export function repeatable(seed: number, count: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 75 + 74) % 65537;
    return state / 32768 - 1;
  });
}

/** The same numbers as classes 0 to `classes` - 1: floor((x + 1) / 2 * classes). */
export function repeatableLabels(seed: number, count: number, classes: number): Uint32Array {
  return Uint32Array.from(repeatable(seed, count), (x) => Math.min(classes - 1, Math.floor(((x + 1) / 2) * classes)));
}
