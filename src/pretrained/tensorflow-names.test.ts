import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { ruleParameters } from "../../test/support/rule.ts";
import { tarOf } from "../../test/support/tar-writer.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { ReinceptionError } from "../errors.ts";
import { matchWeights, type NamedTensors, type Tensor } from "../models/match-weights.ts";
import { readWeights } from "../weights/network-file.ts";
import { openPretrained, type Pretrained } from "./open.ts";
import { fromTensorflow } from "./tensorflow-names.ts";

interface Fixture {
  readonly seed: number;
  readonly files: readonly {
    readonly id: string;
    readonly format: string;
    readonly files: readonly { readonly path: string }[];
    readonly gamma: "unit" | "rule";
    readonly classesInFile: number;
    readonly rowOffset: number;
  }[];
  readonly corruptions: { readonly list: readonly Corruption[] };
}

interface Corruption {
  readonly base: string;
  readonly do: string;
  readonly bytes?: number;
  readonly offset?: number;
  readonly hex?: string;
  readonly expect: string;
}

const { seed, files, corruptions } = readFixture<Fixture>("files");
const checkpoints = files.filter(({ format }) => format.startsWith("tensorflow"));
const pathOf = (path: string) => fileURLToPath(new URL(`../../test/fixtures/${path}`, import.meta.url));
const folder = temporaryFolder();

/** The same tensors to the last bit: the base, and the head without the rows before `rowOffset`. */
function expectRule({ width, base, head }: Pretrained, { gamma, classesInFile, rowOffset }: Fixture["files"][number]) {
  expect(width).toBe(1 / 16);
  const rule = ruleParameters(seed, width, { classes: classesInFile, unitGamma: gamma === "unit" });
  expect(head).toMatchObject({ classes: classesInFile - rowOffset, backgroundDropped: rowOffset === 1 });
  const found = new Map([...base, ...head!.tensors]);
  expect([...found.keys()]).toEqual(Object.keys(rule));
  for (const [name, { values, shape }] of found) {
    const skipped = name.startsWith("last_linear.") ? rowOffset * (shape[1] ?? 1) : 0;
    if (Buffer.compare(bitsOf(values), bitsOf(rule[name]!.subarray(skipped))) !== 0) expect.fail(name);
  }
}

function bitsOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describe("a checkpoint of TF-slim", () => {
  test("is there in both versions", () => expect(checkpoints).toHaveLength(2));

  test.each(checkpoints)("$id is the network of the rule, bit for bit", async (checkpoint) => {
    const opened = await openPretrained(pathOf(checkpoint.files[0]!.path));
    expectRule(opened, checkpoint);
    expect(opened).toMatchObject({ format: "tensorflow", unused: [], metadata: {} });
  });

  test.each(checkpoints)("$id is the same in .tar and .tar.gz", async (checkpoint) => {
    const members = checkpoint.files.map(({ path }) => ({ name: basename(path), bytes: readFileSync(pathOf(path)) }));
    const archive = tarOf([...members, { name: "README", bytes: new Uint8Array(700) }]);
    expectRule(await openPretrained(archive), checkpoint);
    const path = join(folder, `${checkpoint.id}.tar.gz`);
    writeFileSync(path, gzipSync(archive, { level: 1 }));
    expectRule(await openPretrained(path), checkpoint);
  });

  test("keeps nothing of its file in memory", async () => {
    const bytes = new Uint8Array(readFileSync(pathOf(checkpoints[0]!.files[0]!.path)));
    const { base } = await openPretrained(bytes);
    for (const { values } of base.values()) expect(values.buffer).not.toBe(bytes.buffer);
  });
});

const damages = corruptions.list.filter(({ base }) => base.includes(".ckpt"));

describe("a damaged checkpoint is refused", () => {
  test("in some ways", () => expect(damages.length).toBeGreaterThan(2));

  test.each(damages)("$base, $do: $expect", async (corruption) => {
    // beside the other files of the same checkpoint
    const own = join(folder, corruption.do + corruption.base.replaceAll("/", "-"));
    mkdirSync(own);
    const of = checkpoints.find(({ files }) => files.some(({ path }) => path === corruption.base))!;
    for (const { path } of of.files) {
      const bytes = new Uint8Array(readFileSync(pathOf(path)));
      writeFileSync(join(own, basename(path)), path === corruption.base ? corrupted(bytes, corruption) : bytes);
    }
    const opening = openPretrained(join(own, basename(of.files[0]!.path)));
    await expect(opening).rejects.toBeInstanceOf(ReinceptionError);
    await expect(opening).rejects.toThrow(/^weights\/(damaged|other-format): /);
  });
});

function corrupted(bytes: Uint8Array, { do: what, bytes: length, offset, hex }: Corruption): Uint8Array {
  if (what === "truncate") return bytes.subarray(0, length);
  if (what !== "xor") throw new Error(`the fixture asks for "${what}"`);
  Buffer.from(hex!, "hex").forEach((value, i) => {
    bytes[offset! + i]! ^= value;
  });
  return bytes;
}

describe("of a checkpoint's names", () => {
  const one: Tensor = { shape: [1], values: Float32Array.of(1) };

  test("those that only training needs are left out, and unknown ones stay", () => {
    const names = [
      "global_step",
      "InceptionV4/AuxLogits/Aux_logits/weights",
      "InceptionV4/Conv2d_1a_3x3/weights/RMSProp",
      "InceptionV4/Conv2d_1a_3x3/weights/RMSProp_1",
      "InceptionV4/Conv2d_1a_3x3/weights/Momentum",
      "InceptionV4/Conv2d_1a_3x3/weights/ExponentialMovingAverage",
      "InceptionV4/Mixed_8a/weights",
      "resnet_v1_50/conv1/weights",
    ];
    const named = fromTensorflow(new Map(names.map((name) => [name, one])));
    expect([...named.keys()]).toEqual(["InceptionV4/Mixed_8a/weights", "resnet_v1_50/conv1/weights"]);
  });

  test("gammas of users' own networks are kept", async () => {
    const { tensors } = await readWeights(pathOf(checkpoints[0]!.files[0]!.path));
    const gammas = [...tensors]
      .filter(([name]) => name.endsWith("/beta") && !name.includes("AuxLogits"))
      .map(
        ([name, { shape, values }]) =>
          [name.replace("/beta", "/gamma"), { shape, values: values.map(() => 2) }] as const,
      );
    const named: NamedTensors = fromTensorflow(new Map([...tensors, ...gammas]));
    const { base, unused } = matchWeights(named);
    expect(gammas).toHaveLength(149);
    expect(unused).toEqual([]);
    expect(base.get("features.21.branch3.1.bn.weight")!.values.every((value) => value === 2)).toBe(true);
  });

  test("those of another network are named", async () => {
    const { tensors } = await readWeights(pathOf(checkpoints[0]!.files[0]!.path));
    const other = new Map(
      [...tensors].map(([name, tensor]) => [name.replace("InceptionV4", "InceptionResnetV2"), tensor]),
    );
    expect(() => matchWeights(fromTensorflow(other))).toThrow(/^weights\/not-inception-v4: .*"InceptionResnetV2\//);
  });
});
