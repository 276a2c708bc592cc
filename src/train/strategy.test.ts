import { describe, expect, test } from "vitest";
import { featureExtraction, fineTuning, hybrid } from "./strategy.ts";

const adam = { name: "adam", definition: "keras" };

describe("a strategy is a value", () => {
  test("feature extraction: the head alone, in one stage", () => {
    expect(featureExtraction()).toEqual({
      name: "feature-extraction",
      hidden: [],
      stages: [
        {
          unfreeze: "none",
          epochs: 10,
          learningRate: 1e-2,
          optimizer: adam,
          schedule: "cosine",
          warmup: 0.1,
          batchNorm: "frozen",
          blockDecay: 1,
          patience: null,
          ema: null,
          retain: { method: "none", strength: 0 },
        },
      ],
    });
  });

  test("fine-tuning: 50 layers of Keras and a head of 1024 units together", () => {
    expect(fineTuning()).toMatchObject({
      name: "fine-tuning",
      hidden: [1024],
      stages: [{ unfreeze: "50 layers", epochs: 10, learningRate: 1e-3, optimizer: adam }],
    });
  });

  test("hybrid: first the one, then the other, five epochs each", () => {
    const { name, hidden, stages } = hybrid();
    expect({ name, hidden }).toEqual({ name: "hybrid", hidden: [] });
    expect(stages.map(({ unfreeze, epochs, learningRate }) => [unfreeze, epochs, learningRate])).toEqual([
      ["none", 5, 1e-2],
      ["50 layers", 5, 1e-3],
    ]);
  });

  test("takes what is said for its stages and leaves the rest", () => {
    const both = hybrid({ unfreeze: "2 blocks", epochs: [2, 7], learningRate: [1e-2, 1e-4], patience: 3, hidden: [8] });
    expect(both.hidden).toEqual([8]);
    expect(
      both.stages.map(({ unfreeze, epochs, learningRate, patience, schedule }) => [
        unfreeze,
        epochs,
        learningRate,
        patience,
        schedule,
      ]),
    ).toEqual([
      ["none", 2, 1e-2, 3, "cosine"],
      ["2 blocks", 7, 1e-4, 3, "cosine"],
    ]);
    expect(fineTuning({ unfreeze: "all", batchNorm: "train" }).stages).toMatchObject([
      { unfreeze: "all", batchNorm: "train" },
    ]);
    expect(featureExtraction({ hidden: [16, 4], warmup: 0 })).toMatchObject({
      hidden: [16, 4],
      stages: [{ warmup: 0 }],
    });
  });

  test("is plain data", () => {
    for (const strategy of [featureExtraction(), fineTuning(), hybrid()])
      expect(JSON.parse(JSON.stringify(strategy))).toEqual(strategy);
  });
});
