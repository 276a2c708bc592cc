// Options about files of weights themselves.

import { flag } from "./kinds.ts";

export const weightsFiles = {
  features: flag("leave the classifier out", { commands: ["weights convert"] }),
};
