import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFolders } from "../../test/support/source-folder.ts";
import { openFiles } from "./open-files.ts";

const write = sourceFolders();
const names = Array.from({ length: 20 }, (_, i) => `${i}`);
const folder = write(Object.fromEntries(names.map((name) => [name, `${name}: 0123456789`])));
const textAt = async (reading: Promise<Uint8Array>) => Buffer.from(await reading).toString();

/** How many files of this test the process has open; Linux tells. */
function openNow(): number {
  const own = readdirSync("/proc/self/fd").filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).startsWith(folder);
    } catch {
      return false;
    }
  });
  return own.length;
}

describe("open files", () => {
  test("give what lies where it is asked for, and less only at the end", async () => {
    const open = openFiles();
    expect(await textAt(open.readAt(join(folder, "7"), 3, 4))).toBe("0123");
    expect(await textAt(open.readAt(join(folder, "7"), 10, 100))).toBe("789");
    expect(await textAt(open.readAt(join(folder, "7"), 100, 5))).toBe("");
    await expect(open.readAt(join(folder, "gone"), 0, 1)).rejects.toMatchObject({ code: "ENOENT" });
    await open.close();
  });

  test.runIf(process.platform === "linux")("are few, however many are read from, and none after the end", async () => {
    const open = openFiles(3);
    for (let round = 0; round < 3; round++) {
      const all = await Promise.all(names.map((name) => textAt(open.readAt(join(folder, name), 0, name.length))));
      expect(all).toEqual(names);
      expect(openNow()).toBeLessThanOrEqual(3);
    }
    const late = names.map((name) => open.readAt(join(folder, name), 0, 1));
    await open.close();
    await Promise.all(late);
    await expect.poll(openNow).toBe(0);
  });
});
