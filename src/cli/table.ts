// Rows of text in aligned columns. Counts what a terminal shows, not code units: marks above letters take no place, the
// wide characters of East Asia take two.

export interface Column {
  readonly title: string;
  /** "left" unless given; numbers stand at the right. */
  readonly align?: "left" | "right";
}

/** The lines of a table, its titles first unless all of them are empty. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const all = titles.every((title) => title === "") ? rows : [titles, ...rows];
  const widths = columns.map((_, i) => Math.max(0, ...all.map((row) => displayWidth(row[i] ?? ""))));
  return all.map((row) =>
    columns
      .map(({ align }, i) => padTo(row[i] ?? "", widths[i]!, align))
      .join("  ")
      .trimEnd(),
  );
}

/** Places which a text takes in a terminal; codes for colours take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(colours, "")) {
    if (/\p{M}|\p{Cf}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/** The beginning of a text that fits into `width` places; colours are left out where it is cut. */
export function fitTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let short = "";
  for (const character of text.replace(colours, "")) {
    if (displayWidth(short + character) > width - 1) break;
    short += character;
  }
  return width > 0 ? `${short}…` : "";
}

function padTo(text: string, width: number, align: Column["align"] = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? blanks + text : text + blanks;
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
