// What the dashboard asks of others that look at pictures, fit heads and remember what a user has said. Each lives in a process
// of its own or reads small files; the server only passes on what they answer.

import type { RunRecord } from "../index.ts";
import type { Correction, CorrectionState, TryAnswer } from "./api.ts";

/** A picture of a run as corrections know it. */
export interface KnownPicture {
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly name: string;
  /** That it had in the run. */
  readonly class: string;
}

export interface Services {
  readonly corrections: CorrectionsService;
  readonly looks: LooksService;
  /** The command that reproduces a run. */
  commandOf(record: RunRecord): string;
  close(): Promise<void>;
}

export interface CorrectionsService {
  /** What is said of pictures of a run's data, by their SHA-256. */
  of(run: string): Promise<readonly (readonly [string, Correction])[]>;
  state(run: string): Promise<CorrectionState>;
  /** @param correction - null takes back what was said */
  add(run: string, pictures: readonly KnownPicture[], correction: Correction | null): Promise<void>;
  undo(run: string): Promise<void>;
}

export interface LooksService {
  /** Where a run's network looks to say a class, as PNG to be laid over the picture. */
  heat(run: string, picture: Uint8Array, className: string): Promise<Uint8Array>;
  try(
    run: string,
    picture: Uint8Array,
    asked: { readonly coverage: number | undefined; readonly reject: number | undefined },
  ): Promise<TryAnswer>;
}
