// The network as timm has it: model.safetensors under its names, and the config.json with which timm builds it, knows what
// pixels it takes and what its classes are called. Has no place for hidden layers of the head, nor for what stands behind
// the network: the temperature is in config.json for whoever computes probabilities, and distances stay behind.

import { fail } from "../errors.ts";
import { matchWeights } from "../models/match-weights.ts";
import { inceptionV4 } from "../models/inception-v4.ts";
import { featureCount } from "../models/parameters.ts";
import { type ModelCard, tensorsIn } from "../train/model-file.ts";
import { writeTimmFile } from "../weights/timm-file.ts";
import type { Exporter } from "./exporter.ts";

/** @throws export/several-depths, export/hidden-layers, export/not-as-learnt */
export const exportSafetensors: Exporter = async ({ model, card, path }) => {
  if (card.depths !== undefined) return fail("export/several-depths", { depths: card.depths });
  const tensors = tensorsIn(model);
  if (!tensors.has("features.0.bn.running_var")) return fail("export/not-as-learnt", { path });
  const { width, head } = matchWeights(tensors, { backgroundRow: "keep" });
  if (head !== undefined && head.hidden.length > 0) fail("export/hidden-layers", { units: head.hidden });
  const about = { format: card.inputFormat, width, classNames: card.classes, classIds: [] };
  const content = writeTimmFile(tensors, { ...about, dataset: undefined, top1: undefined, top5: undefined });
  const note = `timm's own inception_v4 has width 1 and cannot take these weights, whose width is ${width}`;
  return [
    { name: "model.safetensors", content, ...(width !== 1 && { note }) },
    {
      name: "config.json",
      content: `${JSON.stringify(timmConfig(card, width), null, 2)}\n`,
      ...(card.temperature !== 1 && { note: uncalibrated(card.temperature) }),
    },
  ];
};

function uncalibrated(temperature: number): string {
  return `for calibrated probabilities divide the logits by temperature, ${temperature.toFixed(3)}, which timm does not`;
}

/** As timm's save_config_for_hf writes it (timm 1.0, models/_hub.py). */
function timmConfig({ classes, inputFormat, temperature }: ModelCard, width: number) {
  const { size, crop, interpolation, mean, std } = inputFormat;
  return {
    architecture: "inception_v4",
    num_classes: classes.length,
    num_features: featureCount(width),
    global_pool: "avg",
    label_names: classes,
    temperature,
    pretrained_cfg: {
      tag: "reinception",
      custom_load: false,
      input_size: [3, size, size],
      fixed_input_size: false,
      interpolation,
      crop_pct: crop,
      crop_mode: "center",
      mean,
      std,
      num_classes: classes.length,
      pool_size: lastMap(size, width),
      first_conv: "features.0.conv",
      classifier: "last_linear",
    },
  };
}

/** Height and width of the map behind the last block. */
function lastMap(size: number, width: number): readonly number[] {
  const { boundaries } = inceptionV4({ width, batch: 1, size: [size, size], image: "preprocessed" });
  return boundaries.find(({ name }) => name === "features.21")!.value.type.shape.slice(2);
}
