// Entry of the process in which doctor tries one native part on a result that is known. If loading it ends the process,
// only this one ends.

import { deepStrictEqual } from "node:assert";
import { build, newGraph } from "../ir/graph.ts";

/** The parts that are tried, and what each of them says about itself when it works. */
const trials: Readonly<Record<string, () => Promise<string>>> = { engine: tryEngine, pictures: tryPictures };

async function tryEngine(): Promise<string> {
  const { engineVersion, openProgram } = await import("../runtime/session.ts");
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [2, 3] });
  const weight = g.parameter({ name: "weight", shape: [3, 2] });
  const product = g.relu(g.matMul(x, weight));
  const constants = new Map([["weight", Float32Array.of(1, -1, 2, 0.5, -3, 4)]]);
  const session = await openProgram({ graph, outputs: { product } }, { constants, threads: 1 });
  const found = await session.run({ x: Float32Array.of(1, 2, 3, -1, 0.5, 0) });
  await session.release();
  deepStrictEqual([...found.product!], [0, 12, 0, 1.25]); // relu of [-4, 12] and [0, 1.25]
  return engineVersion();
}

/** A red and a blue pixel. */
const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAD0lEQVQI12P4z8DA0PAfAAgAAn+UmFb+AAAAAElFTkSuQmCC";

async function tryPictures(): Promise<string> {
  const { decodeImage, decoderVersion } = await import("../data/decode.ts");
  const { width, height, pixels } = await decodeImage(Buffer.from(picture, "base64"));
  deepStrictEqual([width, height, ...pixels], [2, 1, 255, 0, 0, 0, 128, 255]);
  return decoderVersion;
}

const trial = trials[process.argv[2] ?? ""];
if (trial !== undefined) {
  const report = await trial().then(
    (found) => ({ ok: true, found }),
    (error: unknown) => ({ ok: false, found: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.(report, () => process.exit(0));
}
