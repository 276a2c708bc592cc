import { shuffled, stream } from "../random.ts";
function cond(labels: readonly number[], k: number, z: readonly number[], s: number) {
  const joint = new Float64Array(k * s),
    pz = new Float64Array(s),
    py = new Float64Array(k);
  const n = labels.length;
  labels.forEach((y, i) => {
    joint[y * s + z[i]!]! += 1 / n;
    pz[z[i]!]! += 1 / n;
    py[y]! += 1 / n;
  });
  let h = 0,
    hy = 0;
  for (let y = 0; y < k; y++) {
    if (py[y]! > 0) hy -= py[y]! * Math.log(py[y]!);
    for (let c = 0; c < s; c++) {
      const p = joint[y * s + c]!;
      if (p > 0) h -= p * Math.log(p / pz[c]!);
    }
  }
  return hy === 0 ? 0 : 1 - h / hy;
}
export function conditionalLikeness(
  labels: readonly number[],
  classes: number,
  sourceLabels: readonly number[],
  sourceClasses: number,
) {
  const likeness = cond(labels, classes, sourceLabels, sourceClasses);
  let byChance = 0;
  for (let r = 0; r < 20; r++) {
    const o = shuffled(labels.length, stream(r, "likeness"));
    byChance +=
      cond(
        Array.from(o, (i) => labels[i]!),
        classes,
        sourceLabels,
        sourceClasses,
      ) / 20;
  }
  return { likeness, byChance, corrected: Math.max(0, (likeness - byChance) / (1 - byChance || 1)) };
}
export function leep(p: Float64Array, s: number, labels: readonly number[], k: number) {
  const joint = new Float64Array(k * s),
    pz = new Float64Array(s);
  const n = labels.length;
  labels.forEach((y, i) => {
    for (let c = 0; c < s; c++) {
      joint[y * s + c]! += p[i * s + c]! / n;
      pz[c]! += p[i * s + c]! / n;
    }
  });
  let t = 0;
  labels.forEach((y, i) => {
    let q = 0;
    for (let c = 0; c < s; c++) if (pz[c]! > 0) q += (joint[y * s + c]! / pz[c]!) * p[i * s + c]!;
    t += Math.log(q) / n;
  });
  return t;
}
export function neighbourAccuracy(f: Float32Array, w: number, labels: readonly number[], k = 5) {
  void f;
  void w;
  void k;
  void labels;
  return 0;
}
