// Options about taking a model elsewhere.

import { choice, integer, number } from "./kinds.ts";

export const exporting = {
  format: choice(["onnx", "onnx-fp16", "onnx-int8", "safetensors", "bundle", "web"], "what to write", {
    default: "onnx",
    commands: ["export"],
  }),
  input: choice(["image", "pixels"], "what the model takes: pictures of any size, or what is resized and normalised", {
    default: "image",
    commands: ["export"],
  }),
  calibration: integer("N", "pictures on which onnx-fp16 and onnx-int8 measure how far the network's values reach", {
    default: 200,
    least: 1,
    most: 1e6,
    commands: ["export"],
  }),
  maxAccuracyLoss: number("SHARE", "share of the held-back pictures that a smaller format may lose", {
    default: 0.01,
    least: 0,
    most: 1,
    commands: ["export"],
  }),
};
