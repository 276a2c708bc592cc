// Speed of the network in 8-bit whole numbers beside float32, in one process and turn by turn, because machines that others
// use too change their speed from minute to minute. Full width, random weights, noise for pictures.
//
//   npx tsx bench/quantized.ts [--width 1] [--size 299] [--batch 16] [--threads 2] [--rounds 9]

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { nowMs } from "../src/clock.ts";
import { compileModel } from "../src/compile/program.ts";
import { inceptionV4 } from "../src/models/inception-v4.ts";
import { initialParameters } from "../src/models/initial-parameters.ts";
import { networkParameters } from "../src/models/parameters.ts";
import { foldNorms } from "../src/onnx/fold-norms.ts";
import { toOnnx } from "../src/onnx/lower.ts";
import { observe, type Range } from "../src/onnx/observe.ts";
import { quantize } from "../src/onnx/quantize.ts";
import type { OnnxModel } from "../src/onnx/schema.ts";
import { writeModel } from "../src/onnx/write.ts";
import { stream } from "../src/random.ts";
import { openModel } from "../src/runtime/session.ts";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "1" },
    size: { type: "string", default: "299" },
    batch: { type: "string", default: "16" },
    threads: { type: "string", default: String(Math.min(2, cpus().length)) },
    rounds: { type: "string", default: "9" },
  },
});
const [width, size, batch, threads, rounds] = [
  Number(values.width),
  Number(values.size),
  Number(values.batch),
  Number(values.threads),
  Number(values.rounds),
];
const head = { classes: 10, hidden: [], dropout: 0 };

/** Pixels normalised to [-1, 1]. */
function noise(count: number): Float32Array {
  const random = stream(0, "noise");
  return Float32Array.from({ length: count * 3 * size * size }, () => 2 * random() - 1);
}

function network(): OnnxModel {
  const drawn = [...initialParameters(networkParameters(width, head), 0)];
  const constants = new Map(drawn.map(([name, { values }]) => [name, values]));
  const graph = inceptionV4({ width, batch: 1, size: [size, size], image: "preprocessed", head });
  return toOnnx(compileModel(graph), { constants, symbolicBatch: true });
}

async function quantized(float: OnnxModel): Promise<OnnxModel> {
  const folded = foldNorms(float);
  const { model, measured, convolutions } = observe(folded);
  const session = await openModel(writeModel(model), { threads });
  const seen = await session.run({ image: noise(2) });
  await session.release();
  const ranges = measured.map((name): [string, Range] => [
    name,
    { low: Math.min(...seen[`smallest:${name}`]!), high: Math.max(...seen[`largest:${name}`]!) },
  ]);
  const shifts = convolutions.map((name): [string, Float32Array] => {
    const both = seen[`shift:${name}`]!;
    const half = both.length / 2;
    return [name, Float32Array.from({ length: half }, (_, c) => (both[c]! + both[half + c]!) / 2)];
  });
  return quantize(folded, { ranges: new Map(ranges), shifts: new Map(shifts) });
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

const float = network();
const models = { float, int8: await quantized(float) };
const sides = await Promise.all(
  Object.entries(models).map(async ([name, model]) => {
    const bytes = writeModel(model);
    return { name, sizeBytes: bytes.length, session: await openModel(bytes, { threads }), speeds: [] as number[] };
  }),
);
const image = noise(batch);
for (const { session } of sides) await session.run({ image });
for (let round = 0; round < rounds; round++)
  for (const { session, speeds } of sides) {
    const startedMs = nowMs();
    await session.run({ image });
    speeds.push((batch * 1000) / (nowMs() - startedMs));
  }
console.log(
  `${cpus()[0]?.model ?? "?"}, ${threads} threads, width ${width}, ${size} px, batch ${batch}, Node ${process.version}`,
);
for (const { name, sizeBytes, speeds } of sides) {
  const range = `${Math.min(...speeds).toFixed(1)} to ${Math.max(...speeds).toFixed(1)}`;
  console.log(
    `${name.padEnd(6)} ${median(speeds).toFixed(2).padStart(8)} images/s (${range})   ${(sizeBytes / 1e6).toFixed(1)} MB`,
  );
}
const ratios = sides[1]!.speeds.map((speed, round) => speed / sides[0]!.speeds[round]!);
console.log(
  `ratio  ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
);
process.exit(0);
