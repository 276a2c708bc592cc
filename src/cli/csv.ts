// Tables as CSV, by RFC 4180.

/** One line with its end. Quotes stand where a field has something in it that would end it. */
export function csvLine(fields: readonly string[]): string {
  const quoted = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return `${fields.map(quoted).join(",")}\r\n`;
}
