// Numbers, times and dates as people read them here, beside those words that the whole program uses. Pure text.

import { percent } from "../../words.ts";

export { count, counted, lossText, percent, sizeInBytes } from "../../words.ts";

/** "84.2 to 95.5 %": the ends of an interval. */
export function between([low, high]: readonly [low: number, high: number]): string {
  return `${(low * 100).toFixed(1)} to ${percent(high)}`;
}

/** "+1.2" or "−0.4": points of a hundred, with a true minus. */
export function points(share: number): string {
  return signed(share * 100, 1);
}

export function signed(value: number, places: number): string {
  const text = Math.abs(value).toFixed(places);
  if (Number(text) === 0) return `±${text}`;
  return `${value > 0 ? "+" : "−"}${text}`;
}

/** "0.4 s", "12 s", "3 min 20 s", "2 h 5 min" */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined([`${Math.floor(whole / 60)} min`, whole % 60 > 0 ? `${whole % 60} s` : ""]);
  const minutes = Math.round(whole / 60);
  return joined([`${Math.floor(minutes / 60)} h`, minutes % 60 > 0 ? `${minutes % 60} min` : ""]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** A learning rate: "0.001", "1e-5". */
export function rate(value: number): string {
  return value !== 0 && value < 1e-3 ? value.toExponential(1).replace(".0", "") : String(Number(value.toPrecision(3)));
}

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** "31 Jan 2026, 12:00", in the reader's time. */
export function moment(iso: string): string {
  const time = new Date(iso);
  return `${dates.format(time)}, ${clock.format(time)}`;
}

/** With a capital at its beginning. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "93 %", where a tenth would say more than is known. */
export function wholePercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What learns besides the head, from the words of --unfreeze. */
export function whatLearns(unfreeze: string): string {
  if (unfreeze === "none") return "the head alone";
  if (unfreeze === "all") return "the whole network";
  return unfreeze.startsWith("from ") ? `all ${unfreeze} on` : `the last ${unfreeze}`;
}
