// The model in 8-bit whole numbers, a quarter as large and faster on processors: scales are taken from pictures that the
// run learnt from, and the result is judged on those it held back.

import { foldNorms } from "../onnx/fold-norms.ts";
import { observe } from "../onnx/observe.ts";
import { quantize } from "../onnx/quantize.ts";
import { calibrate, drawForCalibration } from "./calibrate.ts";
import { comparedFile, networkOf } from "./compared.ts";
import type { Exporter } from "./exporter.ts";
import { runPictures } from "./run-pictures.ts";

/** @throws export/accuracy-lost, export/pictures-changed, run/not-a-run, data/... */
export const exportOnnxInt8: Exporter = async function* (source, settings, stopping) {
  const { train, validation } = yield* runPictures(source.path);
  const network = foldNorms(networkOf(source));
  const observations = yield* calibrate(
    {
      observed: observe(network),
      format: source.card.inputFormat,
      images: drawForCalibration(train, settings.calibration, 0),
      threads: settings.threads,
    },
    stopping,
  );
  if (observations === undefined) return [];
  return yield* comparedFile(source, quantize(network, observations), validation, settings, stopping);
};
