// What quantisation has to know of a network, from what the network makes of pictures: how far its values reach at most,
// and by how much rounded kernels would shift each channel on average.
//
// The largest value seen is the end of a range. Cutting off rare large values (percentiles, least squares) was tried and
// gave the same agreement with the float network, within what one can tell.

import type { InputFormat } from "../input-format.ts";
import type { Observations, Observed, Range } from "../onnx/observe.ts";
import { withViewInput } from "../onnx/pixel-prologue.ts";
import { writeModel } from "../onnx/write.ts";
import { shuffled, stream } from "../random.ts";
import { openModel, type TensorData } from "../runtime/session.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import type { RunImage } from "../train/views.ts";
import { forEachBatch } from "./view-batches.ts";

export interface CalibrationInput {
  /** A float network with the input `pixels`, which says of itself what is asked. */
  readonly observed: Observed;
  readonly format: InputFormat;
  readonly images: readonly RunImage[];
  readonly threads: number;
}

/** Small, for every kernel is there twice. */
const batchSize = 8;

/**
 * Runs the float network over the pictures.
 *
 * @returns nothing when somebody asked to stop
 */
export async function* calibrate(
  { observed, format, images, threads }: CalibrationInput,
  stopping: Stopping,
): AsyncGenerator<RunEvent, Observations | undefined> {
  const { model, measured, convolutions } = observed;
  const session = await openModel(writeModel(withViewInput(model, format)), { threads });
  const ranges = new Map<string, Range>();
  const sums = new Map<string, Float64Array>();
  const take = (outputs: Record<string, TensorData>, count: number) => {
    for (const name of measured) {
      const { low, high } = ranges.get(name) ?? { low: Infinity, high: -Infinity };
      const least = Math.min(low, ...outputs[`smallest:${name}`]!);
      ranges.set(name, { low: least, high: Math.max(high, ...outputs[`largest:${name}`]!) });
    }
    for (const name of convolutions) {
      const rows = outputs[`shift:${name}`]!;
      const sum = sums.get(name) ?? new Float64Array(rows.length / count);
      rows.forEach((shift, i) => {
        sum[i % sum.length]! += shift;
      });
      sums.set(name, sum);
    }
  };
  try {
    const all = yield* forEachBatch(
      {
        phase: "calibrate",
        images,
        format,
        batchSize,
        threads,
        use: async (batch) => take(await session.run({ view: batch.view }), batch.images.length),
      },
      stopping,
    );
    if (!all) return undefined;
  } finally {
    await session.release();
  }
  const mean = (sum: Float64Array) => Float32Array.from(sum, (value) => value / images.length);
  return { ranges, shifts: new Map([...sums].map(([name, sum]) => [name, mean(sum)])) };
}

/** `count` of the pictures, drawn by chance, the same ones for the same seed; all of them where there are no more. */
export function drawForCalibration(images: readonly RunImage[], count: number, seed: number): readonly RunImage[] {
  return Array.from(shuffled(images.length, stream(seed, "calibration")).subarray(0, count), (at) => images[at]!);
}
