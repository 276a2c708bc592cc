// Options about taking a model elsewhere.

import { choice } from "./kinds.ts";

export const exporting = {
  format: choice(["onnx"], "what to write", { default: "onnx", commands: ["export"] }),
  input: choice(["image", "pixels"], "what the model takes: pictures of any size, or what is resized and normalised", {
    default: "image",
    commands: ["export"],
  }),
};
