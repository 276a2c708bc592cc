// What goes into golden.json: pictures that are drawn here, the same in every run, and the answers of the network of the
// training process.

import { bind } from "../compile/5-bind.ts";
import { compileEvaluation } from "../compile/program.ts";
import type { Pixels } from "../data/resize.ts";
import { stream } from "../random.ts";
import { openProgram } from "../runtime/session.ts";
import { distancesTo } from "../head/prototypes.ts";
import type { AnswerNumbers } from "../onnx/answers.ts";
import { type GoldenAnswers, viewsOf } from "./golden.ts";
import { buildNetwork, cutAt, type RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";
import { probabilitiesOf } from "./trust.ts";

/** Engines on other processors add in another order. */
const tolerance = { logits: 1e-3, probabilities: 1e-5, distance: 1e-3 };

/** Answers of the network with these parameters, and behind it these numbers, computed as the run itself judges. */
export async function goldenAnswers(
  network: RunNetwork,
  parameters: Parameters,
  { temperature, prototypes }: AnswerNumbers,
  threads: number,
): Promise<GoldenAnswers> {
  const { classes } = network.head;
  const pictures = drawnPictures();
  const built = buildNetwork(network, { batch: pictures.length, learning: false, batchStatistics: new Set() });
  const { program, constants } = bind(compileEvaluation(built, cutAt(built, "image", "float32")), parameters);
  const session = await openProgram(program, { constants, threads });
  const answers = await session.run({ image: viewsOf(pictures, network.format) });
  await session.release();
  const logits = answers.logits as Float32Array;
  const probabilities = probabilitiesOf(logits, classes, temperature);
  const distances = prototypes && distancesTo(prototypes, answers.features as Float32Array);
  const rows = (values: ArrayLike<number>, at: number) =>
    Array.from({ length: classes }, (_, c) => Number(values[at * classes + c]!.toPrecision(8)));
  const cases = pictures.map(({ width, height, pixels }, at) => ({
    width,
    height,
    rgb: Buffer.from(pixels).toString("base64"),
    logits: rows(logits, at),
    probabilities: rows(probabilities, at),
    ...(distances !== undefined && { distance: Number(distances[at]!.toPrecision(8)) }),
  }));
  return { tolerance, cases };
}

/** Of odd sizes, high and wide: noise, smooth colours, hard edges. */
function drawnPictures(): readonly Pixels[] {
  const random = stream(1, "golden");
  return [
    drawn(37, 53, () => random() * 256),
    drawn(121, 97, (x, y, channel) => 255 * [x, y, (x + y) / 2][channel]!),
    drawn(89, 31, (x, y, channel) => (Math.floor(x * 12 + y * channel * 3) % 2 === 0 ? 235 : 20)),
  ];
}

/** @param level - of a channel at (x, y), both from 0 to 1 */
function drawn(width: number, height: number, level: (x: number, y: number, channel: number) => number): Pixels {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    return Math.floor(level((at % width) / width, Math.floor(at / width) / height, i % 3));
  });
  return { width, height, pixels };
}
