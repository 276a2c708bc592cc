// What can be wrong where a finished model is used.

import { inQuotes, quoted, type Sentence } from "./words.ts";

export const modelErrors = {
  "model/not-found": ({ path }: { path: string }) => ({
    found: `there is no model at "${path}".`,
    fix: "Give a run's folder or a model.onnx; reinception runs lists them.",
  }),
  "model/not-ours": ({ path }: { path: string }) => ({
    found: `"${path}" is an ONNX file without the class names, pixel format and value "pixels" that a model of ours has.`,
    fix: "Give the model.onnx of a run.",
  }),
  "model/no-parameters": ({ path }: { path: string }) => ({
    found: `"${path}" does not hold its network's parameters as they were learnt, as after an export in fewer bits.`,
    fix: "Give the run's folder, or the model.onnx in it.",
  }),
  "model/no-block": ({ block, known }: { block: string; known: readonly string[] }) => ({
    found: `the model has no block ${inQuotes(block)}.`,
    fix: `Give one of: ${known.join(", ")}`,
  }),
  "model/no-class": ({ label, classes }: { label: number; classes: readonly string[] }) => ({
    found: `the model has no class of the number ${label}; it has ${classes.length}, counted from 0.`,
    fix: `Give a number from 0 to ${classes.length - 1}, or none for the most probable class.`,
  }),
  "model/golden-mismatch": ({ path, what }: { path: string; what: string }) => ({
    found: `"${path}" does not do as the golden.json beside it says: ${what}.`,
    fix: "Take both files anew from where they were made. A model without a golden.json beside it is not checked.",
  }),
  "evaluate/unknown-class": ({ unknown, classes }: { unknown: readonly string[]; classes: readonly string[] }) => ({
    found: `the model does not know ${quoted(unknown)}; it knows ${quoted(classes)}.`,
    fix: "Name the folders as the model's classes are named, or leave out the others.",
  }),
  "predict/not-calibrated": ({ path, option }: { path: string; option: string }) => ({
    found: `"${path}" does not say how sure and how near it was on pictures that were held back, which ${option} needs.`,
    fix: `Leave out ${option}, or give the model of a run of this version.`,
  }),
  "predict/too-few-for-coverage": (details: { coverage: number; images: number; largest: number }) => ({
    found: `${details.images} pictures were held back when the model was trained, too few to promise a coverage of ${details.coverage}.`,
    fix: `Ask for at most: --coverage ${trimmed(details.largest)}`,
  }),
  "predict/too-few-to-reject": (details: { reject: number; images: number; smallest: number }) => ({
    found: `${details.images} pictures were held back when the model was trained, too few to tell what is farther than all but ${details.reject} of them.`,
    fix: `Ask for at least: --reject ${trimmed(details.smallest)}`,
  }),
  "predict/no-pictures": ({ paths }: { paths: readonly string[] }) => ({
    found: `there are no pictures in ${quoted(paths)}.`,
    fix: "Give picture files, or folders that hold some.",
  }),
} satisfies Record<string, (details: never) => Sentence>;

/** Without the digits that 1 - 0.01 leaves behind. */
function trimmed(share: number): number {
  return Number(share.toFixed(9));
}
