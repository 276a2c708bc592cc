export function fitLearningCurve(points: readonly { images: number; error: number; standardError: number }[]) {
  if (points.length < 2) return undefined;
  const [a, b] = [points[0]!, points.at(-1)!];
  const slope = Math.max(
    0,
    Math.min(1, Math.log(Math.max(a.error, 1e-3) / Math.max(b.error, 1e-3)) / Math.log(b.images / a.images)),
  );
  const errorAt = (n: number) => b.error * (n / b.images) ** -slope;
  return { errorAt, points, gainOfTwice: { gain: b.error - errorAt(2 * b.images), standardError: b.standardError } };
}
