// Values of options, held against their table: read from the command line, checked wherever they come from. Knows each
// option by itself; which go together is train/resolve's business.

import { fail } from "./errors.ts";
import { flagOf, type Limits, type OptionName, type OptionSpec, type OptionValues, specOf } from "./options.ts";

/**
 * Reads a value as it is typed on the command line.
 *
 * @throws options/value
 */
export function parseOption<K extends OptionName>(name: K, typed: string): OptionValues[K] {
  const spec = specOf(name);
  if (spec.kind === "number" || spec.kind === "integer") return checkOption(name, toNumber(typed), typed);
  if (spec.kind === "texts") return checkOption(name, [typed], typed);
  if (spec.kind !== "list") return checkOption(name, typed);
  return checkOption(
    name,
    typed === spec.none ? typed : typed.split(",").flatMap((part) => rangeOf(part, spec.of)),
    typed,
  );
}

/**
 * Returns `value` if the option may have it.
 *
 * @param shown - how the user wrote it
 * @throws options/value
 */
export function checkOption<K extends OptionName>(name: K, value: unknown, shown = String(value)): OptionValues[K] {
  const spec = specOf(name);
  if (fits(spec, value)) return value as OptionValues[K];
  return fail("options/value", {
    flag: flagOf(name),
    value: shown,
    needed: neededFor(spec),
    example: exampleOf(name, shown),
  });
}

/** A number, or with ".." between two both of them and their geometric mean: 1e-4..1e-2 is 1e-4, 1e-3 and 1e-2. */
function rangeOf(typed: string, of: "number" | "integer"): readonly number[] {
  const [low = "", high] = typed.split("..");
  if (high === undefined) return [toNumber(low)];
  const [from, to] = [toNumber(low), toNumber(high)];
  const middle = Math.sqrt(from * to);
  return [from, of === "integer" ? Math.round(middle) : Number(middle.toPrecision(6)), to];
}

/** The values of a list option one by one. */
export function asList(value: string | number | readonly number[]): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "string" ? [] : value;
}

/** A size as it is typed, "20GB", or a number of bytes, in bytes; undefined if it is neither. Units are powers of 1000. */
export function bytesOf(size: unknown): number | undefined {
  if (typeof size === "number") return Number.isFinite(size) && size >= 0 ? Math.floor(size) : undefined;
  const [, digits, prefix = ""] = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt]?)b)?\s*$/i.exec(String(size)) ?? [];
  if (digits === undefined) return undefined;
  return Math.floor(Number(digits) * 1000 ** ["", "k", "m", "g", "t"].indexOf(prefix.toLowerCase()));
}

/** A time as it is typed, "90s", "10m" or "2h", or a number of seconds, in seconds; undefined if it is neither. */
export function secondsOf(duration: unknown): number | undefined {
  if (typeof duration === "number") return Number.isFinite(duration) && duration >= 0 ? duration : undefined;
  const [, digits, unit = "s"] = /^\s*(\d+(?:\.\d+)?)\s*([smh])?\s*$/i.exec(String(duration)) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 60 ** ["s", "m", "h"].indexOf(unit.toLowerCase());
}

/** A share as it is typed, "2%" or "0.02", or a number, from 0 to 1; undefined if it is none. */
export function shareOf(share: unknown): number | undefined {
  const [, digits = "", percent] = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/.exec(String(share)) ?? [];
  const value = typeof share === "number" ? share : digits === "" ? Number.NaN : Number(digits);
  const whole = percent === "%" ? value / 100 : value;
  return whole >= 0 && whole <= 1 ? whole : undefined;
}

/** A value that the option may have: the one probably meant by `typed` where it is one of a few. */
export function exampleOf(name: OptionName, typed = ""): string {
  const spec = specOf(name);
  if (spec.kind === "choice") return nearest(typed, spec.choices) ?? spec.default ?? spec.choices[0]!;
  return spec.example ?? ("default" in spec ? String(spec.default) : "runs/first");
}

/** The one of `known` that was probably meant: at most a third of its letters differ, or its beginning was typed. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const distances = known.map((word) => [word, editDistance(typed, word)] as const).sort(([, a], [, b]) => a - b);
  const [word, distance] = distances[0] ?? ["", Number.POSITIVE_INFINITY];
  if (distance <= Math.max(1, word.length / 3)) return word;
  return typed.length > 3 ? known.find((candidate) => candidate.startsWith(typed)) : undefined;
}

function fits(spec: OptionSpec, value: unknown): boolean {
  if (spec.kind === "flag") return typeof value === "boolean";
  if (spec.kind === "text") return typeof value === "string" && value.trim() !== "";
  if (spec.kind === "size") return bytesOf(value) !== undefined;
  if (spec.kind === "duration") return secondsOf(value) !== undefined;
  if (spec.kind === "share") return shareOf(value) !== undefined;
  if (spec.kind === "texts") return isTexts(Array.isArray(value) ? value : [value]);
  if (spec.kind === "choice") return spec.choices.includes(value as string);
  if (spec.kind !== "list") return inLimits(spec.kind, spec, value);
  if (spec.none !== undefined && value === spec.none) return true;
  const values = Array.isArray(value) ? value : [value];
  return (values.length > 0 || spec.none !== undefined) && values.every((each) => inLimits(spec.of, spec, each));
}

function isTexts(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => typeof value === "string" && value.trim() !== "");
}

function inLimits(kind: "number" | "integer", { least, above, most, below }: Limits, value: unknown): boolean {
  if (typeof value !== "number" || !Number.isFinite(value) || (kind === "integer" && !Number.isSafeInteger(value)))
    return false;
  const high = least !== undefined ? value >= least : above === undefined || value > above;
  return high && (most !== undefined ? value <= most : below === undefined || value < below);
}

function neededFor(spec: OptionSpec): string {
  if (spec.kind === "flag") return "true or false";
  if (spec.kind === "text" || spec.kind === "texts") return "some text";
  if (spec.kind === "share") return "a share such as 2% or 0.02, at most 1";
  if (spec.kind === "size") return "a size such as 500MB or 20GB";
  if (spec.kind === "duration") return "a time such as 90s, 10m or 2h";
  if (spec.kind === "choice") return `one of ${spec.choices.join(", ")}`;
  const integer = (spec.kind === "list" ? spec.of : spec.kind) === "integer";
  const { least, above, most, below } = spec;
  const low = least !== undefined ? `of at least ${least}` : above !== undefined ? `above ${above}` : "";
  const high = most !== undefined ? `at most ${most}` : below !== undefined ? `below ${below}` : "";
  const limits = [low, high].filter((part) => part !== "").join(" and ");
  const one = `a ${integer ? "whole number" : "number"} ${limits}`.trim();
  if (spec.kind !== "list") return one;
  return `${one}, or several with commas between them${spec.none === undefined ? "" : `, or ${spec.none}`}`;
}

/** NaN for what is no number; blank text is not 0. */
function toNumber(typed: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed.trim()) ? Number(typed) : Number.NaN;
}

/** Letters to put in, take out, change or swap with their neighbour (Levenshtein's distance with swaps). */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const [row, above, twoAbove] = [[i], rows[i - 1]!, rows[i - 2]];
    for (let j = 1; j <= to.length; j++) {
      const change = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swap = swapped ? twoAbove![j - 2]! + 1 : change;
      row.push(Math.min(row[j - 1]! + 1, above[j]! + 1, change, swap));
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
}
