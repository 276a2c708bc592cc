// What is asked about the pictures of a run, what is said of them, and what a run says of a new one.

import { type Context, Hono } from "hono";
import { fail } from "../errors.ts";
import type { AllRuns } from "./all-runs.ts";
import { pictureChoices, pictureSorts, type Split } from "./api.ts";
import type { Corrected } from "./corrected.ts";
import type { Looks } from "./looks.ts";
import { correctionRequest, oneOf, pageOf, pictureBody, share, text, wholeNumber } from "./request.ts";
import type { AllPictures } from "./run-pictures.ts";

export interface PictureParts {
  readonly runs: AllRuns;
  readonly pictures: AllPictures;
  readonly corrections: Corrected;
  readonly looks: Looks;
}

const splits = ["train", "validation", "test"] as const satisfies readonly Split[];
const mostRows = 1000;
/** Longest side of a picture that is shown; few are needed, so that they are kept by browsers. */
const edges = { otherwise: 256, least: 16, most: 2048 };

export function pictureRoutes({ runs, pictures, corrections, looks }: PictureParts): Hono {
  const runOf = (c: Context) => runs.folderOf(c.req.param("run") ?? "");

  return new Hono()
    .get("/runs/:run/pictures", async (c) => {
      const run = await runOf(c);
      const query = {
        split: oneOf(c, "split", splits),
        class: text(c, "class"),
        said: text(c, "said"),
        only: oneOf(c, "only", pictureChoices),
        sort: oneOf(c, "sort", pictureSorts),
        ...pageOf(c, mostRows),
      };
      return c.json(await (await pictures.of(run)).list(query, await corrections.of(run)));
    })
    .get("/runs/:run/pictures/:picture/image", async (c) => {
      const of = await pictures.of(await runOf(c));
      const id = pictureId(c);
      const edge = wholeNumber(c, "edge", edges);
      const [[, hash] = []] = await of.rows([id]);
      const etag = `"${hash}-${edge}"`;
      // the name of a row may come to mean another picture when a run goes on, so browsers ask, and mostly are told: the same
      const headers = { "cache-control": "private, no-cache", etag };
      if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
      return c.body(await of.image(id, edge), 200, { ...headers, "content-type": "image/webp" });
    })
    .get("/runs/:run/pictures/:picture/heat", async (c) => {
      const run = await runOf(c);
      const of = await pictures.of(run);
      const id = pictureId(c);
      const [[row] = []] = await of.rows([id]);
      const heat = await looks.heat(run, await of.bytes(id), text(c, "class") ?? row!.said);
      return c.body(new Uint8Array(heat), 200, { "content-type": "image/png" });
    })
    .get("/runs/:run/corrections", async (c) => c.json(await corrections.state(await runOf(c))))
    .post("/runs/:run/corrections", async (c) => {
      const run = await runOf(c);
      const { pictures: ids, correction } = await correctionRequest(c);
      const rows = await (await pictures.of(run)).rows(ids);
      const known = rows.map(([{ name }, hash]) => ({ name, hash }));
      await corrections.add(run, known, correction);
      return c.json(await corrections.state(run));
    })
    .post("/runs/:run/corrections/undo", async (c) => {
      const run = await runOf(c);
      await corrections.undo(run);
      return c.json(await corrections.state(run));
    })
    .post("/runs/:run/try", async (c) => {
      const run = await runOf(c);
      const asked = { coverage: share(c, "coverage"), reject: share(c, "reject") };
      return c.json(await looks.try(run, await pictureBody(c), asked));
    });
}

function pictureId(c: Context): number {
  const id = c.req.param("picture") ?? "";
  return /^\d{1,9}$/.test(id)
    ? Number(id)
    : fail("dashboard/request", { what: `which picture: ${JSON.stringify(id)}` });
}
