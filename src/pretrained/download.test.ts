import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { brokenAnswer, etagOf, fileAnswer, inTurn, serve, statusAnswer } from "../../test/support/local-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { type DownloadProgress, type DownloadSettings, download } from "./download.ts";

const folder = temporaryFolder();
const content = randomBytes(300_000);
const quick: DownloadSettings = {
  environment: {},
  silenceMs: 5_000,
  pausesMs: [1, 1],
  stopping: () => false,
  mostBytes: 1_000_000,
};

/** Fetches into a folder of its own unless `path` is given; returns what happened. */
async function fetched(address: string, given: Partial<DownloadSettings> & { path?: string } = {}) {
  const { path = join(await mkdtemp(join(folder, "download-")), "file"), ...settings } = given;
  const progress: DownloadProgress[] = [];
  const downloading = download(new URL(address), path, { ...quick, ...settings });
  let next = await downloading.next();
  for (; !next.done; next = await downloading.next()) progress.push(next.value);
  return { path, progress, notes: next.value, bytes: readFileSync(`${path}.part`) };
}

const rangesOf = (asked: readonly { readonly headers: IncomingHttpHeaders }[]) =>
  asked.map(({ headers }) => headers.range);

describe("a download", () => {
  test("brings every byte, and says how far it is", async () => {
    const { origin } = await serve(fileAnswer(content));
    const { bytes, notes, progress } = await fetched(origin);
    expect(bytes.equals(content)).toBe(true);
    expect(notes).toMatchObject({ url: `${origin}/`, sizeBytes: content.length, etag: etagOf(content), sha256: null });
    expect(progress[0]).toMatchObject({ doneBytes: 0, totalBytes: content.length });
    expect(progress.at(-1)).toMatchObject({ doneBytes: content.length, totalBytes: content.length });
    const done = progress.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test("keeps the SHA-256 that Hugging Face names on the way", async () => {
    const named = "ab".repeat(32);
    const { origin } = await serve(({ url }, response) =>
      url === "/hub"
        ? response.writeHead(302, { location: "/file", "x-linked-etag": `"${named}"` }).end()
        : fileAnswer(content)({ headers: {} } as Parameters<RequestListener>[0], response),
    );
    expect((await fetched(`${origin}/hub`)).notes?.sha256).toBe(named);
  });

  test("that breaks goes on where it ended", async () => {
    const { origin, asked } = await serve(inTurn(brokenAnswer(content, 100_000), fileAnswer(content)));
    const { bytes } = await fetched(origin);
    expect(bytes.equals(content)).toBe(true);
    const [first, second] = rangesOf(asked);
    expect(first).toBeUndefined();
    const from = Number(/^bytes=(\d+)-$/.exec(second ?? "")?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(content.length);
    expect(asked[1]!.headers["if-range"]).toBe(etagOf(content));
  });

  test("that gave up goes on with the next one", async () => {
    const { origin, asked } = await serve(inTurn(brokenAnswer(content, 100_000), statusAnswer(503)));
    const path = join(await mkdtemp(join(folder, "download-")), "file");
    await expect(fetched(origin, { path })).rejects.toThrow(
      /weights\/download-cut: .* ended after \d+ of 300000 bytes/,
    );
    const before = statSync(`${path}.part`).size;
    expect(before).toBeGreaterThan(0);
    expect(asked).toHaveLength(3); // each of the two pauses was waited for once
    const better = await serve(fileAnswer(content));
    const elsewhere = await fetched(better.origin, { path });
    expect(elsewhere.bytes.equals(content)).toBe(true);
    expect(rangesOf(better.asked)).toEqual([undefined]); // another address may have another file
  });

  test("that was stopped goes on too", async () => {
    const { origin, asked } = await serve(fileAnswer(content));
    let looks = 0;
    const stopped = await fetched(origin, { stopping: () => looks++ > 0 });
    expect(stopped.notes).toBeUndefined();
    expect(stopped.bytes.length).toBeLessThan(content.length);
    const { bytes } = await fetched(origin, { path: stopped.path });
    expect(bytes.equals(content)).toBe(true);
    expect(rangesOf(asked)).toEqual([undefined, `bytes=${stopped.bytes.length}-`]);
  });

  test("that is whole is not asked for again", async () => {
    const { origin, asked } = await serve(fileAnswer(content));
    const { path } = await fetched(origin);
    expect((await fetched(origin, { path })).notes?.sizeBytes).toBe(content.length);
    expect(asked).toHaveLength(1);
  });
});

describe("a download that broke begins anew", () => {
  const begun = brokenAnswer(content, 100_000);

  test("where the server knows no ranges", async () => {
    const whole: RequestListener = (_, response) =>
      void response.writeHead(200, { "content-length": content.length }).end(content); // whatever is asked for
    const { origin, asked } = await serve(inTurn(begun, whole));
    expect((await fetched(origin)).bytes.equals(content)).toBe(true);
    expect(rangesOf(asked)[1]).toBeDefined();
  });

  test("where the file has changed meanwhile", async () => {
    const other = randomBytes(250_000);
    const { origin } = await serve(inTurn(begun, fileAnswer(other)));
    const { bytes, notes } = await fetched(origin);
    expect(bytes.equals(other)).toBe(true);
    expect(notes?.etag).toBe(etagOf(other));
  });

  test("where the server goes on with another file without noticing", async () => {
    const other = randomBytes(300_000);
    const careless: RequestListener = ({ headers: { range } }, response) => {
      const headers = range === undefined ? {} : { range };
      fileAnswer(other)({ headers } as Parameters<RequestListener>[0], response); // does not look at if-range
    };
    const { origin } = await serve(inTurn(begun, careless));
    expect((await fetched(origin)).bytes.equals(other)).toBe(true);
  });

  test("where nothing tells one file from another", async () => {
    const unnamed: RequestListener = (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100_000), () => setImmediate(() => response.destroy()));
    };
    const { origin, asked } = await serve(inTurn(unnamed, fileAnswer(content)));
    expect((await fetched(origin)).bytes.equals(content)).toBe(true);
    expect(rangesOf(asked)).toEqual([undefined, undefined]);
  });
});

describe("a server", () => {
  test("that is out of order for a moment is asked again", async () => {
    const { origin, asked } = await serve(inTurn(statusAnswer(500), statusAnswer(429), fileAnswer(content)));
    expect((await fetched(origin)).bytes.equals(content)).toBe(true);
    expect(asked).toHaveLength(3);
  });

  test("that stays out of order is given up", async () => {
    const { origin, asked } = await serve(statusAnswer(503));
    await expect(fetched(origin)).rejects.toThrow("weights/download: the weights were not to be had");
    await expect(fetched(origin)).rejects.toThrow("it answers 503 Service Unavailable");
    expect(asked).toHaveLength(2 * 3);
  });

  test("without the file is not asked again", async () => {
    const { origin, asked } = await serve(statusAnswer(404));
    await expect(fetched(origin)).rejects.toThrow("it answers 404 Not Found");
    expect(asked).toHaveLength(1);
  });

  test("that always gives less than it says is given up, and does not pass for whole", async () => {
    const { origin } = await serve(brokenAnswer(content, 200_000));
    await expect(fetched(origin)).rejects.toThrow("weights/download-cut");
  });

  test("that does not say how long the file is, or says too much, is not listened to", async () => {
    const streamed: RequestListener = (_, response) => {
      response.write("a"); // so the length is not known
      response.end("b");
    };
    const { origin } = await serve(streamed);
    await expect(fetched(origin)).rejects.toThrow("it does not say how long the file is");
    const large = await serve(fileAnswer(content));
    await expect(fetched(large.origin, { mostBytes: 299_999 })).rejects.toThrow("it offers 300000 bytes, more than");
  });
});

describe("without a network", () => {
  test("the error says what to fetch, where to put it, and what works at once", async () => {
    const { origin, close } = await serve(fileAnswer(content));
    await close();
    const path = join(folder, "offline");
    const message = await fetched(`${origin}/model`, { path }).catch((error: Error) => error.message);
    expect(message).toBe(
      `weights/offline: ${origin}/model cannot be reached (nothing answers there), and the weights are not on this machine yet.
Use the network that comes with the package, which works at once: --weights small
Or fetch that address elsewhere, and pass the file with --weights FILE or put it at "${path}".`,
    );
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  test("an unknown name is no network either", async () => {
    await expect(fetched("http://nowhere.invalid/model", { pausesMs: [] })).rejects.toThrow("is there a network?");
  });
});

describe("a folder as mirror", () => {
  const source = join(folder, "source");
  const address = pathToFileURL(source).href;

  test("gives the file, and the rest of it where it has not changed", async () => {
    writeFileSync(source, content);
    let looks = 0;
    const stopped = await fetched(address, { stopping: () => looks++ > 0 });
    expect(stopped.bytes.length).toBeLessThan(content.length);
    const { bytes, progress } = await fetched(address, { path: stopped.path });
    expect(bytes.equals(content)).toBe(true);
    expect(progress[0]!.doneBytes).toBe(stopped.bytes.length);
  });

  test("begins anew where it has changed", async () => {
    writeFileSync(source, content);
    let looks = 0;
    const { path } = await fetched(address, { stopping: () => looks++ > 0 });
    const other = randomBytes(300_000);
    writeFileSync(`${source}-2`, other);
    copyFileSync(`${source}-2`, source);
    utimesSync(source, 1, 1);
    expect((await fetched(address, { path })).bytes.equals(other)).toBe(true);
  });

  test("without the file says so", async () => {
    await expect(fetched(pathToFileURL(join(folder, "none")).href)).rejects.toThrow("there is no such file");
  });
});

test("a folder that cannot be written is an error of the cache", async () => {
  const { origin } = await serve(fileAnswer(content));
  writeFileSync(join(folder, "a-file"), "");
  await expect(fetched(origin, { path: join(folder, "a-file", "x") })).rejects.toThrow("cache/not-written");
});
