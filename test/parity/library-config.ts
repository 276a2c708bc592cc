// A library's keyword arguments under our names. An argument which nobody asks for would silently mean its default, so it
// is an error.

export type Config = Readonly<Record<string, unknown>>;

/** Their name -> ours. */
export type Names = Readonly<Record<string, string>>;

/**
 * Translates a configuration.
 *
 * @param names - their names and ours; those with no counterpart, such as `monitor`, are named in `without`
 * @throws when the configuration holds a name which is in neither
 */
export function translate<Options>(config: Config, names: Names, without: readonly string[] = []): Options {
  const unknown = Object.keys(config).filter((name) => !(name in names) && !without.includes(name));
  if (unknown.length > 0) throw new Error(`unknown arguments ${unknown.join(", ")}`);
  const known = Object.entries(config).filter(([name, value]) => name in names && value !== null);
  return Object.fromEntries(known.map(([name, value]) => [names[name]!, value])) as Options;
}

/** The number of this name, or `otherwise` where it is not given. */
export function numberOf(config: Config, name: string, otherwise?: number): number {
  const value = config[name] ?? otherwise;
  if (typeof value !== "number") throw new Error(`${name} is no number`);
  return value;
}

/** The largest difference between two lists; infinite where one is longer or not a number. */
export function largestDifference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(found[i]! - wanted[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
