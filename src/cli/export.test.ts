import { expect, test } from "vitest";
import { comparisonText } from "./export.ts";

test("a smaller model stands beside the one it was made of, with what was lost and won", () => {
  const float = { accuracy: 0.9, accuracyInterval: [0.85, 0.94], imagesPerSecond: 8.04, sizeBytes: 165e6 } as const;
  const exported = { accuracy: 0.89, accuracyInterval: [0.84, 0.93], imagesPerSecond: 1610, sizeBytes: 42e6 } as const;
  const comparison = {
    images: 1200,
    threads: 2,
    agreement: 0.981,
    meanProbabilityDifference: 0.00312,
    float,
    exported,
  };
  expect(comparisonText({ ...comparison, accuracyLoss: 0.01 })).toEqual([
    "          accuracy (95 %)        images/s, 2 threads      size",
    "float     90.0 % (85.0 to 94.0)                 8.04  165.0 MB",
    "exported  89.0 % (84.0 to 93.0)                1,610   42.0 MB",
    "",
    "On 1,200 held-back pictures both say the same of 98.1 %; accuracy loss 1.0 %, speed 200.25 times.",
    "Probabilities differ by 0.0031 on average.",
  ]);
});
