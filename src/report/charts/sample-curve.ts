// What more pictures bring: the accuracy of a head by the number of pictures that it is fitted on, and what twice as many
// would probably give.

import { count, percent } from "../../words.ts";
import { html } from "../markup.ts";
import { type Chart, chartWidth, pathOf, picture, rounded } from "./chart.ts";
import { axes, heightOf, labelled, type Plot } from "./plot.ts";
import { isNumber, scaleOf, shareTickText, tickText } from "./scale.ts";

export interface SampleCurve {
  /** By a rising number of images. */
  readonly points: readonly { readonly images: number; readonly accuracy: number; readonly standardError: number }[];
  readonly gainOfTwice: number;
  readonly standardError: number;
}

const plot: Plot = { ...labelled, right: chartWidth - 30 };

export function sampleCurve({ points, gainOfTwice, standardError }: SampleCurve): Chart {
  const known = points.filter(({ images, accuracy }) => isNumber(images) && isNumber(accuracy));
  const last = known.at(-1);
  const twice =
    last === undefined || !isNumber(gainOfTwice)
      ? []
      : [{ images: 2 * last.images, accuracy: Math.min(1, last.accuracy + gainOfTwice), standardError }];
  const all = [...known, ...twice];
  const x = scaleOf([0, ...all.map(({ images }) => images)], [plot.left, plot.right], { least: 0 });
  const reach = all.flatMap(({ accuracy, standardError: error }) => [accuracy - error, accuracy + error]);
  const y = scaleOf(reach, [plot.bottom, plot.top], { least: 0, most: 1 });
  const placed = all.map(({ images, accuracy, standardError: error }) => ({
    x: rounded(x.place(images)),
    y: rounded(y.place(accuracy)),
    low: rounded(y.place(accuracy - error)),
    high: rounded(y.place(accuracy + error)),
  }));
  const measured = placed.slice(0, known.length);
  const drawnPoints = (kind: string, some: typeof placed) =>
    html`<g class="line ${kind}">${some.map((one) => html`<path d="M${one.x} ${one.low}V${one.high}"/><circle class="dot" cx="${one.x}" cy="${one.y}" r="3.5"/>`)}</g>`;
  const path = (some: typeof placed) => pathOf(some.map((one) => [one.x, one.y]));
  const title = "What more pictures would bring";
  const about = { title, summary: summaryOf(known, gainOfTwice, standardError) };
  return {
    ...about,
    picture: picture(about, heightOf(plot), [
      axes(
        plot,
        { scale: x, title: "pictures to learn from", text: tickText },
        { scale: y, title: "accuracy of a head (± standard error)", text: shareTickText },
      ),
      html`<g class="line second dashed"><path d="${path(placed.slice(Math.max(0, known.length - 1)))}"/></g>`,
      html`<g class="line first"><path d="${path(measured)}"/></g>`,
      drawnPoints("second", placed.slice(known.length)),
      drawnPoints("first", measured),
    ]),
    table: {
      columns: ["pictures", "accuracy", "standard error"],
      rows: [
        ...known.map((point) => [
          { value: point.images, shown: count(point.images) },
          { value: point.accuracy, shown: percent(point.accuracy) },
          { value: point.standardError, shown: percent(point.standardError) },
        ]),
        ...(isNumber(gainOfTwice)
          ? [
              [
                "with twice as many",
                { value: gainOfTwice, shown: `${percent(gainOfTwice)} more` },
                { value: standardError, shown: percent(standardError) },
              ],
            ]
          : []),
      ],
    },
  };
}

function summaryOf(points: SampleCurve["points"], gain: number, error: number): string {
  const told = points.map(({ images, accuracy }) => `${percent(accuracy)} with ${count(images)}`).join(", ");
  if (told === "") return "Nothing was measured.";
  if (!isNumber(gain)) return `${told}.`;
  return `${told}; twice as many would add about ${percent(gain)}, with a standard error of ${percent(error)}.`;
}
