// How a run learnt, epoch by epoch through all of its stages: the loss and the share that is right, on pictures that are learnt
// from and on those held back.

import { lossText, percent } from "../../words.ts";
import { html, type Markup } from "../markup.ts";
import { type Chart, type ChartTable, pathOf, picture, rounded, type Shown } from "./chart.ts";
import { axes, heightOf, labelled, labels } from "./plot.ts";
import { fixedScale, isNumber, type Scale, scaleOf, shareTickText, tickText } from "./scale.ts";

export interface LearningStage {
  /** What learns in it. */
  readonly name: string;
  readonly epochs: readonly LearningEpoch[];
  /** From 1; 0 where none was better than what the stage began with. */
  readonly bestEpoch: number;
}

export interface LearningEpoch {
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** Two charts over the same epochs. */
export function learningCurves(stages: readonly LearningStage[]): { readonly loss: Chart; readonly accuracy: Chart } {
  return {
    loss: curve(stages, {
      title: "Loss",
      learnt: ({ loss }) => loss,
      held: ({ validationLoss }) => validationLoss,
      shown: lossText,
      tick: tickText,
      limits: { least: 0 },
    }),
    accuracy: curve(stages, {
      title: "Accuracy",
      learnt: ({ accuracy }) => accuracy,
      held: ({ validationAccuracy }) => validationAccuracy,
      shown: percent,
      tick: shareTickText,
      limits: { least: 0, most: 1 },
    }),
  };
}

interface Measure {
  readonly title: string;
  readonly learnt: (epoch: LearningEpoch) => number;
  readonly held: (epoch: LearningEpoch) => number;
  readonly shown: (value: number) => string;
  readonly tick: (value: number, step: number) => string;
  readonly limits: { readonly least: number; readonly most?: number };
}

function curve(stages: readonly LearningStage[], measure: Measure): Chart {
  const { title, learnt, held, limits } = measure;
  const epochs = stages.flatMap(({ epochs }) => epochs);
  const { left, right, top, bottom } = labelled;
  const x = epochScale(epochs.length, [left, right]);
  const y = scaleOf([...epochs.map(learnt), ...epochs.map(held)], [bottom, top], limits);
  const about = { title, summary: summaryOf(stages, measure) };
  const drawn = [
    axes(labelled, { scale: x, title: "epoch", text: tickText }, { scale: y, title: "", text: measure.tick }),
    boundaries(stages, x),
    line(epochs.map(learnt), x, y, "second dashed"),
    line(epochs.map(held), x, y, "first"),
    bestMarks(stages, measure, x, y),
    labels(
      [
        { text: "learnt from", values: epochs.map(learnt), colour: "second" },
        { text: "held back", values: epochs.map(held), colour: "first" },
      ].flatMap(({ text, values, colour }) => {
        const last = values.findLast(isNumber);
        return last === undefined ? [] : [{ text, colour, y: y.place(last) }];
      }),
      right + 8,
      labelled,
    ),
  ];
  return { ...about, picture: picture(about, heightOf(labelled), drawn), table: tableOf(stages, measure) };
}

/** Whole epochs from 1. */
function epochScale(count: number, places: readonly [number, number]): Scale {
  const step = Math.max(1, scaleOf([0, Math.max(1, count)], places).step);
  return fixedScale(count > 1 ? [1, count] : [0.5, 1.5], places, step);
}

function line(values: readonly number[], x: Scale, y: Scale, kind: string): Markup {
  const points = values.flatMap((value, i) => (isNumber(value) ? [[x.place(i + 1), y.place(value)] as const] : []));
  const dots = points.map(([cx, cy]) => html`<circle class="dot" cx="${rounded(cx)}" cy="${rounded(cy)}" r="2"/>`);
  return html`<g class="line ${kind}"><path d="${pathOf(points)}"/>${dots}</g>`;
}

/** Where one stage ends and the next begins, and which is which. */
function boundaries(stages: readonly LearningStage[], x: Scale): Markup {
  const { top, bottom, left, right } = labelled;
  let before = 0;
  const marks = stages.map(({ epochs }, i) => {
    const from = before === 0 ? left : x.place(before + 0.5);
    before += epochs.length;
    const to = i === stages.length - 1 ? right : x.place(before + 0.5);
    const wide = to - from > 56;
    const rule =
      i > 0 &&
      html`<line class="boundary" x1="${rounded(from)}" x2="${rounded(from)}" y1="${top - 6}" y2="${bottom}"/>`;
    const name =
      stages.length > 1 &&
      to - from > 14 &&
      html`<text class="tick" x="${rounded((from + to) / 2)}" y="${top - 6}" text-anchor="middle">${wide ? `stage ${i + 1}` : i + 1}</text>`;
    return html`${rule}${name}`;
  });
  return html`<g aria-hidden="true">${marks}</g>`;
}

/** A ring around the epoch of each stage whose parameters are kept. */
function bestMarks(stages: readonly LearningStage[], { held }: Measure, x: Scale, y: Scale): Markup {
  let before = 0;
  const marks = stages.map(({ epochs, bestEpoch }) => {
    const best = epochs[bestEpoch - 1];
    const at = before + bestEpoch;
    before += epochs.length;
    if (best === undefined || !isNumber(held(best))) return null;
    return html`<circle class="ring first" cx="${rounded(x.place(at))}" cy="${rounded(y.place(held(best)))}" r="6"/>`;
  });
  return html`<g aria-hidden="true">${marks}</g>`;
}

function summaryOf(stages: readonly LearningStage[], { held, shown }: Measure): string {
  const told = stages.flatMap(({ name, epochs }, i) => {
    const values = epochs.map(held).filter(isNumber);
    if (values.length === 0) return [];
    return [`stage ${i + 1}, ${name}: held back from ${shown(values[0]!)} to ${shown(values.at(-1)!)}`];
  });
  return told.length === 0 ? "No epoch was learnt." : `${told.join("; ")}.`;
}

function tableOf(stages: readonly LearningStage[], { learnt, held, shown }: Measure): ChartTable {
  const cell = (value: number): Shown | string => (isNumber(value) ? { value, shown: shown(value) } : "no number");
  return {
    columns: ["stage", "epoch", "learnt from", "held back", "kept"],
    rows: stages.flatMap(({ epochs, bestEpoch }, i) =>
      epochs.map((epoch, at) => [
        String(i + 1),
        String(at + 1),
        cell(learnt(epoch)),
        cell(held(epoch)),
        at + 1 === bestEpoch ? "kept" : "",
      ]),
    ),
  };
}
