import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { compareFolder } from "./compare.ts";
import { judged } from "./judged.ts";
import { type Row, rowsOf, showRow } from "./table.ts";

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parity-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const take = (name: string) => cpSync(join(fixtures, name), join(folder, name));
const put = (name: string, content: object | string) =>
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

async function rows(): Promise<readonly Row[]> {
  const found: Row[] = [];
  for await (const row of rowsOf(compareFolder(folder))) found.push(row);
  return found;
}

describe("a folder of fixtures", () => {
  test("is compared file by file, each by its schema", async () => {
    for (const name of ["rule.json", "keras-layers.json", "optimizers.json"]) take(name);
    const found = await rows();
    expect(found.flatMap(({ over }) => over)).toEqual([]);
    expect(new Set(found.map(({ file }) => file))).toEqual(new Set(["rule", "keras-layers", "optimizers"]));
    expect(found.length).toBeGreaterThan(100);
  });

  test("of another seed needs no change", async () => {
    const rule = readFixture<{ seed: number }>("rule");
    put("rule.json", { ...rule, seed: rule.seed + 1 });
    const { compared, over } = await judged(compareFolder(folder));
    expect(over.length).toBeGreaterThan(compared / 2); // the numbers are still those of the old seed
  });

  test("with a file of an unknown schema, or with none at all, has failed", async () => {
    expect((await judged(compareFolder(folder))).over).toHaveLength(1);
    put("new.json", { schema: "quantization/1" });
    put("broken.json", "{");
    const { over } = await judged(compareFolder(folder));
    expect(over).toHaveLength(2);
    expect(over.join()).toContain('a file of schema "quantization/1"');
  });

  test("with a file in which there is nothing to compare has failed", async () => {
    put("steps.json", { schema: "steps/1", seed: 1, cases: [] });
    expect((await judged(compareFolder(folder))).over).toHaveLength(1);
  });

  test("with one wrong layer shows the row, the number over, and what it is", async () => {
    const fixture = readFixture<{ layers: readonly { index: number; timm: string }[] }>("keras-layers");
    const layers = fixture.layers.map((layer) => (layer.index === 441 ? { ...layer, timm: "elsewhere" } : layer));
    put("keras-layers.json", { ...fixture, layers });
    const [row] = await rows();
    expect(row!.over).toHaveLength(1);
    expect(showRow(row!)).toMatch(/^keras-layers .* 1 OVER\n {4}layer 441: /);
  });
});
