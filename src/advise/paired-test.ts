export interface PairedTest {
  readonly onlyA: number;
  readonly onlyB: number;
  readonly twoSided: number;
  readonly oneSidedMid: number;
}
export function mcnemar(a: Uint8Array, b: Uint8Array): PairedTest {
  let [onlyA, onlyB] = [0, 0];
  a.forEach((one, i) => {
    if (one > b[i]!) onlyA++;
    if (one < b[i]!) onlyB++;
  });
  const n = onlyA + onlyB;
  const logs = new Float64Array(n + 1);
  for (let k = 1; k <= n; k++) logs[k] = logs[k - 1]! + Math.log(k);
  const p = (k: number) => Math.exp(logs[n]! - logs[k]! - logs[n - k]! - n * Math.log(2));
  let tail = 0;
  for (let k = 0; k <= onlyA; k++) tail += p(k);
  let small = 0;
  for (let k = 0; k <= Math.min(onlyA, onlyB); k++) small += p(k);
  return { onlyA, onlyB, twoSided: Math.min(1, 2 * small), oneSidedMid: n === 0 ? 0.5 : tail - 0.5 * p(onlyA) };
}
