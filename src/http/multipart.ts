// The parts of multipart/form-data (RFC 7578), as views on the bytes that were sent. Refuses what is not whole; the Request
// of Node would too, but it also refuses boundaries shorter than 27 signs, which other programs may send.

export interface Part {
  /** Of the field; empty where it has none. */
  readonly name: string;
  readonly fileName: string | undefined;
  /** As it was stated; undefined where nothing is. */
  readonly type: string | undefined;
  readonly bytes: Uint8Array;
}

const longestHead = 8192;

/** The boundary that a content type names; undefined where that is none. */
export function boundaryOf(type: string): string | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(type) ?? [];
  return quoted ?? plain;
}

/**
 * Reads the parts of a form.
 *
 * @param most - parts that are read; there may be one more in the result, which says that there are too many
 * @returns undefined when the form is not whole
 */
export function partsOf(body: Uint8Array, boundary: string, most: number): readonly Part[] | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const delimiter = `\r\n--${boundary}`;
  const begin = bytes.indexOf(delimiter.slice(2)) === 0 ? -2 : bytes.indexOf(delimiter);
  if (begin === -1) return undefined;
  const parts: Part[] = [];
  for (let at = begin + delimiter.length; ; ) {
    if (bytes.subarray(at, at + 2).toString("latin1") === "--") return parts;
    if (parts.length > most) return parts;
    const line = bytes.indexOf("\r\n", at);
    const padded = line >= 0 && bytes.subarray(at, line).every((byte) => byte === 0x20 || byte === 0x09);
    const head = padded ? bytes.indexOf("\r\n\r\n", line) : -1;
    const end = head < 0 ? -1 : bytes.indexOf(delimiter, head + 2);
    if (end < 0 || head - line > longestHead) return undefined;
    parts.push({
      ...headersOf(bytes.subarray(line, head).toString("utf8")),
      bytes: body.subarray(head + 4, Math.max(end, head + 4)),
    });
    at = end + delimiter.length;
  }
}

function headersOf(text: string): Omit<Part, "bytes"> {
  const stated = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(text)?.[1]?.trim();
  const disposition = stated("content-disposition") ?? "";
  return {
    name: parameterOf(disposition, "name") ?? "",
    fileName: parameterOf(disposition, "filename"),
    type: stated("content-type"),
  };
}

/** Browsers write quotes in names as %22, curl as \". */
function parameterOf(disposition: string, name: string): string | undefined {
  const written = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(disposition);
  if (written === null) return undefined;
  return written[2] ?? written[1]!.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"');
}
