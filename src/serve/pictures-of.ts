// From a request to the bytes of its pictures: one picture as it is, files of a form, or JSON. Everything that a parser
// would have to build is counted before it is parsed. Decodes no picture.

import type { Context } from "hono";
import { fail } from "../errors.ts";
import { limitedBody } from "../http/limited-body.ts";
import { boundaryOf, partsOf } from "../http/multipart.ts";

export interface SentPicture {
  /** As it was sent; echoed, and never a path to anything. */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
}

export interface Sent {
  readonly pictures: readonly SentPicture[];
  /** Whether the body is the picture. */
  readonly alone: boolean;
}

export interface SendingLimits {
  readonly maxBytes: number;
  readonly seconds: number;
  readonly maxPictures: number;
  /** Hears of bytes as they arrive, and may throw. */
  readonly arrived: (bytes: number) => void;
}

/** What a body that is a picture may be called; what it is, its own bytes say. */
export const pictureTypes: readonly string[] = [
  "image/jpeg",
  "image/jpg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/tiff",
  "image/avif",
  "application/octet-stream",
];

const longestName = 255;

/**
 * Reads the pictures of a request.
 *
 * @throws serve/content-type before anything is read; serve/body, serve/no-pictures, serve/too-many-pictures, http/body-...
 */
export async function picturesOf(c: Context, limits: SendingLimits): Promise<Sent> {
  const stated = c.req.header("content-type") ?? "";
  const type = stated.split(";")[0]!.trim().toLowerCase();
  const encoding = c.req.header("content-encoding") ?? "identity";
  const read = readers[pictureTypes.includes(type) ? "picture" : type];
  if (read === undefined) fail("serve/content-type", { type: stated });
  if (encoding !== "identity") fail("serve/content-type", { type: `${type}, encoded as ${encoding}` });
  const body = await limitedBody(c, limits);
  if (body.length === 0) fail("serve/no-pictures", {});
  const pictures = await read(body, stated, limits.maxPictures);
  if (pictures.length === 0) fail("serve/no-pictures", {});
  if (pictures.length > limits.maxPictures) fail("serve/too-many-pictures", { limit: limits.maxPictures });
  return { pictures, alone: pictureTypes.includes(type) };
}

type Reader = (body: Uint8Array, type: string, most: number) => Promise<readonly SentPicture[]>;

const readers: Readonly<Record<string, Reader>> = Object.assign(Object.create(null), {
  picture: async (bytes: Uint8Array) => [{ name: undefined, bytes }],
  "multipart/form-data": picturesInForm,
  "application/json": async (bytes: Uint8Array, _: string, most: number) => picturesInJson(bytes, most),
} satisfies Record<string, Reader>);

async function picturesInForm(body: Uint8Array, type: string, most: number): Promise<readonly SentPicture[]> {
  const boundary = boundaryOf(type) ?? fail("serve/body", { reason: "its type names no boundary between the parts" });
  const parts = partsOf(body, boundary, most) ?? fail("serve/body", { reason: "it is no form that is whole" });
  if (parts.length > most) fail("serve/too-many-pictures", { limit: most });
  return parts.map(({ name, fileName, type, bytes }) => {
    const isFile = fileName !== undefined || type !== undefined;
    if (!isFile) fail("serve/body", { reason: `its part ${JSON.stringify(name)} is no file` });
    return { name: nameOf(fileName), bytes };
  });
}

/** `{"images": [{"data": base64, "name"?: text}]}` */
function picturesInJson(body: Uint8Array, most: number): readonly SentPicture[] {
  const perPicture = 8;
  const values = perPicture * (most + 1);
  if (marksBetween(body, values + 1) > values) fail("serve/too-many-pictures", { limit: most });
  const { images } = (parsed(body) ?? {}) as { readonly images?: unknown };
  if (!Array.isArray(images)) fail("serve/body", { reason: 'it is no JSON with a list "images"' });
  return images.map((image: unknown, i) => {
    const { data, name } = (image ?? {}) as { readonly data?: unknown; readonly name?: unknown };
    if (typeof data !== "string" || !isBase64(data))
      fail("serve/body", { reason: `"data" of image ${i + 1} is no base64` });
    if (name !== undefined && typeof name !== "string")
      fail("serve/body", { reason: `"name" of image ${i + 1} is no text` });
    return { name: nameOf(name), bytes: new Uint8Array(Buffer.from(data, "base64")) };
  });
}

/** Brackets, commas and colons outside of texts, for each of which JSON.parse would make a value; counted up to `most`. */
function marksBetween(json: Uint8Array, most: number): number {
  const marks = new Set([..."{[,:"].map((mark) => mark.charCodeAt(0)));
  const [quote, backslash] = [0x22, 0x5c];
  let count = 0;
  for (let at = 0; at < json.length && count < most; at++) {
    if (marks.has(json[at]!)) count += 1;
    if (json[at] !== quote) continue;
    do {
      at = json.indexOf(quote, at + 1);
      if (at < 0) return count;
    } while (backslashesBefore(json, at, backslash) % 2 === 1);
  }
  return count;
}

function backslashesBefore(json: Uint8Array, at: number, backslash: number): number {
  let first = at;
  while (json[first - 1] === backslash) first -= 1;
  return at - first;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function nameOf(name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : name.slice(0, longestName);
}
