// Every file of the fixtures, whoever wrote it: those of one network are one network, and what is no network is refused.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { ReinceptionError } from "../errors.ts";
import type { NamedTensors } from "../models/match-weights.ts";
import { openPretrained, type Pretrained } from "./open.ts";

interface FilesFixture {
  readonly files: readonly {
    readonly id: string;
    readonly files: readonly { readonly path: string }[];
    readonly gamma: "rule" | "unit";
    readonly classesInFile: number | null;
  }[];
  readonly refuse: readonly { readonly path: string; readonly why: string }[];
  readonly corruptions: { readonly list: readonly Corruption[] };
}

type Corruption = { readonly base: string; readonly expect: string } & (
  | { readonly do: "truncate"; readonly bytes: number }
  | { readonly do: "append"; readonly hex: string }
  | { readonly do: "write" | "xor"; readonly offset: number; readonly hex: string }
);

const { files, refuse, corruptions } = readFixture<FilesFixture>("files");
const folder = temporaryFolder();
const bytesOf = (path: string) => readFileSync(new URL(`../../test/fixtures/${path}`, import.meta.url));

/** Copies the files of a network into a folder of their own and gives the first, by which it is opened. */
function copied(paths: readonly string[], name: string, change: (bytes: Buffer, path: string) => Buffer): string {
  const own = join(folder, name);
  mkdirSync(own);
  for (const path of paths) writeFileSync(join(own, basename(path)), change(bytesOf(path), path));
  return join(own, basename(paths[0]!));
}

function bitsOf(tensors: NamedTensors): ReadonlyMap<string, string> {
  return new Map(
    [...tensors].map(([name, { shape, values }]) => [
      name,
      `${shape} ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")}`,
    ]),
  );
}

describe.each(["rule", "unit"] as const)("files of the network with %s gamma", (gamma) => {
  const group = files.filter((file) => file.gamma === gamma);
  const opened = new Map<string, Pretrained>();

  test.each(group)("$id is opened", async ({ id, files, classesInFile }) => {
    const path = copied(
      files.map(({ path }) => path),
      id,
      (bytes) => bytes,
    );
    const network = await openPretrained(path);
    expect(network.width).toBe(1 / 16);
    expect(network.head?.classes).toBe(classesInFile === null ? undefined : 1000);
    opened.set(id, network);
  });

  test("have the same base to the last bit, but where norms are folded into kernels", () => {
    const unfolded = [...opened].filter(([id]) => id !== "model-folded.onnx").map(([, { base }]) => bitsOf(base));
    expect(unfolded.length).toBeGreaterThan(2);
    for (const bits of unfolded) expect(bits).toEqual(unfolded[0]);
  });

  test("have the same classifier to the last bit, if they have one", () => {
    const heads = [...opened.values()].flatMap(({ head }) => (head === undefined ? [] : [bitsOf(head.tensors)]));
    expect(heads.length).toBeGreaterThan(2);
    for (const bits of heads) expect(bits).toEqual(heads[0]);
  });
});

test("every file is in one of the groups", () => {
  expect(files.every(({ gamma }) => gamma === "rule" || gamma === "unit")).toBe(true);
});

test.each(refuse)("$path is refused: $why", async ({ path }) => {
  await expect(openPretrained(copied([path], basename(path), (bytes) => bytes))).rejects.toBeInstanceOf(
    ReinceptionError,
  );
});

test.each(corruptions.list.map((one, i) => ({ ...one, i })))("$base, $do: $expect", async ({ i, ...corruption }) => {
  const of = files.find(({ files }) => files.some(({ path }) => path === corruption.base))!;
  const paths = of.files.map(({ path }) => path);
  const opening = openPretrained(
    copied(paths, `corruption-${i}`, (bytes, path) =>
      path === corruption.base ? corrupted(bytes, corruption) : bytes,
    ),
  );
  await expect(opening).rejects.toBeInstanceOf(ReinceptionError);
});

function corrupted(bytes: Buffer, corruption: Corruption): Buffer {
  if (corruption.do === "truncate") return bytes.subarray(0, corruption.bytes);
  const change = Buffer.from(corruption.hex, "hex");
  if (corruption.do === "append") return Buffer.concat([bytes, change]);
  for (const [i, byte] of change.entries()) {
    const at = corruption.offset + i;
    bytes[at] = corruption.do === "xor" ? bytes[at]! ^ byte : byte;
  }
  return bytes;
}
