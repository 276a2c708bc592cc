import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { zipOf } from "../../test/support/zip-writer.ts";
import { openShownPictures } from "./shown-pictures.ts";

const folder = temporaryFolder();
const photos = join(folder, "photos");
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function runOn(name: string, data: string): Promise<string> {
  const run = join(folder, name);
  await mkdir(run);
  await writeFile(join(run, "run.json"), JSON.stringify({ config: { data: [data] } }));
  return run;
}

let first: Buffer;
beforeAll(async () => {
  await drawPhotos({ folder: photos, classes: ["discs", "stripes"], each: 2, size: 90, seed: 6 });
  first = await readFile(join(photos, "discs", "0.png"));
});

describe("a picture of a run", () => {
  test("is found where the run found it, in a folder or an archive, and shown no larger than asked", async () => {
    const archive = join(folder, "photos.zip");
    const members = [];
    for (const name of ["discs/0.png", "discs/1.png", "stripes/0.png", "stripes/1.png"])
      members.push({ name, bytes: await readFile(join(photos, name)) });
    await writeFile(archive, zipOf(members));
    const picture = { name: "discs/0.png", hash: hashOf(first) };
    for (const [name, data] of [
      ["in-folder", photos],
      ["in-archive", archive],
    ] as const) {
      const shown = await openShownPictures(await runOn(name, data));
      expect(hashOf(await shown.read(picture))).toBe(picture.hash);
      expect(await sharp(await shown.show(picture, 30)).metadata()).toMatchObject({
        format: "webp",
        width: 30,
        height: 30,
      });
      expect(await sharp(await shown.show(picture, 500)).metadata()).toMatchObject({ width: 90, height: 90 });
      await shown.close();
    }
  });

  test("is not given away when it is another one now, or gone, or was never of the run", async () => {
    const shown = await openShownPictures(await runOn("changes", photos));
    await expect(shown.read({ name: "discs/0.png", hash: "0".repeat(64) })).rejects.toThrow("run/picture-changed");
    await expect(shown.read({ name: "../photos/discs/0.png", hash: hashOf(first) })).rejects.toThrow(
      "run/picture-gone",
    );
    await rename(join(photos, "discs", "1.png"), join(folder, "away.png"));
    const second = await readFile(join(folder, "away.png"));
    await expect(shown.read({ name: "discs/1.png", hash: hashOf(second) })).rejects.toThrow("data/unreadable");
    await rename(join(folder, "away.png"), join(photos, "discs", "1.png"));
    await shown.close();
  });

  test("is looked for again when its folder was not there at first", async () => {
    const late = join(folder, "late");
    const shown = await openShownPictures(await runOn("waits", late));
    const picture = { name: "discs/0.png", hash: hashOf(first) };
    await expect(shown.read(picture)).rejects.toThrow("data/not-found");
    await drawPhotos({ folder: late, classes: ["discs", "stripes"], each: 2, size: 90, seed: 6 });
    expect(hashOf(await shown.read(picture))).toBe(picture.hash);
    await shown.close();
  });
});
