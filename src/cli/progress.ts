// What a run says while it goes on, as text: a line for now, and lines that stay. Pure functions from events; when and
// where they are drawn is status-line's business.

import { overfittingSentence, type RunEvent, type StagePlan, stageEndSentence } from "../index.ts";
import { trialText } from "./advice-text.ts";
import type { Terminal } from "./terminal.ts";
import { clockTime, count, counted, lossText, percent, sizeInBytes, whatLearns } from "../words.ts";

type Latest = Extract<RunEvent, { type: "progress" | "step" }>;
type Download = Extract<RunEvent, { phase: "download" }>;
type Phase = Extract<RunEvent, { type: "progress" }>["phase"];

/** As much of a run's story as its next line depends on. */
export interface Progress {
  readonly stages: readonly StagePlan[];
  /** From 0. */
  readonly stage: number;
  readonly latest: Latest | undefined;
}

export const beginning: Progress = { stages: [], stage: 0, latest: undefined };

/** The story after one more event. */
export function advance(progress: Progress, event: RunEvent): Progress {
  if (event.type === "start") return { ...progress, stages: event.stages, latest: undefined };
  if (event.type === "stage") return { ...progress, stage: event.stage, latest: undefined };
  if (event.type === "progress") return { ...progress, latest: event };
  if (event.type === "step") return { ...progress, stage: event.stage, latest: event };
  return { ...progress, latest: undefined };
}

const phases: { readonly [K in Phase]: string } = {
  read: "Reading pictures",
  download: "Fetching the weights",
  check: "Trying pictures",
  trunk: "Running the frozen part",
  probe: "Asking the network at several depths",
  search: "Trying",
  compile: "Preparing the step",
  train: "Learning",
  calibrate: "Measuring values",
  evaluate: "Checking",
  write: "Writing the model",
  report: "Drawing the report",
};

/** What is going on right now; empty where there is nothing to say. */
export function statusText({ stages, latest }: Progress, terminal: Terminal): string {
  if (latest === undefined) return "";
  if (latest.type === "progress" && latest.phase === "download") return downloadText(latest, terminal);
  if (latest.type === "progress") {
    const { phase, done, total, imagesPerSecond } = latest;
    if (phase === "probe")
      return line([phases[phase], meter(done, total, terminal), `${count(done)} of ${count(total)}`]);
    const left = imagesPerSecond > 0 ? `${clockTime((total - done) / imagesPerSecond)} left` : "";
    return line([
      phases[phase],
      meter(done, total, terminal),
      `${count(done)} of ${count(total)}`,
      rate(imagesPerSecond),
      left,
    ]);
  }
  const { stage, epoch, done, total, meanLoss, meanAccuracy, imagesPerSecond, secondsLeft } = latest;
  const where = `Stage ${stage + 1}/${stages.length}  epoch ${epoch}/${stages[stage]?.epochs ?? epoch}`;
  const learnt = `loss ${lossText(meanLoss)}  accuracy ${percent(meanAccuracy)}`;
  return line([where, meter(done, total, terminal), learnt, rate(imagesPerSecond), `${clockTime(secondsLeft)} left`]);
}

function downloadText({ phase, done, total, bytesPerSecond }: Download, terminal: Terminal): string {
  const speed = bytesPerSecond > 0 ? `${sizeInBytes(Math.round(bytesPerSecond))}/s` : "";
  const left = bytesPerSecond > 0 ? `${clockTime((total - done) / bytesPerSecond)} left` : "";
  const share = `${sizeInBytes(done)} of ${sizeInBytes(total)}`;
  return line([phases[phase], meter(done, total, terminal), share, speed, left]);
}

/**
 * The lines that stay after an event.
 *
 * @param before - the story without this event
 */
export function lastingLines(before: Progress, event: RunEvent, { live, style }: Terminal): readonly string[] {
  const { stages } = before;
  switch (event.type) {
    case "stage":
      return ["", style.bold(`Stage ${event.stage + 1} of ${stages.length}: ${whatLearns(event.plan.unfreeze)}`)];
    case "progress": {
      const same = before.latest?.type === "progress" && before.latest.phase === event.phase;
      if (live || same || event.phase === "search") return [];
      const all =
        event.phase === "download"
          ? sizeInBytes(event.total)
          : counted(event.total, event.phase === "probe" ? "head" : "image");
      return [`${phases[event.phase]} (${all})`];
    }
    case "epoch": {
      const row = epochRow([
        `${event.epoch}/${event.epochs}`,
        lossText(event.loss),
        percent(event.accuracy),
        lossText(event.validationLoss),
        percent(event.validationAccuracy),
        event.seconds.toFixed(1),
      ]);
      const titles = event.epoch === 1 ? [style.dim(epochRow(epochTitles))] : [];
      return [...titles, event.best ? `${row}   ${style.good("best so far")}` : row];
    }
    case "trial":
      return [trialText(event.trial, style)];
    case "overfitting":
      return [
        `  ${style.bold(overfittingSentence(event))}`,
        ...(event.remedies.length > 0 ? [`  to hold it back: ${event.remedies.join("; ")}`] : []),
      ];
    case "stage-end":
      return [`  ${style.dim(stageEndSentence(event))}`];
    case "source":
      return [
        `  ${style.dim(`of the source ${percent(event.before)} were known before, ${percent(event.after)} are now`)}`,
      ];
    default:
      return [];
  }
}

const epochTitles = ["epoch", "loss", "accuracy", "held-out loss", "accuracy", "seconds"];
const epochWidths = [9, 9, 10, 16, 10, 10];

function epochRow(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padStart(epochWidths[i]!)).join("");
}

/** Places of the bar. */
const barWidth = 20;

/** A bar and its share of the whole. */
function meter(done: number, total: number, { unicode, style }: Terminal): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * barWidth);
  const [reached, ahead] = unicode ? ["━", "─"] : ["#", "."];
  const bar = style.good(reached.repeat(full)) + style.dim(ahead.repeat(barWidth - full));
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

function rate(imagesPerSecond: number): string {
  if (!(imagesPerSecond > 0)) return "";
  return `${imagesPerSecond >= 10 ? count(Math.round(imagesPerSecond)) : imagesPerSecond.toFixed(1)} images/s`;
}

function line(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("   ");
}
