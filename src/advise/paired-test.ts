// Whether one classifier is better than another, asked of pictures that both have answered. Only those count that exactly one
// of them got right. Exact for any number of pictures; it refuses the approximations that few pictures make wrong.

export interface PairedTest {
  /** Pictures that A alone got right, and that B alone did. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** How probable a division as uneven as this one would be if neither were better. */
  readonly twoSided: number;
  /** How probable A alone would be right so seldom if neither were better: small where B is better, 0.5 where nothing says so. */
  readonly oneSidedMid: number;
}

/**
 * McNemar's test, with n = onlyA + onlyB and X of the binomial distribution of n and 1/2:
 *
 *   twoSided     min(1, 2 P(X <= min(onlyA, onlyB)))        exact (McNemar 1947)
 *   oneSidedMid  P(X <= onlyA) - P(X = onlyA) / 2           mid-p, which is not as cautious (Fagerland et al. 2013)
 *
 * @param rightA - one number for each picture, 1 where A is right and 0 where not, and so is `rightB`
 * @throws a bug of ours when they are not of the same pictures
 */
export function mcnemar(rightA: Uint8Array, rightB: Uint8Array): PairedTest {
  if (rightA.length !== rightB.length)
    throw new Error(`internal: ${rightA.length} and ${rightB.length} answers are not of the same pictures`);
  let [onlyA, onlyB] = [0, 0];
  for (let i = 0; i < rightA.length; i++) {
    if (rightA[i]! > rightB[i]!) onlyA += 1;
    if (rightA[i]! < rightB[i]!) onlyB += 1;
  }
  const { at, upTo } = lowerTail(onlyA + onlyB, Math.min(onlyA, onlyB));
  const mid = upTo - at / 2;
  return { onlyA, onlyB, twoSided: Math.min(1, 2 * upTo), oneSidedMid: onlyA <= onlyB ? mid : 1 - mid };
}

/**
 * P(X = k) and P(X <= k) for X of the binomial distribution of n and 1/2, with k at most n / 2. The others are shares of the
 * next, P(X = i - 1) = P(X = i) i / (n - i + 1), until they no longer count.
 */
function lowerTail(n: number, k: number): { readonly at: number; readonly upTo: number } {
  const at = probability(n, k);
  let [share, shares] = [1, 1];
  for (let i = k; i > 0 && share > Number.EPSILON * shares * 1e-3; i--) {
    share *= i / (n - i + 1);
    shares += share;
  }
  return { at, upTo: at * shares };
}

/**
 * n over k, times 2^-n. Halved, which is exact, whenever it has grown above 1: neither factor would be a number where n is
 * large, and the sum of their logarithms keeps only nine digits of it where n is 10^5.
 */
function probability(n: number, k: number): number {
  let [product, halvings] = [1, n];
  for (let i = 1; i <= k; i++) {
    product *= (n - k + i) / i;
    for (; product > 1 && halvings > 0; halvings--) product /= 2;
  }
  return product * 2 ** -halvings;
}
