import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CachedWeights,
  featureExtraction,
  listWeights,
  type RetrainOptions,
  type RunEvent,
  retrain,
} from "../../src/index.ts";
import { embeddedSmall } from "../../src/weights/network-file.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { fileAnswer, serve } from "../support/local-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const weights = join(folder, "cache", "weights");
const out = join(folder, "run");
const small = readFileSync(embeddedSmall()); // stands for the published network, which is thirty times as large
const sha256 = createHash("sha256").update(small).digest("hex");
const nowhere = "http://127.0.0.1:1"; // nothing listens there
let data = "";
beforeAll(async () => {
  const classes = ["discs", "stripes"] as const;
  data = await drawPhotos({ folder: join(folder, "photos"), classes, each: 4, size: 80, seed: 4 });
});
beforeEach(() => {
  for (const path of [weights, out]) rmSync(path, { recursive: true, force: true });
});

function start(options: Partial<RetrainOptions>) {
  return retrain({
    data,
    out,
    size: 75,
    threads: 1,
    report: false,
    strategy: featureExtraction({ epochs: 1 }),
    ...options,
  });
}

describe("a run that names no weights", () => {
  test("fetches the published ones once, says how far it is, and writes down what it began with", async () => {
    const { origin, asked } = await serve(fileAnswer(small));
    const events: RunEvent[] = [];
    const mirror = origin.replace("//", "//me:secret@");
    const job = start({ weightsMirror: mirror });
    for await (const event of job) events.push(event);
    const downloads = events.flatMap((event) =>
      event.type === "progress" && event.phase === "download" ? [event.done / event.total] : [],
    );
    expect([downloads[0], downloads.at(-1)]).toEqual([0, 1]);
    expect(events.findIndex((event) => event.type === "progress" && event.phase === "read")).toBe(0);
    const path = join(weights, "inception_v4.tf_in1k.safetensors");
    const written = readFileSync(join(out, "run.json"), "utf8");
    expect(JSON.parse(written)).toMatchObject({
      config: { weights: "imagenet", weightsMirror: `${origin}/` },
      weightsFile: { path, sizeBytes: small.length, sha256 },
    });
    expect(written).not.toContain("secret");
    expect((await job.result).seconds.download).toBeGreaterThan(0);

    rmSync(out, { recursive: true });
    await start({ weightsMirror: nowhere }).result;
    expect(asked).toHaveLength(1);
  });

  test("ends before it has begun where there is no network, and leaves nothing behind", async () => {
    await expect(start({ weightsMirror: nowhere }).result).rejects.toMatchObject({
      code: "weights/offline",
      fix: expect.stringContaining("--weights small") as string,
    });
    expect(existsSync(out)).toBe(false);
  });

  test("looks at the pictures before it fetches anything", async () => {
    const { origin, asked } = await serve(fileAnswer(small));
    await expect(start({ weightsMirror: origin, data: join(folder, "none") }).result).rejects.toThrow("data/not-found");
    expect(asked).toEqual([]);
  });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** `cache` where it is not that of the tests. */
function reinception(args: readonly string[], cache = join(folder, "cache")): Promise<Ended> {
  const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
      env: { ...process.env, NO_COLOR: "1", REINCEPTION_CACHE: cache },
    });
    const text = { out: "", errors: "" };
    child.stdout.on("data", (some) => (text.out += some));
    child.stderr.on("data", (some) => (text.errors += some));
    child.on("close", (code) => resolve({ code, ...text }));
  });
}

describe("reinception weights", () => {
  test("pull fetches, list shows it, and a folder of fetched files serves another machine", async () => {
    const { origin } = await serve(fileAnswer(small));
    const pulled = await reinception(["weights", "pull", "--weights-mirror", origin, "--json"]);
    expect(pulled.code).toBe(0);
    const { path } = JSON.parse(pulled.out) as CachedWeights;
    expect(pulled.errors).toBe("Fetching the weights (5.5 MB)\n");
    expect((await listWeights()).map(({ name, state }) => [name, state])).toEqual([
      ["small", "embedded"],
      ["imagenet", "cached"],
      ["imagenet-cadene", "absent"],
      ["imagenet-tf-slim", "absent"],
      ["imagenet-keras", "absent"],
      ["imagenet-keras-notop", "absent"],
    ]);
    const listed = await reinception(["weights", "list"]);
    expect(listed.out).toMatch(/^imagenet +timm's .* 80\.1 % +95\.0 % +Apache-2\.0 +yes, since \d{4}-\d\d-\d\d$/m);
    expect(listed.out).toMatch(/^small .*yes, in the package$/m);

    const cache = join(folder, "other");
    const other = await reinception(["weights", "pull", "imagenet", "--weights-mirror", weights], cache);
    expect(other.out).toContain(`SHA-256  ${sha256}`);
    expect(readdirSync(join(cache, "weights"))).toEqual(readdirSync(weights));

    writeFileSync(path, "changed");
    const again = await reinception(["weights", "pull", "--weights-mirror", origin]);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("reinception train photos") as string });
    expect(readdirSync(weights)).toHaveLength(2);
  });

  test("pull ends with 4 where the weights are not to be had, or where there are none of that name", async () => {
    const offline = await reinception(["weights", "pull", "--weights-mirror", nowhere]);
    expect(offline).toMatchObject({ code: 4, out: "" });
    expect(offline.errors).toContain("weights/offline: http://127.0.0.1:1/timm/inception_v4.tf_in1k/resolve/main");
    const unknown = await reinception(["weights", "pull", "imagnet", "--json"]);
    expect(unknown.code).toBe(4);
    expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: "weights/unknown" } });
  });
});
