import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { ruleParameters } from "../../test/support/rule.ts";
import { ReinceptionError } from "../errors.ts";
import type { NamedTensors } from "../models/match-weights.ts";
import { openPretrained } from "./open.ts";

interface FilesFixture {
  readonly seed: number;
  readonly files: readonly {
    readonly id: string;
    readonly format: string;
    readonly files: readonly { readonly path: string }[];
    readonly gamma: "rule" | "unit";
    readonly classesInFile: number | null;
    readonly rowOffset: number | null;
  }[];
  readonly refuse: readonly { readonly path: string; readonly why: string }[];
  readonly corruptions: { readonly list: readonly Corruption[] };
}

interface Corruption {
  readonly base: string;
  readonly do: string;
  readonly bytes?: number;
  readonly expect: string;
}

const fixture = readFixture<FilesFixture>("files");
const files = fixture.files.filter(({ format }) => format.startsWith("pytorch"));
const width = 1 / 16;
const rows = 1001;

function bytesOf(path: string): Uint8Array {
  return readFileSync(new URL(`../../test/fixtures/${path}`, import.meta.url));
}

/** The rule's tensors, with the rows of the classifier that are asked for. */
function expected(gamma: "rule" | "unit", firstRow: number): Record<string, Float32Array> {
  const all = ruleParameters(fixture.seed, width, { classes: rows, unitGamma: gamma === "unit" });
  const from = (name: string) => all[name]!.subarray((all[name]!.length / rows) * firstRow);
  return { ...all, "last_linear.weight": from("last_linear.weight"), "last_linear.bias": from("last_linear.bias") };
}

/** Names of tensors that differ in a bit, or are on one side only. */
function differing(actual: NamedTensors, wanted: Readonly<Record<string, Float32Array>>): readonly string[] {
  const bits = (values: Float32Array | undefined) =>
    values && Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const names = new Set([...actual.keys(), ...Object.keys(wanted)]);
  return [...names].filter((name) => {
    const [a, b] = [bits(actual.get(name)?.values), bits(wanted[name])];
    return a === undefined || b === undefined || !a.equals(b);
  });
}

describe.each(files)("$id", ({ files, gamma, classesInFile, rowOffset }) => {
  test("holds the rule's network bit for bit", async () => {
    const opened = await openPretrained(bytesOf(files[0]!.path));
    expect(opened).toMatchObject({ format: "pytorch", width, unused: [] });
    expect(opened.head).toMatchObject({ classes: 1000, hidden: [], backgroundDropped: rowOffset === 1 });
    expect(opened.base.size).toBe(5 * 149);
    const tensors = new Map([...opened.base, ...opened.head!.tensors]);
    expect(differing(tensors, expected(gamma, 1))).toEqual([]);
  });

  test("keeps the row of the background on demand", async () => {
    const { head } = await openPretrained(bytesOf(files[0]!.path), { backgroundRow: "keep" });
    expect(head).toMatchObject({ classes: classesInFile, backgroundDropped: false });
    const all = expected(gamma, rows - classesInFile!);
    const wanted = { "last_linear.weight": all["last_linear.weight"]!, "last_linear.bias": all["last_linear.bias"]! };
    expect(differing(head!.tensors, wanted)).toEqual([]);
  });
});

test("files of the same network are the same, whoever wrote them", async () => {
  expect(files.length).toBeGreaterThan(2);
  const same = [...files.filter(({ gamma }) => gamma === "rule"), { files: [{ path: "files/model.safetensors" }] }];
  for (const group of [same, files.filter(({ gamma }) => gamma === "unit")]) {
    const [first, ...others] = await Promise.all(group.map(({ files }) => openPretrained(bytesOf(files[0]!.path))));
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      expect(other.base).toEqual(first!.base);
      expect(other.head!.tensors).toEqual(first!.head!.tensors);
    }
  }
});

test.each(fixture.refuse)("$path is refused: $why", async ({ path }) => {
  await expect(openPretrained(bytesOf(path))).rejects.toThrow(/^weights\/(?:foreign-object|torchscript): /);
});

const corruptions = fixture.corruptions.list.filter(({ base }) => base.endsWith(".pth"));

test.each(corruptions)("$base, damaged, is refused: $expect", async ({ base, bytes, ...corruption }) => {
  expect(corruption.do).toBe("truncate");
  const opened = openPretrained(bytesOf(base).subarray(0, bytes));
  await expect(opened).rejects.toBeInstanceOf(ReinceptionError);
  await expect(opened).rejects.toThrow(/^weights\/damaged: /);
});
