import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { differenceOfAll } from "../../test/support/numbers.ts";
import { ruleImages } from "../../test/support/rule.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { evaluate } from "../ir/reference.ts";
import { inceptionV4 } from "../models/inception-v4.ts";
import { openModel } from "../runtime/session.ts";
import { readCard } from "../weights/network-card.ts";
import { readSafetensors, type Safetensors, writeSafetensors } from "../weights/safetensors.ts";
import { convertWeights } from "./convert.ts";
import { openPretrained, type Pretrained } from "./open.ts";

const folder = temporaryFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/files/${name}`, import.meta.url));

function bitsOf({ base, head }: Pretrained): Readonly<Record<string, string>> {
  const tensors = [...base, ...(head?.tensors ?? [])];
  return Object.fromEntries(
    tensors.map(([name, { shape, values }]) => [
      name,
      `${shape} ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")}`,
    ]),
  );
}

describe("converted weights", () => {
  test("are the same bits in either format, and back again", async () => {
    const meant = bitsOf(await openPretrained(fixture("model.onnx")));
    const [safetensors, onnx] = [join(folder, "a.safetensors"), join(folder, "b.onnx")];
    const done = await convertWeights({ from: fixture("model.onnx"), to: safetensors });
    expect(done).toMatchObject({ path: safetensors, format: "safetensors", width: 1 / 16, classes: 1000, notes: [] });
    expect(bitsOf(await openPretrained(safetensors))).toEqual(meant);
    await convertWeights({ from: safetensors, to: onnx });
    expect(bitsOf(await openPretrained(onnx))).toEqual(meant);
    expect(readdirSync(folder)).toEqual(["a.safetensors", "b.onnx"]); // and nothing half written beside them
  });

  test("as .safetensors have the names, types and order of timm's own file", async () => {
    const to = join(folder, "timm.safetensors");
    await convertWeights({ from: fixture("model.safetensors"), to });
    const [ours, timms] = [to, fixture("model.safetensors")].map((path) => readSafetensors(readFileSync(path), path));
    const described = ({ tensors }: Safetensors) =>
      [...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape]);
    expect(described(ours!)).toEqual(described(timms!));
    expect(ours!.metadata.format).toBe("pt");
  });

  test("keep what is said of the network, and say its width", async () => {
    const to = join(folder, "small.onnx");
    await convertWeights({ from: "small", to });
    const [before, after] = [await openPretrained("small"), await openPretrained(to)].map(({ metadata }) =>
      readCard(metadata),
    );
    expect(after).toEqual(before);
    expect(after).toMatchObject({ width: 0.25, format: { size: 80 } });
  });

  test.each([false, true])("as .onnx run, and say what the network means (features alone: %s)", async (features) => {
    const [size, batch] = [107, 2];
    const { base, head } = await openPretrained(fixture("model.safetensors"));
    const [sized, to] = [join(folder, `sized-${features}.safetensors`), join(folder, `sized-${features}.onnx`)];
    const { tensors } = readSafetensors(readFileSync(fixture("model.safetensors")), "model");
    writeFileSync(sized, writeSafetensors(tensors, { input_size: String(size) }));
    const done = await convertWeights({ from: sized, to, features });
    expect(done.classes).toBe(features ? null : 1000);

    const session = await openModel(readFileSync(to), { threads: 1 });
    expect(session.inputs).toEqual([{ name: "image", dtype: "float32", shape: [-1, 3, size, size] }]);
    const image = ruleImages(1, `input:${batch}x${size}`).values;
    const found = (await session.run({ image })) as Record<string, Float32Array>;
    await session.release();
    const network = inceptionV4({
      width: 1 / 16,
      batch,
      size: [size, size],
      image: "preprocessed",
      head: features ? undefined : { classes: 1000, hidden: [], dropout: 0 },
    });
    const outputs = { features: network.pooled, ...(features ? {} : { logits: network.logits! }) };
    const parameters = [...base, ...head!.tensors].map(([name, { values }]) => [name, values] as const);
    const expected = evaluate({ graph: network.graph, outputs }, { ...Object.fromEntries(parameters), image });
    expect(differenceOfAll(found, expected)).toBeLessThan(2e-5);
  });

  test("without their classifier hold features alone", async () => {
    const to = join(folder, "features.safetensors");
    expect((await convertWeights({ from: "small", to, features: true })).classes).toBeNull();
    const { head, metadata } = await openPretrained(to);
    expect(head).toBeUndefined();
    expect(readCard(metadata)).toMatchObject({ classNames: [], classIds: [], width: 0.25 });
  });

  test("of an export that folded its batch norms say what is lost", async () => {
    const to = join(folder, "folded.safetensors");
    const { notes } = await convertWeights({ from: fixture("model-folded.onnx"), to });
    expect(notes).toEqual([expect.stringContaining("their statistics are lost")]);
  });

  test("are written over nothing", async () => {
    const to = join(folder, "mine.onnx");
    writeFileSync(to, "mine");
    await expect(convertWeights({ from: "small", to })).rejects.toThrow(/^weights\/out-exists: /);
    expect(readFileSync(to, "utf8")).toBe("mine");
  });

  test.each(["x.pth", "x", "x.h5"])("are not written as %s", async (name) => {
    const to = join(folder, name);
    await expect(convertWeights({ from: "small", to })).rejects.toThrow(/^weights\/out-format: .*\n.*x\.safetensors$/);
  });

  test("leave nothing behind where they cannot be written", async () => {
    const to = join(folder, "mine.onnx", "inside.safetensors"); // mine.onnx is a file
    await expect(convertWeights({ from: "small", to })).rejects.toThrow(/^weights\/not-written: /);
    const source = join(folder, "broken.safetensors");
    writeFileSync(source, "{}");
    await expect(convertWeights({ from: source, to: join(folder, "out.onnx") })).rejects.toThrow(/^weights\//);
    expect(existsSync(join(folder, "out.onnx"))).toBe(false);
  });
});
