// Answers about pictures as they are printed: each as soon as it is there, or one JSON document when all are.

import type { Prediction } from "../index.ts";
import { csvLine } from "./csv.ts";
import { shortPath } from "./paths.ts";
import { displayWidth, fitTo } from "./table.ts";
import type { Style } from "./terminal.ts";
import { firstOf, percent, printable } from "../words.ts";

/** Takes predictions one by one. */
export interface Printer {
  take(prediction: Prediction): void;
  /** After the last one. */
  end(): void;
}

export type Answer = Extract<Prediction, { classes: unknown }>;

type Write = (text: string) => void;

export function jsonPrinter(top: number, out: Write): Printer {
  const predictions: Prediction[] = [];
  return {
    take: (prediction) =>
      predictions.push(
        "classes" in prediction ? { ...prediction, classes: prediction.classes.slice(0, top) } : prediction,
      ),
    end: () => out(`${JSON.stringify({ predictions })}\n`),
  };
}

/** What else of a picture was asked for. */
export interface AskedFor {
  readonly coverage?: number | undefined;
  readonly reject?: number | undefined;
}

/**
 * Columns: path, class_1, probability_1 and so on, what else was asked for, error. How many classes there are is known with
 * the first answer. The classes of a set stand in one field as JSON has them, for a name may hold any mark between them.
 */
export function csvPrinter(top: number, out: Write, { coverage, reject }: AskedFor = {}): Printer {
  const doubted = [
    ...(coverage === undefined ? [] : ["set"]),
    ...(reject === undefined ? [] : ["distance", "rejected"]),
  ];
  const waiting: Prediction[] = [];
  let columns: number | undefined;
  const print = (prediction: Prediction) => {
    const answer = "classes" in prediction ? prediction : undefined;
    const classes = answer?.classes ?? [];
    const { set, distance, rejected } = answer ?? {};
    const said: Readonly<Record<string, unknown>> = { set: set && JSON.stringify(set), distance, rejected };
    const doubts = doubted.map((name) => String(said[name] ?? ""));
    const named = Array.from({ length: columns ?? 0 }, (_, i) => {
      const one = classes[i];
      return one === undefined ? ["", ""] : [one.name, String(one.probability)];
    });
    const error = "problem" in prediction ? prediction.problem.message : "";
    out(csvLine([prediction.path, ...named.flat(), ...doubts, error]));
  };
  const begin = (count: number) => {
    columns = count;
    const titles = Array.from({ length: count }, (_, i) => [`class_${i + 1}`, `probability_${i + 1}`]);
    out(csvLine(["path", ...titles.flat(), ...doubted, "error"]));
    for (const prediction of waiting.splice(0)) print(prediction);
  };
  return {
    take(prediction) {
      if (columns === undefined && "classes" in prediction) begin(Math.min(top, prediction.classes.length));
      if (columns === undefined) waiting.push(prediction);
      else print(prediction);
    },
    end() {
      if (columns === undefined) begin(top);
    },
  };
}

/** A list of classes for a single picture, a table for several; what cannot be read goes elsewhere. */
export function textPrinter(top: number, style: Style, out: Write, unread: (message: string) => void): Printer {
  let first: Answer | undefined;
  let several = false;
  const row = (answer: Answer) => out(`${predictionRow(answer, top, style)}\n`);
  return {
    take(prediction) {
      if ("problem" in prediction) unread(prediction.problem.message);
      else if (several) row(prediction);
      else if (first === undefined) first = prediction;
      else {
        several = true;
        row(first);
        row(prediction);
      }
    },
    end() {
      if (first !== undefined && !several) out(`${predictionText(first, top, style).join("\n")}\n`);
    },
  };
}

const unlikeAnything = "unlike anything learnt from";

/** The picture and its most probable classes; on one line where only one is wanted. */
export function predictionText(answer: Answer, top: number, style: Style): readonly string[] {
  if (top === 1) return [predictionRow(answer, top, style)];
  const named = answer.classes.slice(0, top).map(({ name, probability }) => {
    return `${percent(probability).padStart(7)}  ${printable(name)}`;
  });
  const [first = "", ...others] = named;
  const set = answer.set === undefined ? [] : [`   one of  ${firstOf(answer.set, widestSet)}`];
  const colour = answer.rejected === true ? style.dim : style.good;
  const unlike = answer.rejected === true ? [style.bad(unlikeAnything)] : [];
  return [style.bold(shortPath(answer.path)), ...unlike, colour(first), ...others, ...set];
}

const widestName = 24;
const widestSet = 8;

/** As a row of a table: columns are as wide as the longest name of a class, so that each row can be printed at once. */
export function predictionRow({ path, classes, set, rejected }: Answer, top: number, style: Style): string {
  const shown = (name: string) => fitTo(printable(name), widestName);
  const width = Math.max(...classes.map(({ name }) => displayWidth(shown(name))));
  const cells = classes.slice(0, top).map(({ name, probability }) => {
    const blanks = " ".repeat(width - displayWidth(shown(name)));
    return `${percent(probability).padStart(7)}  ${shown(name)}${blanks}`;
  });
  const [first = "", ...others] = cells;
  const colour = rejected === true ? style.dim : style.good;
  const oneOf = set === undefined ? [] : [`{${firstOf(set, widestSet)}}`];
  const unlike = rejected === true ? [style.bad(unlikeAnything)] : [];
  return [colour(first), ...others, shortPath(path), ...oneOf, ...unlike].join("  ");
}
