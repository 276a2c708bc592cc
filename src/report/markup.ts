// Markup as values: what is put into a template is text and stays text, unless it is markup itself. Names of classes and
// files come from folders, and folders are named by anyone. Pure.

import { printable } from "../words.ts";

/** HTML or SVG that may stand in a page as it is. */
export interface Markup {
  readonly markup: string;
}

/** What a template takes; nothing of what says nothing, and lists one after the other. */
export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/**
 * The tag of templates. Whatever is not markup is escaped, for text and for attributes in double quotes; what would steer
 * the direction of text is shown as a replacement mark.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, i) => (i === 0 ? text : written(parts[i - 1]) + text)).join("") };
}

/** Our own text, such as a style sheet, as it is. Never what comes from elsewhere. */
export function asIs(markup: string): Markup {
  return { markup };
}

function written(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escaped(part);
  return "markup" in part ? part.markup : part.map(written).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (letter) => entities[letter]!);
}
