import { averaged } from "../retain/interpolate.ts";
export async function greedySoup(
  ingredients: readonly { name: string; parameters: ReadonlyMap<string, Float32Array>; score: number }[],
  judge: (p: Map<string, Float32Array>) => Promise<number>,
) {
  const sorted = [...ingredients].sort((a, b) => b.score - a.score);
  let members = [sorted[0]!];
  let best = sorted[0]!.score;
  for (const one of sorted.slice(1)) {
    const score = await judge(averaged([...members, one].map((m) => m.parameters)));
    if (score >= best) {
      best = score;
      members = [...members, one];
    }
  }
  return { members: members.map((m) => m.name), parameters: averaged(members.map((m) => m.parameters)), score: best };
}
