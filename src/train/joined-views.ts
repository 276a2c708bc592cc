// Views of single pictures as one batch for the engine.

/** Views [size, size, 3] one behind the other, [pictures, size, size, 3]. */
export function joinedViews(views: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(views.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const view of views) {
    whole.set(view, at);
    at += view.length;
  }
  return whole;
}
