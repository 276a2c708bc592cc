// What is asked about photos before there is a run: which folders there are, and what is odd in one.

import { Hono } from "hono";
import { type AuditOptions, auditDataset, type DatasetAudit, type Job } from "../index.ts";
import type { AuditAnswer } from "./api.ts";
import type { Folders } from "./folders.ts";
import { dataRequest, text } from "./request.ts";

export interface Audits {
  /** Ends at once when `signal` says that nobody waits for it any more. */
  of(options: AuditOptions, signal: AbortSignal): Promise<DatasetAudit>;
  close(): void;
}

export function audits(): Audits {
  const underWay = new Set<Job<"audit">>();
  return {
    async of(options, signal) {
      const job = auditDataset(options);
      underWay.add(job);
      const end = () => job.kill();
      signal.addEventListener("abort", end, { once: true });
      try {
        for await (const _ of job); // how far it is nobody asks
        return await job.result;
      } finally {
        signal.removeEventListener("abort", end);
        underWay.delete(job);
      }
    },
    close() {
      for (const job of underWay) job.kill();
    },
  };
}

export function dataRoutes({ folders, audits }: { readonly folders: Folders; readonly audits: Audits }): Hono {
  return new Hono()
    .get("/folders", async (c) => c.json(await folders.list(text(c, "path"))))
    .post("/audits", async (c) => {
      const { data } = await dataRequest(c);
      const audit = await audits.of({ data: await folders.within(data) }, c.req.raw.signal);
      return c.json({ audit } satisfies AuditAnswer);
    });
}
