import { isOver, usedTolerance, type Check } from "./check.ts";
export async function show(checks: AsyncIterable<Check>) {
  const best = new Map<string, Check>(); const n = new Map<string, number>(); let over = 0; let t = performance.now(); const times = new Map<string, number>();
  for await (const c of checks) {
    const key = `${c.file} ${c.case} ${c.engine}`;
    n.set(key, (n.get(key) ?? 0) + 1);
    times.set(key, (times.get(key) ?? 0) + performance.now() - t); t = performance.now();
    if (!best.has(key) || usedTolerance(c) > usedTolerance(best.get(key)!)) best.set(key, c);
    if (isOver(c) && over++ < 30) console.log("OVER", key, c.what.slice(0, 400), c.error, c.tolerance);
  }
  for (const [k, c] of best) console.log(k.padEnd(50), n.get(k), c.what.slice(0, 60), c.error.toExponential(2), c.tolerance.toExponential(1), usedTolerance(c).toFixed(3), (times.get(k)! / 1000).toFixed(1) + "s");
}
