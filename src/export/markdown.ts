// Text from elsewhere as part of a Markdown document, where it is to be text and nothing else: names of classes come from
// folders, and folders are named by anyone.

/** Also the dot that would make a link of "www." and what follows. */
const meaningful = /[\\`*_{}[\]<>()#!|~&:@$]|(?<=www)\./gi;
const steering = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name that makes no link, no image, no HTML and no column, and stays on its line. */
export function escaped(text: string): string {
  return text.replace(steering, "\ufffd").replace(meaningful, "\\$&");
}

/** Cells are Markdown already; columns of numbers stand at the right. */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align?: "right" }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = columns.map(({ align }) => (align === "right" ? "--:" : "---"));
  return [line(columns.map(({ title }) => title)), line(rule), ...rows.map(line)].join("\n");
}

export function codeBlock(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}
