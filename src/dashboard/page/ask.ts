// The only door to the server: what is asked, what changes something, and what went wrong, as values. Nothing here throws; a
// server that does not answer is a problem like any other.

import type { Problem } from "../api.ts";
import { token } from "./token.ts";

export type Outcome<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: Problem };

const silence: Problem = {
  code: "page/no-answer",
  message: "The dashboard does not answer. Nothing has been changed.",
  fix: "Start it again in a terminal, and open the address that it prints: reinception dashboard",
};

/** @param path - below /api */
export function ask<T>(path: string, signal?: AbortSignal): Promise<Outcome<T>> {
  return answered(path, { ...(signal && { signal }) });
}

/** Asks for a change, with the token. @param body - a record, or a picture as it is */
export function change<T>(path: string, body: object | Blob = {}): Promise<Outcome<T>> {
  const [type, content] =
    body instanceof Blob ? [body.type || "application/octet-stream", body] : ["application/json", JSON.stringify(body)];
  return answered(path, {
    method: "POST",
    body: content,
    headers: { "Content-Type": type, Authorization: `Bearer ${token() ?? ""}` },
  });
}

async function answered<T>(path: string, request: RequestInit): Promise<Outcome<T>> {
  try {
    const response = await fetch(`/api/${path}`, request);
    const said = (await response.json()) as unknown;
    return response.ok ? { value: said as T } : { problem: problemIn(said, response.status) };
  } catch {
    return { problem: silence };
  }
}

function problemIn(said: unknown, status: number): Problem {
  const { code, message, fix } = (said ?? {}) as Partial<Problem>;
  if (message !== undefined) return { code: code ?? "page/problem", message, fix: fix ?? "" };
  return { ...silence, message: `The dashboard answered ${status} and did not say why.` };
}

/** The address of a picture that the server draws. */
export function pictureAddress(run: string, picture: number, edge: number): string {
  return `/api/runs/${encodeURIComponent(run)}/pictures/${picture}/image?edge=${edge}`;
}

export function heatAddress(run: string, picture: number, name: string): string {
  return `/api/runs/${encodeURIComponent(run)}/pictures/${picture}/heat?class=${encodeURIComponent(name)}`;
}
