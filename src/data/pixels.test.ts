import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { stream } from "../random.ts";
import { threadProgram } from "../thread-program.ts";
import { tiers } from "./augment.ts";
import { decodeImage } from "./decode.ts";
import { fileAt } from "./locator.ts";
import { openPixels, type PixelOptions, type PixelPool } from "./pixels.ts";
import { evaluationView, trainingView } from "./view.ts";

const picture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/images/${name}`, import.meta.url));
const small = picture("small-120x90.jpg");
const names = ["small-120x90.jpg", "stripes-300x500.jpg", "exif6-400x300.jpg", "gray-500x333.png"];
const format = inceptionInput;

const pools: PixelPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function open(options: Partial<PixelOptions> = {}): PixelPool {
  const pool = openPixels({ format, workers: 2, ...options });
  pools.push(pool);
  return pool;
}

const same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0;

/** The real thread, but in one where opening a file with "deadly" in its name is the end. */
const mortal = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { promises } from "node:fs";
    const { readFile } = promises;
    promises.readFile = async (path) => {
      if (path.includes("deadly-exit")) process.exit(3);
      if (!path.includes("deadly-throw")) return readFile(path);
      setImmediate(() => { throw new Error("a bug"); });
      return new Promise(() => {});
    };
    await import(${JSON.stringify(threadProgram("pixels-worker", import.meta.url).href)});
  `)}`,
);

describe("a pool of threads", () => {
  test("is not disturbed by threads which start while others decode", async () => {
    for (let round = 0; round < 2; round++) {
      const pool = open({ workers: 6 });
      await Promise.all(Array.from({ length: 60 }, () => pool.view({ locator: fileAt(small), kind: "evaluation" })));
      await pool.close();
    }
  });

  test("gives the views that the main thread would compute, in the order asked for", async () => {
    const pool = open();
    const requests = names.flatMap((name) =>
      [1, 2, 3].map((epoch) => ({ path: picture(name), name: `${name} ${epoch}` })),
    );
    const views = await Promise.all(
      requests.map(({ path, name }) => pool.view({ locator: fileAt(path), kind: "training", seed: 5, stream: name })),
    );
    for (const [i, { path, name }] of requests.entries()) {
      expect(same(views[i]!, trainingView(await decodeImage(path), format, stream(5, name)))).toBe(true);
    }
    const view = await pool.view({ locator: fileAt(small), kind: "evaluation" });
    expect(same(view, evaluationView(await decodeImage(small), format))).toBe(true);
  });

  test("crops and changes as it was told to", async () => {
    const augmentation = { ...tiers.strong, area: [0.05, 0.06] } as const;
    const view = await open({ augmentation }).view({ locator: fileAt(small), kind: "training", seed: 1, stream: "a" });
    expect(same(view, trainingView(await decodeImage(small), format, stream(1, "a"), augmentation))).toBe(true);
  });

  test("leaves the main thread free", async () => {
    const pool = open({ workers: 1 });
    await pool.view({ locator: fileAt(small), kind: "evaluation" });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await Promise.all(names.map((name) => pool.view({ locator: fileAt(picture(name)), kind: "evaluation" })));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test("does not run dry while nobody can hand out work", async () => {
    const pool = open({ workers: 1 });
    await pool.view({ locator: fileAt(small), kind: "evaluation" });
    let done = 0;
    const views = Array.from({ length: 12 }, () =>
      pool.view({ locator: fileAt(small), kind: "evaluation" }).then(() => done++),
    );
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000); // the engine computes
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBeGreaterThan(4);
    await Promise.all(views);
  });

  test("passes on what is wrong with a picture, and goes on", async () => {
    const pool = open({ workers: 1 });
    const gone = pool.view({ locator: fileAt("/no/such.jpg"), kind: "evaluation" });
    const fine = pool.view({ locator: fileAt(small), kind: "evaluation" });
    const expected = await decodeImage("/no/such.jpg").catch((error: Error) => error);
    await expect(gone).rejects.toEqual(expected);
    await expect(gone).rejects.toMatchObject({ name: "ReinceptionError", code: "data/unreadable" });
    expect((await fine).length).toBe(299 * 299 * 3);
  });

  test.each(["deadly-exit", "deadly-throw"])(
    "survives a thread that dies (%s), and names the picture",
    async (name) => {
      const pool = open({ workers: 1, program: mortal });
      const answers = [small, `${name}.jpg`, small, small, `${name}-again.jpg`, small].map((path) =>
        pool.view({ locator: fileAt(path), kind: "evaluation" }).then(
          (view) => view.length,
          (error: Error) => error.message.split("\n")[0],
        ),
      );
      const reason = name === "deadly-exit" ? "exit code 3" : "a bug";
      const view = 299 * 299 * 3;
      const stopped = (path: string) =>
        `data/decoder-stopped: the worker that decodes pictures stopped while it read "${path}" (${reason}).`;
      expect(await Promise.all(answers)).toEqual([
        view,
        stopped(`${name}.jpg`),
        view,
        view,
        stopped(`${name}-again.jpg`),
        view,
      ]);
    },
  );

  test("refuses what is in line when it is closed, and finishes the picture it is at", async () => {
    const pool = open({ workers: 1 });
    const answers = [1, 2, 3, 4].map(() =>
      pool.view({ locator: fileAt(small), kind: "evaluation" }).then(() => "view", String),
    );
    await pool.close();
    const refused = "Error: internal: the pool was closed";
    expect(await Promise.all(answers)).toEqual(["view", refused, refused, refused]);
    await expect(pool.view({ locator: fileAt(small), kind: "evaluation" })).rejects.toThrow(
      "internal: the pool is closed",
    );
  });

  test.each([
    ["can be closed at the end of a program", "await pool.close();"],
    ["does not keep a program alive when idle", ""],
  ])("%s", async (_, last) => {
    const program = `
      const { openPixels } = await import(${JSON.stringify(new URL("./pixels.ts", import.meta.url).href)});
      const pool = openPixels({ format: ${JSON.stringify(format)}, workers: 1 });
      console.log((await pool.view({ locator: { kind: "file", path: ${JSON.stringify(small)} }, kind: "evaluation" })).length);
      ${last}
      console.log("end");`;
    const node = ["--import", "tsx", "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 60_000 });
    expect(stdout).toBe("268203\nend\n");
  });
});
