import { appendFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { isStill, lastLines, linesFrom, placeAt, wholeLength } from "./event-file.ts";

const folder = temporaryFolder();
const path = join(folder, "events.jsonl");

async function readFrom(at: number): Promise<{ lines: readonly string[]; next: number }> {
  const lines: string[] = [];
  let next = at;
  for await (const line of linesFrom(path, at)) {
    lines.push(line.bytes.toString("utf8"));
    next = line.next;
  }
  return { lines, next };
}

describe("a file of events", () => {
  test("is read line by line from any line on, whatever the lengths of the lines", async () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("long ".repeat(20_000))), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (given, from) => {
        const lines = given.map((text) => JSON.stringify(text));
        await writeFile(path, lines.map((line) => `${line}\n`).join(""));
        const whole = await readFrom(0);
        expect(whole.lines).toEqual(lines);
        const kept = from % (lines.length + 1);
        const at = Buffer.byteLength(
          lines
            .slice(0, kept)
            .map((line) => `${line}\n`)
            .join(""),
        );
        expect(await readFrom(at)).toEqual({ lines: lines.slice(kept), next: whole.next });
        const last = (await lastLines(path, 4096)).map(String);
        expect(last).toEqual(lines.toReversed().slice(0, last.length));
      }),
      { numRuns: 60 },
    );
  });

  test("has a line only when its end is there", async () => {
    await writeFile(path, "one\ntwo\nthr");
    const { lines, next } = await readFrom(0);
    expect({ lines, next }).toEqual({ lines: ["one", "two"], next: 8 });
    expect(await wholeLength(path)).toBe(8);
    await appendFile(path, "ee\n");
    expect(await readFrom(next)).toEqual({ lines: ["three"], next: 14 });
  });

  test("that is not there has no lines", async () => {
    const nowhere = join(folder, "nothing.jsonl");
    expect(await wholeLength(nowhere)).toBe(0);
    expect(await lastLines(nowhere)).toEqual([]);
    for await (const _ of linesFrom(nowhere, 0)) throw new Error("a line of nothing");
  });

  test("that was cut off and went on otherwise is told from one that only grew", async () => {
    await writeFile(path, "one\ntwo\nthree\n");
    const place = await placeAt(path, 14);
    await appendFile(path, "four\n");
    expect(await isStill(path, place)).toBe(true);
    await truncate(path, 8);
    expect(await isStill(path, place)).toBe(false);
    await appendFile(path, "other\nand more of it\n");
    expect(await isStill(path, place)).toBe(false);
  });
});
