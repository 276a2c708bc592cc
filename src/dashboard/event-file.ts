// events.jsonl of a run, read in pieces: forwards from a place, or backwards from the end. A run may be at work in the file,
// so a line counts once its end is there; and a resumed run cuts the file off and writes on, which a mark tells.

import { type FileHandle, open } from "node:fs/promises";

export interface EventLine {
  /** As it is in the file, without its end. */
  readonly bytes: Buffer;
  /** Where the next line begins. */
  readonly next: number;
}

/** How far a file has been read. */
export interface Place {
  readonly at: number;
  /** The last bytes before it: what lies there when the file is still the same. */
  readonly mark: Buffer;
}

export const beginning: Place = { at: 0, mark: Buffer.alloc(0) };

const pieceBytes = 64 * 1024;
const markBytes = 64;

/**
 * The whole lines from a place on, with what the place is then. Between two pieces others have their turn, however long the
 * file is. A file that is not there has no lines.
 *
 * @param upTo - reads no line that begins there or later
 */
export async function* linesFrom(path: string, at: number, upTo = Number.POSITIVE_INFINITY): AsyncGenerator<EventLine> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return;
  try {
    let begun: Buffer[] = []; // of a line whose end has not come yet
    let next = at; // where that line begins
    for (let from = at; ; ) {
      let piece = await pieceAt(file, from, pieceBytes);
      if (piece.length === 0) return;
      from += piece.length;
      for (let end = piece.indexOf(lineEnd); end >= 0; end = piece.indexOf(lineEnd)) {
        if (next >= upTo) return;
        const bytes = begun.length === 0 ? piece.subarray(0, end) : Buffer.concat([...begun, piece.subarray(0, end)]);
        begun = [];
        next += bytes.length + 1;
        yield { bytes, next };
        piece = piece.subarray(end + 1);
      }
      if (piece.length > 0) begun.push(piece);
    }
  } finally {
    await file.close();
  }
}

const lineEnd = 10;

/** The place at `at`, to be recognised later. */
export async function placeAt(path: string, at: number): Promise<Place> {
  return { at, mark: await before(path, at) };
}

/** Whether the file still has before a place what it had there. */
export async function isStill(path: string, { at, mark }: Place): Promise<boolean> {
  return mark.equals(await before(path, at));
}

async function before(path: string, at: number): Promise<Buffer> {
  const from = Math.max(0, at - markBytes);
  return withFile(path, Buffer.alloc(0), (file) => pieceAt(file, from, at - from));
}

/**
 * The last whole lines of a file, the latest first: as many as lie in its last `most` bytes, the line that is cut by them
 * not among them.
 */
export async function lastLines(path: string, most = pieceBytes): Promise<readonly Buffer[]> {
  const text = await withFile(path, Buffer.alloc(0), async (file) => {
    const { size } = await file.stat();
    const from = Math.max(0, size - most);
    const piece = await pieceAt(file, from, size - from);
    return from === 0 ? piece : piece.subarray(piece.indexOf(lineEnd) + 1);
  });
  const lines: Buffer[] = [];
  for (let end = text.lastIndexOf(lineEnd); end >= 0; ) {
    const start = end === 0 ? -1 : text.lastIndexOf(lineEnd, end - 1);
    lines.push(text.subarray(start + 1, end));
    end = start;
  }
  return lines;
}

/** Length in bytes up to the end of the last whole line, looked for in the last `most` bytes; 0 for a file that is not there. */
export async function wholeLength(path: string, most = pieceBytes): Promise<number> {
  return withFile(path, 0, async (file) => {
    const { size } = await file.stat();
    const from = Math.max(0, size - most);
    return from + (await pieceAt(file, from, size - from)).lastIndexOf(lineEnd) + 1;
  });
}

async function withFile<T>(path: string, otherwise: T, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return otherwise;
  return read(file).finally(() => file.close());
}

async function pieceAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(piece, 0, length, from);
  return piece.subarray(0, bytesRead);
}
