// What comes on standard input where pictures are asked for: one picture, or a list of paths, one on each line or with NUL
// between them, as find -print0 writes them.

/** A picture as it is, or paths. */
export type FromInput = Uint8Array | readonly string[];

export async function readInput(stream: AsyncIterable<Uint8Array> = process.stdin): Promise<FromInput> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return pathsOrPicture(new Uint8Array(Buffer.concat(parts)));
}

/** A list is text without control characters, which every file of a picture has among its first bytes. */
export function pathsOrPicture(bytes: Uint8Array): FromInput {
  const text = textOf(bytes);
  if (text === undefined || control.test(text)) return bytes;
  const lines = text.includes("\0") ? text.split("\0") : text.split(/\r?\n/);
  return lines.filter((line) => line !== "");
}

/** But tabs, ends of lines and NUL. */
const control = /(?![\t\r\n\0])\p{Cc}/u;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
