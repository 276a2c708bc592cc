import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  cacheInfo,
  clearCache,
  featureExtraction,
  type RetrainOptions,
  retrain,
  verifyCache,
} from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const data: string[] = [];
beforeAll(async () => {
  for (const seed of [1, 2])
    data.push(
      await drawPhotos({
        ...{ folder: join(folder, `photos-${seed}`), classes: ["discs", "stripes"] },
        ...{ each: 10, size: 80, seed },
      }),
    );
});
beforeEach(async () => {
  await clearCache();
});

let runs = 0;
function start(photos: number, options: Partial<RetrainOptions> = {}) {
  return retrain({
    report: false,
    ...{ data: data[photos]!, out: join(folder, `run-${runs++}`), strategy: featureExtraction({ epochs: 1 }) },
    ...{ weights: "random", width: 1 / 32, size: 75, threads: 1 },
    ...options,
  });
}

/** Pictures which the trunk of a run had to compute. */
async function computed(job: ReturnType<typeof start>): Promise<number> {
  let first: { readonly done: number; readonly total: number } | undefined;
  for await (const event of job) if (event.type === "progress" && event.phase === "trunk") first ??= event;
  await job.result;
  return first === undefined ? 0 : first.total - first.done;
}

/** Of what the cache holds, that which trunks have computed; what is known of pictures lies beside it. */
async function trunks() {
  const { spaces } = await cacheInfo();
  return spaces.filter(({ about }) => about.boundary !== undefined);
}

describe("the limit of the cache", () => {
  test("lets rows of other pictures go, those of the run never", async () => {
    expect(await computed(start(0))).toBe(20);
    const kept = await trunks();
    expect(kept).toMatchObject([{ rows: 20, inUse: false, about: { boundary: "pooled", dtype: "float32" } }]);
    const cacheLimit = (await cacheInfo()).sizeBytes * 1.1;
    expect(await computed(start(1, { cacheLimit }))).toBe(20);
    expect(await trunks()).toMatchObject([{ rows: 20, shards: 1 }]);
    expect(await computed(start(1, { cacheLimit }))).toBe(0);
    expect(await computed(start(0))).toBe(20);
    expect(await trunks()).toMatchObject([{ rows: 40, shards: 2 }]);
  });

  test("is refused where the rows of the run itself have no place, with one that is enough", async () => {
    const error = await computed(start(0, { cacheLimit: "1kB" })).catch((problem: Error) => problem);
    expect(String(error)).toMatch(/cache\/limit-too-small: .* 1MB .* 1MB.\n.*--cache-limit 1MB/);
    expect(await trunks()).toMatchObject([{ rows: 0, inUse: false }]);
  });

  test("of the environment holds where no other is given", async () => {
    process.env.REINCEPTION_CACHE_LIMIT = "77MB";
    expect((await cacheInfo()).limitBytes).toBe(77e6);
    process.env.REINCEPTION_CACHE_LIMIT = "much";
    await expect(cacheInfo()).rejects.toThrow("options/environment");
    expect(() => start(0)).toThrow("options/environment");
    delete process.env.REINCEPTION_CACHE_LIMIT;
  });
});

describe("two runs at once", () => {
  test("share a cache that is too small for both, and both come to their end", async () => {
    const { sizeBytes } = await computed(start(0)).then(() => cacheInfo());
    await clearCache();
    const cacheLimit = sizeBytes * 1.1;
    const reports = await Promise.all([0, 1].map((photos) => start(photos, { cacheLimit }).result));
    expect(reports.map(({ stopped }) => stopped)).toEqual([false, false]);
    expect((await verifyCache()).damaged).toEqual([]);
  });

  test("cannot have what they use cleared away", async () => {
    const job = start(0, { strategy: featureExtraction({ epochs: 10_000 }) });
    for await (const event of job) {
      if (event.type !== "step") continue;
      expect(await trunks()).toMatchObject([{ inUse: true }]);
      expect((await clearCache()).spacesInUse).toBeGreaterThan(0);
      expect(await trunks()).toMatchObject([{ rows: 20 }]);
      break;
    }
    job.stop();
    expect((await job.result).stopped).toBe(true);
    expect(await clearCache()).toMatchObject({ leftBytes: 0 });
    expect(readdirSync(join(folder, "cache", "trunk"))).toEqual([]);
  });
});
