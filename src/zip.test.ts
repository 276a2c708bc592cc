import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { type WrittenEntry, writtenZip } from "../test/support/zip.ts";
import { openZip } from "./zip.ts";

const folder = temporaryFolder();
const content = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7) % 251);
const zipOf = (...entries: readonly WrittenEntry[]) => openZip(writtenZip(entries));

/** What reading the entry "a" ends in. */
async function readOf(entry: Partial<WrittenEntry>, mostBytes = 1e6): Promise<Uint8Array> {
  const zip = await zipOf({ name: "a", bytes: content(1000), ...entry });
  return zip.read("a", mostBytes).finally(() => zip.close());
}

describe("an archive", () => {
  const entries = [
    { name: "deep/in/it.bin", bytes: content(70_000), packed: true },
    { name: "plain", bytes: content(3) },
    { name: "empty", bytes: content(0) },
    { name: "folder/", bytes: content(0) },
    { name: "__proto__", bytes: content(5) },
  ];

  test("gives its files and no folders, from its bytes and from its path", async () => {
    const path = join(folder, "archive.zip");
    writeFileSync(path, writtenZip(entries));
    for (const file of [path, writtenZip(entries)]) {
      const zip = await openZip(file);
      expect([...zip.entries.keys()]).toEqual(["deep/in/it.bin", "plain", "empty", "__proto__"]);
      expect(zip.entries.get("deep/in/it.bin")!.packedBytes).toBeLessThan(70_000);
      for (const { name, bytes } of entries.filter(({ name }) => !name.endsWith("/")))
        expect(await zip.read(name, 70_000)).toEqual(bytes);
      zip.close();
    }
  });

  test("lies at any place in memory", async () => {
    const bytes = writtenZip(entries);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(await (await openZip(shifted)).read("plain", 3)).toEqual(content(3));
  });

  test("has no entry that it does not name", async () => {
    const zip = await zipOf(...entries);
    for (const name of ["absent", "deep/in", "folder/", "constructor"])
      await expect(zip.read(name, 9)).rejects.toThrow(`it holds no "${name}"`);
    zip.close();
  });

  test("is refused where it is cut anywhere", async () => {
    const whole = writtenZip(entries.slice(1));
    for (let end = 0; end < whole.length; end++) await expect(openZip(whole.subarray(0, end))).rejects.toThrow();
  });
});

describe("a name that leads elsewhere is refused", () => {
  test.each(["../up", "a/../../up", "/etc/passwd", "C:/windows", "a\\b", "..\\up"])("%s", async (name) => {
    await expect(zipOf({ name, bytes: content(1) })).rejects.toThrow(/path|characters/);
  });

  test("also where two entries share it", async () => {
    const twice = [
      { name: "a", bytes: content(1) },
      { name: "a", bytes: content(2) },
    ];
    await expect(zipOf(...twice)).rejects.toThrow('it holds "a" twice');
  });
});

describe("an entry that is not what is said of it is refused", () => {
  test("where its checksum is another", async () => {
    for (const packed of [true, false])
      await expect(readOf({ packed, statedSum: 1 })).rejects.toThrow('"a" in it is not what its checksum says');
  });

  test("but not where no checksum is stated", async () => {
    expect(await readOf({ statedSum: 0 })).toEqual(content(1000));
  });

  test("where one bit of it has changed", async () => {
    const archive = writtenZip([{ name: "a", bytes: content(1000) }]);
    const changed = archive.with(500, archive[500]! ^ 4);
    await expect((await openZip(changed)).read("a", 1000)).rejects.toThrow("checksum");
  });

  test.each([999, 1001, 0])("where %s bytes are stated of 1000", async (statedBytes) => {
    await expect(readOf({ packed: true, statedBytes })).rejects.toThrow(/bytes/);
    await expect(zipOf({ name: "a", bytes: content(1000), statedBytes })).rejects.toThrow(/size/);
  });

  test("where it is encrypted", async () => {
    await expect(readOf({ packed: true, encrypted: true })).rejects.toThrow('"a" in it is encrypted');
  });
});

describe("a bomb is refused before it is inflated", () => {
  test("by the size that it states", async () => {
    const bytes = new Uint8Array(20e6);
    await expect(readOf({ bytes, packed: true }, 1e6)).rejects.toThrow("has 20000000 bytes, more than 1000000");
  });

  test("and where it lies about that, soon after", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const bomb = readOf({ bytes: new Uint8Array(20e6), packed: true, statedBytes: 1000 }, 1e6);
    await expect(bomb).rejects.toThrow(/bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30e6); // its own 20 MB, made here, among them
  });
});
