// Seeded numbers: the only source of chance. A stream is named by what it is for (seed, epoch, image, purpose), so nothing
// needs to be remembered to continue a run, and the order in which streams are drawn does not matter.

/** Uniform numbers in [0, 1), the same for the same seed and name on every machine. */
export type Stream = () => number;

/** The stream of `${seed}:${name}`: mulberry32 started at the FNV-1a hash of that text. */
export function stream(seed: number, name: string): Stream {
  let state = fnv1a(`${seed}:${name}`);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A number in [0, 1] from the Beta distribution with both parameters `alpha` > 0: near 0 and 1 for small ones, near 1/2 for
 * large ones.
 *
 * With T of Student's distribution with 2 alpha degrees of freedom, 1/2 + T / (2 sqrt(2 alpha + T²)) has it; Bailey's T is
 * sqrt(2 alpha (u^(-1/alpha) - 1)) cos(2 pi v) (Devroye, "Random variate generation in one line of code", 1996).
 */
export function symmetricBeta(alpha: number, random: Stream): number {
  const cosine = Math.cos(2 * Math.PI * random());
  const stretch = random() ** (-1 / alpha) - 1;
  return 0.5 + Math.sign(cosine) / (2 * Math.sqrt(1 + 1 / (stretch * cosine * cosine)));
}

/** The numbers 0 to `count` - 1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: Stream): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes of `text`. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
