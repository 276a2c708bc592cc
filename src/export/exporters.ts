// The formats a model can be taken elsewhere in, one file for each.

import type { OptionValues } from "../options.ts";
import type { Exporter } from "./exporter.ts";
import { exportOnnx } from "./onnx.ts";

export type ExportFormat = OptionValues["format"];

export const exporters: { readonly [K in ExportFormat]: Exporter } = {
  onnx: exportOnnx,
};
