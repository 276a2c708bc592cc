// What is asked about runs: their table, one of them, its curves, what happens in it; and what is done to them.

import { Hono } from "hono";
import { type RunState, runSorts } from "./api.ts";
import type { AllRuns } from "./all-runs.ts";
import type { CurveFiles } from "./curve-files.ts";
import type { Live } from "./live.ts";
import { oneOf, pageOf, text, trainRequest, wholeNumber } from "./request.ts";
import { runDetail } from "./run-detail.ts";
import { runTable } from "./run-table.ts";

export interface RunParts {
  readonly runs: AllRuns;
  readonly curves: CurveFiles;
  readonly live: Live;
}

const states = ["running", "finished", "stopped", "interrupted", "damaged"] as const satisfies readonly RunState[];
const mostRows = 1000;

export function runRoutes({ runs, curves, live }: RunParts): Hono {
  return new Hono()
    .get("/runs", async (c) => {
      const query = {
        search: text(c, "search"),
        state: oneOf(c, "state", states),
        sort: oneOf(c, "sort", runSorts),
        order: oneOf(c, "order", ["up", "down"]),
        ...pageOf(c, mostRows),
      };
      return c.json(runTable(await runs.rows(), query));
    })
    .post("/runs", async (c) => c.json(await runs.start("train", await trainRequest(c)), 201))
    .post("/advices", async (c) => c.json(await runs.start("advise", await trainRequest(c)), 201))
    .get("/runs/:run", async (c) => {
      const row = await runs.row(c.req.param("run"));
      const path = await runs.folderOf(row.name).catch(() => "");
      return c.body(await runDetail(path, row), 200, { "content-type": "application/json" });
    })
    .get("/runs/:run/curves", async (c) => {
      const path = await runs.folderOf(c.req.param("run"));
      return c.json(await curves.read(path, wholeNumber(c, "points", { otherwise: 500, least: 4, most: 5000 })));
    })
    .get("/runs/:run/live", async (c) => {
      const name = c.req.param("run");
      const path = await runs.folderOf(name);
      const row = () => runs.row(name).catch(() => undefined);
      return live.answer(c, { path, row }, placeIn(c.req.header("last-event-id") ?? c.req.query("after")));
    })
    .post("/runs/:run/stop", async (c) => c.json(await runs.stop(c.req.param("run"))))
    .post("/runs/:run/resume", async (c) => c.json(await runs.resume(c.req.param("run"))))
    .post("/runs/:run/refit", async (c) => c.json(await runs.refit(c.req.param("run"))));
}

/** What a page says of where it was; anything else is no place. */
function placeIn(said: string | undefined): number | undefined {
  return said !== undefined && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}
