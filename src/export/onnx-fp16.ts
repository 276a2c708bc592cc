// The model in half precision, half as large, for graphics processors and browsers. Processors without arithmetic on
// halves compute it in float32, so what would go beyond the halves elsewhere does not show here; therefore it is measured
// on pictures how far the values inside the network reach.

import { fail } from "../errors.ts";
import { foldNorms } from "../onnx/fold-norms.ts";
import { observeRanges, type Range } from "../onnx/observe.ts";
import { toFloat16 } from "../onnx/to-float16.ts";
import { calibrate, drawForCalibration } from "./calibrate.ts";
import { comparedFile, networkOf } from "./compared.ts";
import type { Exporter } from "./exporter.ts";
import { runPictures } from "./run-pictures.ts";

/** The largest finite half. */
const largestHalf = 65504;

/** @throws export/beyond-float16, export/accuracy-lost, export/pictures-changed, run/not-a-run, data/... */
export const exportOnnxFp16: Exporter = async function* (source, settings, stopping) {
  const network = foldNorms(networkOf(source));
  const halved = toFloat16(network);
  const { train, validation } = yield* runPictures(source.path);
  const observations = yield* calibrate(
    {
      observed: observeRanges(
        network,
        network.graph.nodes.flatMap(({ outputs }) => outputs),
      ),
      format: source.card.inputFormat,
      images: drawForCalibration(train, settings.calibration, 0),
      threads: settings.threads,
    },
    stopping,
  );
  if (observations === undefined) return [];
  checkRanges(observations.ranges);
  return yield* comparedFile(source, halved, validation, settings, stopping);
};

/** @throws export/beyond-float16 */
export function checkRanges(ranges: ReadonlyMap<string, Range>): void {
  for (const [name, { low, high }] of ranges) {
    const value = Math.abs(low) > Math.abs(high) ? low : high;
    if (!(Math.abs(value) <= largestHalf)) fail("export/beyond-float16", { name, value });
  }
}
