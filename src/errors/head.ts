// What a head cannot be fitted on, or judged by.

import type { Sentence } from "./words.ts";

export const headErrors = {
  "head/lengths": ({ what, found, needed }: { what: string; found: number; needed: string }) => ({
    found: `there are ${found} ${what}, but there must be one for each of ${needed}.`,
    fix: "Give features row by row as [rows, width], and as many labels and row weights as rows.",
  }),
  "head/label": ({ row, label, classes }: { row: number; label: number; classes: number }) => ({
    found: `row ${row} has label ${label}, but there are ${classes} classes, counted from 0.`,
    fix: `Give labels from 0 to ${classes - 1}, or say how many classes there are.`,
  }),
  "head/weight": ({ row, weight }: { row: number; weight: number }) => ({
    found: `row ${row} counts ${weight} times, but a weight is a finite number and not below 0.`,
    fix: "Leave the weights out to let every row count once.",
  }),
  "head/one-class": ({ rows }: { rows: number }) => ({
    found: `of ${rows} rows, all that count are of one class, but a head tells at least two apart.`,
    fix: "Add rows of another class.",
  }),
  "head/feature": ({ row, column, value }: { row: number; column: number; value: number }) => ({
    found: `feature ${column} of row ${row} is ${value}.`,
    fix: "Take this row out; the picture, or the parameters that its features were computed with, are damaged.",
  }),
  "head/number-out-of-range": ({ option, value, needed }: { option: string; value: number; needed: string }) => ({
    found: `${option} is ${value}, but it must be ${needed}.`,
    fix: `Leave ${option} out to take what suits most folders.`,
  }),
  "head/too-few-to-calibrate": ({ rows, needed, miss }: { rows: number; needed: number; miss: number }) => ({
    found: `sets that miss at most ${miss} of the pictures need ${needed} rows to be fitted on, but there are ${rows}.`,
    fix: `Hold back ${needed} pictures, or allow more to be missed.`,
  }),
} satisfies Record<string, (details: never) => Sentence>;
