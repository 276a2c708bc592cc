// What a model of ours says about itself, under the keys that a weights file has for it, so that a model can be the
// starting point of another run and gets the pixels it was trained on. Whether the values fit is the card's business.

import { fail } from "../errors.ts";

type Metadata = Readonly<Record<string, string>>;

/** All metadata of the model, and what can be said of it in a card's words. */
export function cardMetadata(metadata: Metadata): Metadata {
  const { "reinception.inputFormat": format, "reinception.classes": classes } = metadata;
  const { size, crop, interpolation, mean, std } = format === undefined ? {} : readObject(format);
  const entries: readonly (readonly [string, unknown])[] = [
    ["input_size", size],
    ["crop_pct", crop],
    ["interpolation", interpolation],
    ["mean", mean],
    ["std", std],
    ["class_names", classes],
  ];
  const said = entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, textOf(value)] as const]));
  return { ...metadata, ...Object.fromEntries(said) };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const needed = "an object with size, crop, mean and std";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {}
  return fail("weights/metadata", { key: "reinception.inputFormat", text, needed });
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(textOf).join(",") : JSON.stringify(value);
}
