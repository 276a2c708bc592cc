import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { type Folders, foldersBelow } from "./folders.ts";

const folder = temporaryFolder();
const photos = join(folder, "photos");
let folders: Folders;

beforeAll(async () => {
  for (const path of [
    "photos/birds/heron",
    "photos/birds/.hidden",
    "photos-private/secret",
    "elsewhere",
    "photos/runs/first",
  ])
    await mkdir(join(folder, path), { recursive: true });
  for (const name of [
    "birds/heron/1.jpg",
    "birds/heron/2.PNG",
    "birds/heron/notes.txt",
    "birds/3.webp",
    "birds/.hidden/4.jpg",
  ])
    await writeFile(join(photos, name), "");
  await symlink(join(folder, "elsewhere"), join(photos, "way out"));
  await symlink(join(folder, "photos-private"), join(photos, "birds", "private"));
  await symlink(join(photos, "birds"), join(photos, "back in"));
  folders = await foldersBelow([photos], join(await realpath(photos), "runs"));
});

describe("the folders that a page may choose from", () => {
  test("are the configured ones, and what lies in them, with how many pictures", async () => {
    const real = await realpath(photos);
    expect(await folders.list(undefined)).toEqual({
      path: null,
      parent: null,
      folders: [{ name: real, path: real, pictures: 3 }],
    });
    expect(await folders.list(photos)).toEqual({
      path: real,
      parent: null,
      folders: [{ name: "birds", path: join(real, "birds"), pictures: 3 }],
    });
    expect(await folders.list(join(photos, "birds"))).toMatchObject({
      parent: real,
      folders: [{ name: "heron", pictures: 2 }],
    });
  });

  test.each([
    "/",
    "/etc",
    "..",
    "photos/..",
    "photos-private",
    "photos-private/secret",
    "photos/way out",
    "photos/birds/private",
    "photos/birds/private/secret",
    "photos/birds/../../elsewhere",
    "photos/not there",
    "photos\0/birds",
    "",
  ])("do not hold %j", async (path) => {
    const asked = path.startsWith("/") ? path : join(folder, path);
    await expect(folders.within(path.includes("\0") ? `${folder}/${path}` : asked)).rejects.toThrow(
      "dashboard/outside",
    );
  });

  test("may be named by a link that stays inside", async () => {
    expect(await folders.within(join(photos, "back in"))).toBe(await realpath(join(photos, "birds")));
  });

  test("are never left, whatever is put together of dots, links, names and slashes", async () => {
    const parts = fc.constantFrom(
      ...["..", ".", "", "birds", "heron", "way out", "private", "secret", "back in", "photos", "photos-private"],
      ...["elsewhere", "%2e%2e", "..\\..", "~", "1.jpg", "\u2024\u2024", ".hidden", "etc", "proc", "self", "root"],
    );
    const starts = fc.constantFrom(photos, folder, "", "/", `${photos}/birds`, `${photos}/way out`, `file://${photos}`);
    const root = await realpath(photos);
    let inside = 0;
    await fc.assert(
      fc.asyncProperty(starts, fc.array(parts, { maxLength: 7 }), async (start, rest) => {
        const found = await folders.within([start, ...rest].join("/")).catch(() => undefined);
        if (found === undefined) return;
        inside += 1;
        expect(found === root || found.startsWith(root + sep)).toBe(true);
        expect(await realpath(found)).toBe(found);
      }),
      { numRuns: 3000 },
    );
    expect(inside).toBeGreaterThan(20);
  });
});
