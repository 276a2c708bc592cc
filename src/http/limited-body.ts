// The body of a request, read to its end or refused: no more bytes and no more time than allowed, whatever its length is
// said to be.

import type { Context } from "hono";
import { fail } from "../errors.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  /** From now to its last byte. */
  readonly seconds: number;
  /** Hears of bytes as they arrive; what it throws ends the reading. */
  readonly arrived?: (bytes: number) => void;
}

/**
 * Reads the body of a request.
 *
 * @throws http/body-too-large before it is read where its length is said; http/body-too-slow, http/body-cut
 */
export async function limitedBody(c: Context, { maxBytes, seconds, arrived }: BodyLimits): Promise<Uint8Array> {
  if (statedLength(c) > maxBytes) fail("http/body-too-large", { limit: maxBytes });
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array(0);
  const reader = body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, "late");
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read().catch(() => "cut" as const), late]);
      if (next === "late") fail("http/body-too-slow", { seconds });
      if (next === "cut") fail("http/body-cut", {});
      if (next.done) return joined(chunks, length);
      length += next.value.length;
      if (length > maxBytes) fail("http/body-too-large", { limit: maxBytes });
      arrived?.(next.value.length);
      chunks.push(next.value);
    }
  } finally {
    clearTimeout(timer);
    reader.releaseLock(); // what is left is drained by the server, so that the answer arrives
  }
}

/** Bytes that the body has by its header; 0 where that says nothing. */
export function statedLength(c: Context): number {
  return Number(c.req.header("content-length") ?? 0);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
