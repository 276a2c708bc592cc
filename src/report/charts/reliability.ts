// The reliability diagram: of the pictures that the network is so and so sure of, how many it is right on. On the diagonal it
// is right as often as it says.

import { count, percent } from "../../words.ts";
import { html, type Markup } from "../markup.ts";
import { type Chart, chartWidth, pathOf, picture, rounded } from "./chart.ts";
import { axes, heightOf, type Plot } from "./plot.ts";
import { fixedScale, type Scale, shareTickText } from "./scale.ts";

export interface ReliabilityBin {
  readonly count: number;
  readonly accuracy: number;
  /** Mean probability of its answers. */
  readonly confidence: number;
}

export interface Reliability {
  /** Of the network's own probabilities; null where it is the same as `after`. */
  readonly before: readonly ReliabilityBin[] | null;
  readonly after: readonly ReliabilityBin[];
}

const plot: Plot = { left: 46, right: chartWidth - 16, top: 26, bottom: 246 };

export function reliabilityDiagram({ before, after }: Reliability): Chart {
  const x = fixedScale([0, 1], [plot.left, plot.right], 0.25);
  const y = fixedScale([0, 1], [plot.bottom, plot.top], 0.25);
  const about = { title: "Right as often as it says", summary: summaryOf(after) };
  const axis = { title: "how sure it is", text: shareTickText };
  const drawn = [
    axes(plot, { ...axis, scale: x }, { ...axis, scale: y, title: "how often it is right" }),
    html`<line class="boundary" x1="${plot.left}" y1="${plot.bottom}" x2="${plot.right}" y2="${plot.top}"/>`,
    before !== null && bins(before, x, y, "second dashed"),
    bins(after, x, y, "first"),
    key(before !== null),
  ].filter((part) => part !== false);
  return {
    ...about,
    picture: picture(about, heightOf(plot), drawn),
    table: {
      columns: ["probabilities", "pictures", "how sure", "right"],
      rows: [...(before === null ? [] : rowsOf(before, "as the network has them")), ...rowsOf(after, "of the model")],
    },
  };
}

/** Circles whose area says of how many pictures they speak. */
function bins(found: readonly ReliabilityBin[], x: Scale, y: Scale, kind: string): Markup {
  const all = found.reduce((total, { count }) => total + count, 0);
  const points = found.map(({ confidence, accuracy }) => [x.place(confidence), y.place(accuracy)] as const);
  const dots = found.map(({ count }, i) => {
    const [cx, cy] = points[i]!;
    const radius = 2.5 + 11 * Math.sqrt(count / Math.max(1, all));
    return html`<circle class="bubble" cx="${rounded(cx)}" cy="${rounded(cy)}" r="${rounded(radius)}"/>`;
  });
  return html`<g class="line ${kind}"><path d="${pathOf(points)}"/>${dots}</g>`;
}

/** Which line is which, where nothing else is: left of the diagonal at the top. */
function key(both: boolean): Markup {
  const entry = (y: number, kind: string, text: string) =>
    html`<g class="line ${kind}"><path d="M${plot.left + 12} ${y}h26"/></g><text class="label ${kind}" x="${plot.left + 46}" y="${y + 4}">${text}</text>`;
  const after = entry(plot.top + 12, "first", "probabilities of the model");
  return html`<g aria-hidden="true">${after}${both && entry(plot.top + 30, "second dashed", "before calibration")}</g>`;
}

function summaryOf(bins: readonly ReliabilityBin[]): string {
  if (bins.length === 0) return "No picture was judged.";
  const told = bins.map(
    ({ count: pictures, accuracy, confidence }) =>
      `of ${count(pictures)} that it is ${percent(confidence)} sure of, ${percent(accuracy)} are right`,
  );
  return `${told.join("; ")}.`;
}

function rowsOf(bins: readonly ReliabilityBin[], name: string) {
  return bins.map(({ count: pictures, accuracy, confidence }) => [
    name,
    { value: pictures, shown: count(pictures) },
    { value: confidence, shown: percent(confidence) },
    { value: accuracy, shown: percent(accuracy) },
  ]);
}
