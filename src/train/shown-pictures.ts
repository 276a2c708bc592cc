// The pictures of a run, to be looked at: found where the run found them, held against the hash that it knows, and written
// anew. Never gives the bytes of a file away, and nothing that the run has not seen.

import { createHash } from "node:crypto";
import { shrunkPicture } from "../data/decode.ts";
import type { Locator } from "../data/locator.ts";
import { openReader } from "../data/read-located.ts";
import { readDataset } from "../data/sources.ts";
import { fail } from "../errors.ts";
import type { AnsweredPicture } from "./answers-file.ts";
import { readRunRecord } from "./run-folder.ts";

export interface ShownPictures {
  /**
   * A picture as the run saw it, at most `edge` pixels long, as WebP.
   *
   * @throws run/picture-gone, run/picture-changed, data/...
   */
  show(picture: Pick<AnsweredPicture, "name" | "hash">, edge: number): Promise<Uint8Array>;
  /** Its bytes, for who classifies it. Throws as `show`. */
  read(picture: Pick<AnsweredPicture, "name" | "hash">): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens the pictures of a run. Where they lie is found out when the first is asked for.
 *
 * @param run - path of its folder
 * @throws run/not-a-run
 */
export async function openShownPictures(run: string): Promise<ShownPictures> {
  const { data } = (await readRunRecord(run)).config;
  const reader = openReader();
  let places: Promise<ReadonlyMap<string, Locator>> | undefined;

  async function read({ name, hash }: Pick<AnsweredPicture, "name" | "hash">): Promise<Uint8Array> {
    places ??= placesOf(data);
    const place = (await places.catch(again)).get(name) ?? fail("run/picture-gone", { name, paths: data });
    const bytes = await reader.read(place);
    const found = createHash("sha256").update(bytes).digest("hex");
    return found === hash ? bytes : fail("run/picture-changed", { name });
  }

  /** A disk that was not there may be there the next time. */
  function again(error: unknown): never {
    places = undefined;
    throw error;
  }

  return {
    read,
    show: async (picture, edge) => shrunkPicture(await read(picture), edge, picture.name),
    close: () => reader.close(),
  };
}

async function placesOf(data: readonly string[]): Promise<ReadonlyMap<string, Locator>> {
  const { images } = await readDataset(data);
  return new Map(images.map(({ name, locator }) => [name, locator]));
}
