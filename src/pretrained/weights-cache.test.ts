import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { brokenAnswer, fileAnswer, inTurn, serve, statusAnswer } from "../../test/support/local-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { embeddedSmall } from "../weights/network-file.ts";
import { type PublishedFile, publishedFile } from "./published.ts";
import { type CachedWeights, openCached, type PullSettings, pull } from "./weights-cache.ts";
import { entryOf } from "./weights-list.ts";

const root = temporaryFolder();
const newFolder = () => mkdtemp(join(root, "weights-"));
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");

/** What begins as HDF5 does. */
function hdf5(): Buffer {
  return Buffer.concat([Buffer.from("894844460d0a1a0a", "hex"), randomBytes(200_000)]);
}

const content = hdf5();
const small = readFileSync(embeddedSmall());

/** Published with its MD5, as kentsommer's file is. */
function pinned(bytes: Uint8Array, begins = digest("md5", bytes)): PublishedFile {
  const size = { bytes: bytes.length, predicted: false };
  return { ...publishedFile("imagenet-keras"), size, checksum: { algorithm: "md5", begins } };
}

/** Published without a checksum, as timm's is. */
const unpinned: PublishedFile = { ...publishedFile("imagenet"), size: { bytes: small.length, predicted: true } };

async function pulled(file: PublishedFile, mirror: string, folder: string, more: PullSettings = {}) {
  const quick = { environment: {}, silenceMs: 5_000, pausesMs: [1, 1], lookMs: 5 };
  const pulling = pull(file, { ...quick, mirror: new URL(mirror), folder, ...more });
  let next = await pulling.next();
  while (!next.done) next = await pulling.next();
  return next.value as CachedWeights;
}

/** Serves `bytes`, pulls them into a new folder, and returns where they lie. */
async function cached(file: PublishedFile, bytes: Uint8Array) {
  const folder = await newFolder();
  const { origin } = await serve(fileAnswer(bytes));
  return { folder, ...(await pulled(file, origin, folder)) };
}

describe("weights that are pulled", () => {
  test("lie in the cache with a record of what they are, and nothing else does", async () => {
    const { folder, path, sha256 } = await cached(pinned(content), content);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(sha256).toBe(digest("sha256", content));
    const { fileName } = pinned(content);
    expect(readdirSync(folder).sort()).toEqual([fileName, `${fileName}.json`]);
    expect(JSON.parse(readFileSync(`${path}.json`, "utf8"))).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/inception/) as string,
      sizeBytes: content.length,
      sha256,
      etag: expect.any(String) as string,
      downloadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  test("are pulled once", async () => {
    const folder = await newFolder();
    const { origin, asked } = await serve(fileAnswer(content));
    const first = await pulled(pinned(content), origin, folder);
    expect(await pulled(pinned(content), origin, folder)).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  test("come from the mirror that the environment names, if no other is", async () => {
    const { origin, asked } = await serve(fileAnswer(content));
    const environment = { REINCEPTION_WEIGHTS_MIRROR: `${origin}/base` };
    const pulling = pull(pinned(content), { environment, folder: await newFolder() });
    for (let next = await pulling.next(); !next.done; ) next = await pulling.next();
    expect(asked.map(({ path }) => path)).toEqual([`/base/${pinned(content).mirrorPath}`]);
  });

  test("are fetched by one of two that want them at once", async () => {
    const folder = await newFolder();
    const { origin, asked } = await serve(fileAnswer(content));
    const both = await Promise.all([1, 2].map(() => pulled(pinned(content), origin, folder)));
    expect(both[0]).toEqual(both[1]);
    expect(asked).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test("are fetched by the one that waited where the other did not get them", async () => {
    const folder = await newFolder();
    const { origin } = await serve(inTurn(statusAnswer(404), fileAnswer(content)));
    const both = await Promise.allSettled([1, 2].map(() => pulled(pinned(content), origin, folder)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("wait for nobody who has died", async () => {
    const folder = await newFolder();
    const lock = join(folder, `${pinned(content).fileName}.lock`);
    const { hostname } = await import("node:os");
    writeFileSync(lock, JSON.stringify({ process: 2 ** 22 + 1, machine: hostname() })); // beyond every process number
    const { origin } = await serve(fileAnswer(content));
    await pulled(pinned(content), origin, folder);
    expect(existsSync(lock)).toBe(false);
  });
});

describe("weights that are not what was published", () => {
  test.each([
    ["another checksum", pinned(content, "0".repeat(32)), /has the MD5 [0-9a-f]{32}, but 0{32} was published/],
    ["another kind", { ...pinned(content), kind: "pytorch" as const }, /it is hdf5, not pytorch/],
    ["another length", pinned(hdf5().subarray(1)), /weights\//],
  ])("by %s are removed", async (_, file, message) => {
    const folder = await newFolder();
    const { origin } = await serve(fileAnswer(content));
    await expect(pulled(file, origin, folder)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("by the beginning of a checksum in their name are known too", async () => {
    const sha256 = digest("sha256", content);
    const named = (begins: string): PublishedFile => ({
      ...pinned(content),
      checksum: { algorithm: "sha256", begins },
    });
    const folder = await newFolder();
    const { origin } = await serve(fileAnswer(content));
    await expect(pulled(named("00000000"), origin, folder)).rejects.toThrow("weights/checksum");
    expect((await pulled(named(sha256.slice(0, 8)), origin, folder)).sha256).toBe(sha256);
  });

  test("by the hub's own word are removed", async () => {
    const hub: RequestListener = (request, response) => {
      response.setHeader("x-linked-etag", `"${"0".repeat(64)}"`);
      fileAnswer(small)(request, response);
    };
    const folder = await newFolder();
    const { origin } = await serve(hub);
    await expect(pulled(unpinned, origin, folder)).rejects.toThrow("weights/checksum");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("but a page to sign in say so", async () => {
    const folder = await newFolder();
    const { origin } = await serve(fileAnswer(Buffer.from("<html>Welcome to our hotel</html>")));
    await expect(pulled(unpinned, origin, folder)).rejects.toThrow(
      /weights\/not-published: .* gave 33 bytes that are not the published file: it is something else, not safetensors/,
    );
  });

  test("but half a network on the mirror say so", async () => {
    const folder = await newFolder();
    const { origin } = await serve(fileAnswer(small.subarray(0, small.length / 2)));
    await expect(pulled(unpinned, origin, folder)).rejects.toThrow("weights/not-published");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("weights in the cache", () => {
  test("are looked at again before every use", async () => {
    const { folder, path } = await cached(unpinned, small);
    expect(await openCached(unpinned, folder)).toMatchObject({ path });
    const changed = Buffer.from(small);
    changed[changed.length - 1]! ^= 1;
    writeFileSync(path, changed);
    await expect(openCached(unpinned, folder)).rejects.toThrow(
      /weights\/checksum: ".*" has the SHA-256 .* was recorded when it was first fetched\.\nFetch it again: reinception weights pull imagenet/,
    );
    writeFileSync(path, small.subarray(1));
    await expect(openCached(unpinned, folder)).rejects.toThrow(
      `has ${small.length - 1} bytes, but ${small.length} bytes`,
    );
  });

  test("that have changed are fetched again by a pull, and must be what they were", async () => {
    const { folder, path } = await cached(unpinned, small);
    writeFileSync(path, "changed");
    const good = await serve(fileAnswer(small));
    await expect(pulled(unpinned, good.origin, folder)).rejects.toThrow("weights/checksum");
    await pulled(unpinned, good.origin, folder, { replace: true });
    expect(readFileSync(path).equals(small)).toBe(true);

    writeFileSync(path, "changed");
    const other = Buffer.from(small);
    other[other.length - 1]! ^= 1; // the last number of a network that is whole
    const bad = await serve(fileAnswer(other));
    await expect(pulled(unpinned, bad.origin, folder, { replace: true })).rejects.toThrow(`remove "${path}.json"`);
    expect(existsSync(path)).toBe(false);
    rmSync(`${path}.json`);
    expect((await pulled(unpinned, bad.origin, folder)).sha256).toBe(digest("sha256", other));
  });

  test("that somebody has put there are checked and recorded", async () => {
    const folder = await newFolder();
    const path = join(folder, unpinned.fileName);
    writeFileSync(path, small);
    expect(await openCached(unpinned, folder)).toMatchObject({ url: null, sha256: digest("sha256", small) });
    expect(existsSync(`${path}.json`)).toBe(true);
    const notes = join(await newFolder(), unpinned.fileName);
    writeFileSync(notes, "no weights at all");
    await expect(openCached(unpinned, join(notes, ".."))).rejects.toThrow("weights/not-published");
  });

  test("are listed as what they are", async () => {
    const folder = await newFolder();
    const stateOf = async () => (await entryOf(unpinned, folder)).state;
    expect(await stateOf()).toBe("absent");
    const broken = await serve(inTurn(brokenAnswer(small, 100_000), statusAnswer(404)));
    await expect(pulled(unpinned, broken.origin, folder)).rejects.toThrow("weights/download");
    expect(await entryOf(unpinned, folder)).toMatchObject({ state: "part", sizeBytes: small.length });
    const { origin } = await serve(fileAnswer(small));
    await pulled(unpinned, origin, folder);
    expect(await entryOf(unpinned, folder)).toMatchObject({ state: "cached", sha256: digest("sha256", small) });
    writeFileSync(join(folder, unpinned.fileName), "changed");
    expect(await stateOf()).toBe("changed");
  });
});

test("a cache that cannot be made is an error of the cache", async () => {
  const file = join(root, "a-file");
  writeFileSync(file, "");
  await expect(pulled(pinned(content), "http://127.0.0.1:1", join(file, "weights"))).rejects.toThrow(
    "cache/not-written",
  );
});
