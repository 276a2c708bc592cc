// The only door to the clock.

/** Milliseconds since some moment, never going backwards. */
export function nowMs(): number {
  return performance.now();
}

/** The date as people write it in files: 2026-01-31T12:00:00.000Z. */
export function timestamp(): string {
  return new Date().toISOString();
}
