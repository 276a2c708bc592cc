// What the harness says: one number of ours against one of a library's, with the tolerance that the library's file states.
// A thing that cannot be compared is a check that no tolerance covers, so that nothing is left out in silence.

export type EngineName = "float64" | "float32" | "exact";

export interface Check {
  readonly file: string;
  readonly case: string;
  readonly engine: EngineName;
  readonly what: string;
  /** In the unit of the tolerance: most often relative to the norm or the rms of the tensor. */
  readonly error: number;
  readonly tolerance: number;
  /** Why a failed check may say nothing about us, see determined.ts. */
  readonly note?: string;
}

export type Place = Pick<Check, "file" | "case" | "engine">;

/** Whether a check fails. An error that is not a number fails. */
export function isOver({ error, tolerance }: Check): boolean {
  return !(error <= tolerance);
}

/** How much of its tolerance a check uses: 1 is the limit. */
export function usedTolerance(check: Check): number {
  if (check.error === 0) return 0;
  return isOver(check) && !(check.error > check.tolerance) ? Number.POSITIVE_INFINITY : check.error / check.tolerance;
}

export function within(place: Place, what: string, error: number, tolerance: number): Check {
  return { ...place, what, error, tolerance };
}

/** Equal to the last bit: numbers, texts, lists and records of them. */
export function exactly(place: Place, what: string, actual: unknown, expected: unknown): Check {
  const [ours, theirs] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (ours === theirs) return within(place, what, 0, 0);
  return within(place, `${what}: ${brief(ours)}, not ${brief(theirs)}`, 1, 0);
}

/** The same elements, in any order. */
export function sameSet(place: Place, what: string, actual: Iterable<string>, expected: Iterable<string>): Check {
  return exactly(place, what, [...actual].sort(), [...expected].sort());
}

/** The checks of one case; where they end in an error, that is a failed check too, and other cases go on. */
export async function* guarded(place: Place, checks: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  try {
    yield* checks();
  } catch (error) {
    yield within(place, error instanceof Error ? error.message : String(error), Number.POSITIVE_INFINITY, 0);
  }
}

/** Ends the checks of a case that asks for something which the harness does not know. */
export function notCovered(what: string): never {
  throw new Error(`not covered: ${what}`);
}

/** Every key of `record` that says something is one of `known`: a key we do not read is a thing we do not compare. */
export function requireKnown(where: string, record: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(record))
    if (value !== null && !known.includes(key)) notCovered(`${where} has ${key} = ${JSON.stringify(value)}`);
}

function brief(text: string | undefined): string {
  return text === undefined || text.length <= 60 ? `${text}` : `${text.slice(0, 57)}...`;
}
