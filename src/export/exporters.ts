// The formats a model can be taken elsewhere in, one file for each.

import type { OptionValues } from "../options.ts";
import { exportBundle } from "./bundle.ts";
import type { Exporter } from "./exporter.ts";
import { exportOnnx } from "./onnx.ts";
import { exportOnnxFp16 } from "./onnx-fp16.ts";
import { exportOnnxInt8 } from "./onnx-int8.ts";
import { exportSafetensors } from "./safetensors.ts";
import { exportWeb } from "./web.ts";

export type ExportFormat = OptionValues["format"];

export const exporters: { readonly [K in ExportFormat]: Exporter } = {
  onnx: exportOnnx,
  "onnx-fp16": exportOnnxFp16,
  "onnx-int8": exportOnnxInt8,
  safetensors: exportSafetensors,
  bundle: exportBundle,
  web: exportWeb,
};
