import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addCorrections, correctionsPath, readCorrections, undoCorrections } from "./corrections-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "corrections-"));
});
afterEach(() => rm(folder, { recursive: true }));

const hashOf = (i: number) => i.toString(16).padStart(64, "0");
const picture = (i: number, name = `ant/${i}.png`) => ({ hash: hashOf(i), name });
const excluded = { kind: "excluded" } as const;

describe("the file of corrections", () => {
  test("lies beside its source, and there is none until something is said", async () => {
    const data = join(folder, "photos.zip");
    expect(await readCorrections(data)).toEqual({ files: [], pictures: new Map(), last: null });
    const now = await addCorrections({ data: `${data}/`, pictures: [picture(1)], correction: excluded });
    expect(now.files).toEqual([join(folder, "photos.zip.corrections.jsonl")]);
    expect(now.pictures.get(hashOf(1))).toMatchObject({ excluded: true, line: 1, file: now.files[0] });
    expect(readdirSync(folder)).toEqual(["photos.zip.corrections.jsonl"]);
    expect(await readCorrections(data)).toEqual(now);
  });

  test("only grows: what is taken back can still be read", async () => {
    const data = join(folder, "photos");
    const first = await addCorrections({ data, pictures: [picture(1), picture(2)], correction: excluded });
    const second = await addCorrections({ data, pictures: [picture(2)], correction: null });
    expect([...second.pictures.keys()]).toEqual([hashOf(1)]);
    expect(second.last).toMatchObject({ pictures: [picture(2)], correction: null });
    expect((await undoCorrections(data)).pictures).toEqual(first.pictures);
    expect((await undoCorrections(data)).last).toBeNull();
    expect((await undoCorrections(data)).pictures.size).toBe(0);
    expect(readFileSync(correctionsPath(data), "utf8").trimEnd().split("\n")).toHaveLength(4);
  });

  test("of several sources has the pictures of its own, and one change to both is taken back in both", async () => {
    const data = [join(folder, "a"), join(folder, "b.zip")];
    const pictures = [picture(1, "a/ant/1.png"), picture(2, "b.zip/ant/2.png")];
    const { last } = await addCorrections({ data, pictures, correction: excluded });
    expect(last?.pictures.map(({ name }) => name)).toEqual(["ant/1.png", "ant/2.png"]);
    expect([...(await readCorrections(data[1]!)).pictures.keys()]).toEqual([hashOf(2)]);
    await addCorrections({ data, pictures: pictures.slice(1), correction: null });
    expect((await undoCorrections(data)).pictures.size).toBe(2);
    expect((await undoCorrections(data)).pictures.size).toBe(0);
  });

  test("is not written to where the class is none of those that there are", async () => {
    const wrong = { data: folder, pictures: [picture(1)], correction: { kind: "class", class: "wasp" } } as const;
    await expect(addCorrections({ ...wrong, classes: ["ant", "bee"] })).rejects.toThrow(
      'gives a picture the class "wasp", but the classes are "ant", "bee"',
    );
    expect((await readCorrections(folder)).files).toEqual([]);
  });

  test("whose last line has no end takes the next on a line of its own; a damaged one is left as it is", async () => {
    const data = join(folder, "photos");
    await addCorrections({ data, pictures: [picture(1)], correction: excluded });
    writeFileSync(correctionsPath(data), readFileSync(correctionsPath(data), "utf8").trimEnd());
    expect((await addCorrections({ data, pictures: [picture(2)], correction: excluded })).pictures.size).toBe(2);
    const damaged = `${readFileSync(correctionsPath(data), "utf8")}{"at":`;
    writeFileSync(correctionsPath(data), damaged);
    await expect(addCorrections({ data, pictures: [picture(3)], correction: excluded })).rejects.toThrow("line 3 of");
    expect(readFileSync(correctionsPath(data), "utf8")).toBe(damaged);
  });

  test("that cannot be written says so", async () => {
    const data = join(folder, "no folder", "photos");
    await expect(addCorrections({ data, pictures: [picture(1)], correction: excluded })).rejects.toThrow(
      "corrections/not-written",
    );
  });
});

describe("several writers", () => {
  test("of one process and of several lose no line of one another", async () => {
    const data = join(folder, "photos");
    const module = new URL("./corrections-file.ts", import.meta.url).href;
    const program = (from: number) => `
      import { addCorrections } from ${JSON.stringify(module)};
      const add = (i) => addCorrections({
        data: ${JSON.stringify(data)}, correction: { kind: "excluded" },
        pictures: [{ hash: i.toString(16).padStart(64, "0"), name: "a" }],
      });
      await Promise.all(Array.from({ length: 10 }, (_, i) => add(${from} + i)));`;
    const children = [0, 100, 200].map((from) =>
      spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program(from)]),
    );
    const own = Array.from({ length: 10 }, (_, i) =>
      addCorrections({ data, pictures: [picture(300 + i)], correction: excluded }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
    await Promise.all(own);
    expect(codes).toEqual([0, 0, 0]);
    expect((await readCorrections(data)).pictures.size).toBe(40);
    expect(readdirSync(folder)).toEqual(["photos.corrections.jsonl"]);
  });

  test("take over from one that has died", async () => {
    const data = join(folder, "photos");
    writeFileSync(join(folder, ".photos.corrections.jsonl.lock"), JSON.stringify({ pid: 2 ** 22 + 1, began: "x" }));
    expect((await addCorrections({ data, pictures: [picture(1)], correction: excluded })).pictures.size).toBe(1);
  });
});
