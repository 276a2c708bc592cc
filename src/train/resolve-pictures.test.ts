import { expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { planStages } from "./plan.ts";
import { learnsFromPixels, onlyHeadLearns } from "./resolve-pictures.ts";
import { fineTuning } from "./strategy.ts";

const network = { width: 1 / 32, format: inceptionInput, head: { classes: 2, hidden: [], dropout: 0 } };

test.each([
  "all",
  "none",
  "22 blocks",
  "21 blocks",
  "from conv2d_1a",
  "from conv2d_2a",
  "149 convs",
  "148 convs",
  "50 layers",
  "489 layers",
  "490 layers",
  "491 layers",
])("whether %s learns from pixels, or the head alone, is what the plan says", (unfreeze) => {
  const [stage] = planStages(network, fineTuning({ unfreeze }).stages);
  expect(learnsFromPixels({ unfreeze })).toBe(stage!.boundary === "image");
  expect(onlyHeadLearns({ unfreeze })).toBe(stage!.boundary === "pooled");
});
