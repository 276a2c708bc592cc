// What can go wrong where a model is taken elsewhere.

import { quoted, type Sentence } from "./words.ts";

/** Shares of `images`. */
export interface Lost {
  readonly images: number;
  readonly agreement: number;
  readonly before: number;
  readonly after: number;
  readonly lost: number;
  readonly limit: number;
}

export const exportErrors = {
  "export/folder-in-use": ({ path }: { path: string }) => ({
    found: `there is something at "${path}" already, and an export does not write over anything.`,
    fix: "Name a new folder, for example: --out exported",
  }),
  "export/page-takes-pictures": ({ input }: { input: string }) => ({
    found: `a web page takes pictures, but --input is "${input}".`,
    fix: "Leave out --input, or write the model alone: --format onnx",
  }),
  "export/hidden-layers": ({ units }: { units: readonly number[] }) => ({
    found: `the head has hidden layers (${units.join(", ")} units), and timm's inception_v4 has none.`,
    fix: "Take the model along with: --format onnx\nOr train with a head that timm knows: --head linear",
  }),
  "export/several-depths": ({ depths }: { depths: readonly string[] }) => ({
    found: `the head reads the maps behind ${depths.join(" and ")}, and timm's inception_v4 has a head behind mixed_7d alone.`,
    fix: "Take the model along with: --format onnx\nOr train with a strategy that timm knows: --strategy hybrid",
  }),
  "export/not-as-learnt": ({ path }: { path: string }) => ({
    found: `"${path}" does not hold the numbers as they were learnt: what computes in half precision or whole numbers has them folded and rounded.`,
    fix: "Export from the run itself: reinception export runs/first --format safetensors",
  }),
  "export/beyond-float16": ({ name, value }: { name: string; value: number }) => ({
    found: `"${name}" reaches ${value}, and half precision ends at 65504.`,
    fix: "Export it with: --format onnx",
  }),
  "export/pictures-changed": ({ paths }: { paths: readonly string[] }) => ({
    found: `the pictures in ${quoted(paths)} are not those of the run any more, so it is not known which of them the model has not seen.`,
    fix: "Put back what was there, or train again; as it is the model can be taken along with: --format onnx",
  }),
  "export/accuracy-lost": ({ images, agreement, before, after, lost, limit }: Lost) => ({
    found: `the smaller model calls ${percent(after)} of ${images} held-back pictures right instead of ${percent(before)}, a loss of ${percent(lost)}, and ${percent(limit)} is the limit; both say the same of ${percent(agreement)}.`,
    fix: `Take more pictures with --calibration 1000, allow it with --max-accuracy-loss ${Math.ceil(lost * 1000) / 1000}, or use: --format onnx-fp16`,
  }),
} satisfies Record<string, (details: never) => Sentence>;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
