// What can be wrong where a finished model is used.

import { quoted, type Sentence } from "./words.ts";

export const modelErrors = {
  "model/not-found": ({ path }: { path: string }) => ({
    found: `there is no model at "${path}".`,
    fix: "Give a run's folder or a model.onnx; reinception runs lists them.",
  }),
  "model/not-ours": ({ path }: { path: string }) => ({
    found: `"${path}" is an ONNX file without the class names, pixel format and value "pixels" that a model of ours has.`,
    fix: "Give the model.onnx of a run.",
  }),
  "model/golden-mismatch": ({ path, what }: { path: string; what: string }) => ({
    found: `"${path}" does not do as the golden.json beside it says: ${what}.`,
    fix: "Take both files anew from where they were made. A model without a golden.json beside it is not checked.",
  }),
  "evaluate/unknown-class": ({ unknown, classes }: { unknown: readonly string[]; classes: readonly string[] }) => ({
    found: `the model does not know ${quoted(unknown)}; it knows ${quoted(classes)}.`,
    fix: "Name the folders as the model's classes are named, or leave out the others.",
  }),
  "predict/no-pictures": ({ paths }: { paths: readonly string[] }) => ({
    found: `there are no pictures in ${quoted(paths)}.`,
    fix: "Give picture files, or folders that hold some.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
