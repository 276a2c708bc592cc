// The pictures that a run learnt from and those it held back, found again, each with the class and on the side that it had in
// the run, whatever has been said of it since.

import { dirname, join } from "node:path";
import { fail } from "../errors.ts";
import type { RunEvent } from "../train/events.ts";
import { listPictures, type RunData } from "../train/run-data.ts";
import { readRunRecord } from "../train/run-folder.ts";
import { readImageLines } from "../train/run-images.ts";
import type { RunImage } from "../train/views.ts";

/**
 * Lists the pictures of the run in whose folder a model lies. Files may have other names by now; others may have come.
 *
 * @param model - absolute path of the model file
 * @throws run/not-a-run, export/pictures-changed, data/...
 */
export async function* runPictures(model: string): AsyncGenerator<RunEvent, Pick<RunData, "train" | "validation">> {
  const folder = dirname(model);
  const { config, classes } = await readRunRecord(folder);
  const lines = (await readImageLines(join(folder, "images.jsonl"))).filter((line) => "hash" in line);
  const listed = yield* listPictures({ ...config, corrections: false });
  const byHash = new Map(listed.images.map((image) => [image.hash, image]));
  const on = (side: "train" | "validation"): readonly RunImage[] =>
    lines
      .filter(({ split }) => split === side)
      .map(({ name, hash, class: own }) => {
        const { locator } = byHash.get(hash) ?? fail("export/pictures-changed", { paths: config.data });
        return { locator, name, hash, label: classes.indexOf(own) };
      });
  return { train: on("train"), validation: on("validation") };
}
