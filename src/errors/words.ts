// What a message of an error is made of, and how names and numbers are put into it.

export interface Sentence {
  readonly found: string;
  readonly fix: string;
}

/** The first few of many names, in quotes. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`);
  return names.length > 3 ? `${shown.join(", ")} and ${names.length - 3} more` : shown.join(", ");
}

/** A name as JSON has it: what is in it cannot be taken for what is around it. */
export function inQuotes(name: string): string {
  return JSON.stringify(name);
}

/** To two digits: a schedule's rate has sixteen. */
export function short(number: number): number {
  return Number(number.toPrecision(2));
}

export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(inQuotes).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
