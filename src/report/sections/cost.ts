// What the run cost: time by phase, and memory.

import { sizeInBytes } from "../../words.ts";
import { barChart } from "../charts/bars.ts";
import { html, type Markup } from "../markup.ts";
import type { PageInput } from "../page-input.ts";
import { figure, number, section } from "../page-parts.ts";

/** Phases of report.json in words, in the order in which they happen. */
const phases: Readonly<Record<string, string>> = {
  read: "reading pictures",
  download: "fetching weights",
  check: "trying pictures",
  trunk: "frozen part",
  probe: "heads at depths",
  search: "trials",
  compile: "preparing",
  train: "learning",
  waiting: "waiting for data",
  calibrate: "measuring",
  evaluate: "judging",
  write: "writing",
};

export function cost({ report: { seconds, peakMemoryBytes } }: PageInput): Markup {
  const known = Object.keys(phases).filter((phase) => seconds[phase] !== undefined);
  const others = Object.keys(seconds).filter((phase) => !(phase in phases));
  const bars = [...known, ...others].map((phase) => ({ name: phases[phase] ?? phase, value: seconds[phase]! }));
  const all = bars.reduce((total, { value }) => total + value, 0);
  const longest = bars.reduce((most, bar) => (bar.value > most.value ? bar : most), { name: "nothing", value: 0 });
  const chart = barChart({
    title: "Time by phase",
    summary: `${secondsText(all)} in all; ${longest.name} took longest, ${secondsText(longest.value)}.`,
    unit: "seconds",
    bars,
    shown: secondsText,
  });
  return section(
    "cost",
    "What it cost",
    html`<p>${secondsText(all)} in all, and at most ${number(peakMemoryBytes, sizeInBytes(peakMemoryBytes))} of memory.</p>${figure(chart, "“Waiting for data” is the part of training in which the engine waited for pixels or kept rows.")}`,
  );
}

function secondsText(seconds: number): string {
  const [minutes, rest] = [Math.floor(Math.round(seconds) / 60), Math.round(seconds) % 60];
  if (seconds >= 120) return `${minutes} min${rest === 0 ? "" : ` ${rest} s`}`;
  return `${seconds >= 10 ? seconds.toFixed(0) : seconds.toFixed(seconds >= 0.1 ? 1 : 2)} s`;
}
