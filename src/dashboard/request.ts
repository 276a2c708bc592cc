// What a request asks for, read from its path, its query and its body, and refused where it does not fit: nothing behind this
// sees a text that it has not been told to expect.

import type { Context } from "hono";
import { fail } from "../errors.ts";
import { limitedBody } from "../http/limited-body.ts";
import type { Correction, CorrectionRequest, DataRequest, TrainRequest } from "./api.ts";

/** Pictures that can be corrected at once. */
const mostAtOnce = 10_000;
const bodyLimits = { maxBytes: 1_000_000, seconds: 30 };

/** A whole number of the query; what is above the limit counts as the limit. @throws dashboard/request */
export function wholeNumber(
  c: Context,
  name: string,
  limits: { otherwise: number; least: number; most: number },
): number {
  const text = c.req.query(name);
  if (text === undefined || text === "") return limits.otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limits.least)) return refuse(`${name} is "${text}"`);
  return Math.min(value, limits.most);
}

/** A word of the query, if it is there; a share above 0 and below 1. @throws dashboard/request */
export function share(c: Context, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === "") return undefined;
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value < 1 ? value : refuse(`${name} is "${text}"`);
}

/** One of a few words of the query. @throws dashboard/request */
export function oneOf<const W extends string>(c: Context, name: string, words: readonly W[]): W | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === "") return undefined;
  return words.find((word) => word === text) ?? refuse(`${name} is "${text}"`);
}

/** Any text of the query; an empty one is none. */
export function text(c: Context, name: string): string | undefined {
  return c.req.query(name) || undefined;
}

/** Offset and limit. */
export function pageOf(c: Context, most: number): { readonly offset: number; readonly limit: number } {
  return {
    offset: wholeNumber(c, "offset", { otherwise: 0, least: 0, most: Number.MAX_SAFE_INTEGER }),
    limit: wholeNumber(c, "limit", { otherwise: Math.min(100, most), least: 1, most }),
  };
}

export async function dataRequest(c: Context): Promise<DataRequest> {
  const { data } = await body(c);
  return { data: isText(data) ? data : refuse("where the pictures are") };
}

export async function trainRequest(c: Context): Promise<TrainRequest> {
  const { data, name, options = {} } = await body(c);
  if (!isText(data)) return refuse("where the pictures are");
  if (name !== undefined && typeof name !== "string") return refuse("the name of the run");
  if (!isRecord(options) || !Object.values(options).every((value) => typeof value === "string"))
    return refuse("the options, each as a text");
  return { data, options: options as Record<string, string>, ...(name !== undefined && name !== "" && { name }) };
}

export async function correctionRequest(c: Context): Promise<CorrectionRequest> {
  const { pictures, correction } = await body(c);
  const rows: readonly unknown[] = Array.isArray(pictures) ? pictures : refuse("which pictures");
  if (rows.length === 0 || rows.length > mostAtOnce || !rows.every((id) => Number.isSafeInteger(id)))
    return refuse(`which pictures, from 1 to ${mostAtOnce}`);
  return { pictures: rows as readonly number[], correction: correctionOf(correction) };
}

function correctionOf(given: unknown): Correction | null {
  if (given === null) return null;
  const { kind, class: named, side } = isRecord(given) ? given : {};
  if (kind === "excluded") return { kind };
  if (kind === "class" && isText(named)) return { kind, class: named };
  if (kind === "side" && (side === "train" || side === "validation")) return { kind, side };
  return refuse("the correction");
}

/** The bytes of a picture. */
export async function pictureBody(c: Context): Promise<Uint8Array> {
  const bytes = await limitedBody(c, { maxBytes: 32_000_000, seconds: 60 });
  return bytes.length === 0 ? refuse("the picture") : bytes;
}

async function body(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await limitedBody(c, bodyLimits);
  try {
    const said: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(said) ? said : refuse("anything, as a JSON object");
  } catch {
    return refuse("anything, as a JSON object");
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 4096;
}

function refuse(what: string): never {
  return fail("dashboard/request", { what });
}
